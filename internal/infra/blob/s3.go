package blob

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"varn/internal/kit/fault"
)

// partSize is how much of a blob one S3 object holds: 8 MiB, so that a growing blob costs one
// request per 8 MiB and as much memory.
const partSize = 8 << 20

// S3Config says where the bucket is and who we are there.
type S3Config struct {
	Endpoint  string // host:port
	Bucket    string
	Prefix    string // put in front of every name, for example "varn/"
	Region    string
	AccessKey string
	SecretKey string
	Plain     bool // http and not https: only for a store on the same machine
}

// S3 keeps each blob as objects NAME/00000000, NAME/00000001, …, all of partSize but the last.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// OpenS3 fails, saying what to do, if the bucket cannot be used.
func OpenS3(ctx context.Context, c S3Config) (*S3, error) {
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: !c.Plain,
		Region: c.Region, BucketLookup: minio.BucketLookupPath, MaxRetries: 4,
	})
	if err != nil {
		return nil, fmt.Errorf("s3.endpoint: %w", err)
	}
	ok, err := client.BucketExists(ctx, c.Bucket)
	if err != nil {
		return nil, fmt.Errorf("s3.endpoint: %s does not answer for bucket %s: %w; check address and keys", c.Endpoint, c.Bucket, err)
	}
	if !ok {
		return nil, fmt.Errorf("s3.bucket: %s does not exist; make it first, closed to the public", c.Bucket)
	}
	return &S3{client: client, bucket: c.Bucket, prefix: c.Prefix}, nil
}

func (s *S3) object(name string, part int64) string {
	return fmt.Sprintf("%s%s/%08d", s.prefix, name, part)
}

// Put writes one object, which S3 shows whole or not at all.
func (s *S3) Put(ctx context.Context, name string, content []byte) error {
	if err := good(name); err != nil {
		return err
	}
	if len(content) == 0 {
		return s.Delete(ctx, name)
	}
	if len(content) > partSize {
		return fault.New(fault.Internal, "fault.internal", "blob: Put is for what fits in one part; use Append")
	}
	if err := s.write(ctx, name, 0, content); err != nil {
		return err
	}
	return s.cut(ctx, name, 1)
}

func (s *S3) write(ctx context.Context, name string, part int64, content []byte) error {
	_, err := s.client.PutObject(ctx, s.bucket, s.object(name, part), bytes.NewReader(content), int64(len(content)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	return fromS3(name, err)
}

// cut removes the parts from one number on, the last first.
func (s *S3) cut(ctx context.Context, name string, from int64) error {
	var gone []string
	err := s.parts(ctx, name+"/", func(_ string, part, _ int64) error {
		if part >= from {
			gone = append(gone, s.object(name, part))
		}
		return nil
	})
	for i := len(gone) - 1; err == nil && i >= 0; i-- {
		err = fromS3(name, s.client.RemoveObject(ctx, s.bucket, gone[i], minio.RemoveObjectOptions{}))
	}
	return err
}

// parts lists objects in the order of their names; what is not one of ours is passed over.
func (s *S3) parts(ctx context.Context, under string, each func(name string, part, size int64) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the listing
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + under, Recursive: true}) {
		if o.Err != nil {
			return fromS3(under, o.Err)
		}
		name, number, ok := strings.Cut(strings.TrimPrefix(o.Key, s.prefix), "/")
		part, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil || good(name) != nil {
			continue
		}
		if err := each(name, part, o.Size); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Delete removes every part.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := good(name); err != nil {
		return err
	}
	return s.cut(ctx, name, 0)
}

// Room is not ours to know in S3.
func (s *S3) Room(context.Context, int64) error { return nil }

func fromS3(name string, err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey:
		return missing(name)
	case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "EntityTooLarge":
		return full(err)
	}
	return fault.Wrap(fault.Unavailable, "blob.away", err)
}
