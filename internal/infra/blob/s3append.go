package blob

import (
	"context"
	"io"
)

// s3Appender gathers one part in memory and writes it whole: an S3 object is never seen in part.
type s3Appender struct {
	ctx     context.Context
	s       *S3
	name    string
	part    int64
	content []byte
	changed bool
}

// Append takes back the part that the end lies in and drops those behind it.
func (s *S3) Append(ctx context.Context, name string, at int64) (Appender, error) {
	if err := good(name); err != nil {
		return nil, err
	}
	a := &s3Appender{ctx: ctx, s: s, name: name, part: at / partSize, content: make([]byte, at%partSize, partSize), changed: true}
	if at > 0 {
		if size, err := s.Size(ctx, name); err != nil {
			return nil, err
		} else if size < at {
			return nil, short(name)
		}
	}
	if len(a.content) > 0 {
		if _, err := s.ReadAt(ctx, name, a.content, a.part*partSize); err != nil && err != io.EOF {
			return nil, err
		}
	}
	behind := a.part
	if len(a.content) > 0 {
		behind++
	}
	return a, s.cut(ctx, name, behind)
}

func (a *s3Appender) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		take := min(len(p)-n, partSize-len(a.content))
		a.content = append(a.content, p[n:n+take]...)
		n, a.changed = n+take, true
		if len(a.content) == partSize {
			if err := a.s.write(a.ctx, a.name, a.part, a.content); err != nil {
				return n, err
			}
			a.part, a.content, a.changed = a.part+1, a.content[:0], false
		}
	}
	return n, nil
}

// Sync writes the part under way; S3 answers when it is durable.
func (a *s3Appender) Sync() error {
	if !a.changed || len(a.content) == 0 {
		return nil
	}
	if err := a.s.write(a.ctx, a.name, a.part, a.content); err != nil {
		return err
	}
	a.changed = false
	return nil
}

// Close lets go of what was not synced.
func (a *s3Appender) Close() error {
	a.content = nil
	return nil
}
