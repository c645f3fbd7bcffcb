package blob

import (
	"context"
	"errors"
	"io"

	"github.com/minio/minio-go/v7"
)

// ReadAt reads from as many parts as p needs.
func (s *S3) ReadAt(ctx context.Context, name string, p []byte, off int64) (int, error) {
	if err := good(name); err != nil {
		return 0, err
	}
	n := 0
	for n < len(p) {
		at := off + int64(n)
		want := p[n:min(len(p), n+int(partSize-at%partSize))]
		got, err := s.read(ctx, name, want, at)
		n += got
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *S3) read(ctx context.Context, name string, p []byte, off int64) (int, error) {
	var o minio.GetObjectOptions
	first := off % partSize
	if err := o.SetRange(first, first+int64(len(p))-1); err != nil {
		return 0, err
	}
	body, err := s.client.GetObject(ctx, s.bucket, s.object(name, off/partSize), o)
	if err != nil {
		return 0, fromS3(name, err)
	}
	defer func() { _ = body.Close() }()
	n, err := io.ReadFull(body, p)
	switch code := minio.ToErrorResponse(err).Code; {
	case err == nil:
		return n, nil
	case code == "InvalidRange" || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return n, io.EOF
	case code == minio.NoSuchKey && off >= partSize: // behind the last part, or no blob at all
		if _, err := s.Size(ctx, name); err != nil {
			return n, err
		}
		return n, io.EOF
	}
	return n, fromS3(name, err)
}

// Size adds the parts up.
func (s *S3) Size(ctx context.Context, name string) (int64, error) {
	if err := good(name); err != nil {
		return 0, err
	}
	size, found := int64(0), false
	err := s.parts(ctx, name+"/", func(_ string, _, n int64) error {
		size, found = size+n, true
		return nil
	})
	if err == nil && !found {
		err = missing(name)
	}
	return size, err
}

// Walk lists the whole bucket below the prefix.
func (s *S3) Walk(ctx context.Context, each func(name string, size int64) error) error {
	last, size := "", int64(0)
	err := s.parts(ctx, "", func(name string, _, n int64) error {
		if name != last && last != "" {
			if err := each(last, size); err != nil {
				return err
			}
			size = 0
		}
		last, size = name, size+n
		return nil
	})
	if err == nil && last != "" {
		err = each(last, size)
	}
	return err
}
