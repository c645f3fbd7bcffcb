package backup

import (
	"context"
	"io"
	"time"
)

// A backup has time; those who write meanwhile have not. After each mebibyte it rests for as long
// as a multiple of what that took, so that the more others need the machine, the more it yields.
const (
	dumpShare   = 4 // works a quarter of the time: the dump keeps one state of the database open
	objectShare = 8
	stint       = 1 << 20
	// syncEvery keeps what is flushed at once small: a large flush holds up everybody's commits. It
	// is also a part of a blob in S3.
	syncEvery = 8 << 20
	longRest  = 2 * time.Second
)

// pace is nil where nobody need be spared.
type pace struct {
	share int
	from  time.Time
	done  int
}

func (d *Desk) pace(share int) *pace {
	if d.Fast {
		return nil
	}
	return &pace{share: share, from: time.Now()}
}

// worked counts bytes and rests when it is time.
func (p *pace) worked(ctx context.Context, n int) error {
	if p == nil {
		return nil
	}
	if p.done += n; p.done < stint {
		return nil
	}
	rest := time.NewTimer(min(longRest, time.Since(p.from)*time.Duration(p.share-1)))
	defer rest.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-rest.C:
	}
	p.done, p.from = 0, time.Now()
	return nil
}

// paced writes at a pace.
type paced struct {
	ctx context.Context
	w   io.Writer
	at  *pace
}

func (p paced) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err != nil {
		return n, err
	}
	return n, p.at.worked(p.ctx, n)
}
