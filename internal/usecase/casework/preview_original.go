package casework

import (
	"context"
	"errors"
	"io"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/preview"
	"varn/internal/infra/jail"
	"varn/internal/kit/fault"
)

// PreviewOriginal makes what can be shown of an original, in a process that can reach nothing. It is
// kept nowhere, and the original is never altered. It is an opening, logged before the first byte.
func (d *Desk) PreviewOriginal(ctx context.Context, s *access.Session, ref, item string) (preview.Preview, error) {
	f, err := d.OpenFile(ctx, s, ref, item)
	switch {
	case err != nil:
		return preview.Preview{}, err
	case strings.HasPrefix(f.Type, "video/") || strings.HasPrefix(f.Type, "audio/"):
		return preview.Preview{Why: preview.Played}, nil
	case f.Size > preview.MaxContent:
		return preview.Preview{Why: preview.TooLarge}, nil
	}
	watched := &watching{from: f}
	in, err := preview.Request(preview.Subject{Name: f.Name, Type: f.Type}, watched)
	if err != nil {
		return preview.Preview{}, err
	}
	out, err := d.Jail.Run(ctx, in)
	switch {
	case watched.failed != nil: // the original itself is another: that is said, and not a preview of it
		return preview.Preview{}, watched.failed
	case errors.Is(err, jail.ErrNoJail):
		return preview.Preview{Why: preview.NoJail}, nil
	case errors.Is(err, jail.ErrStopped):
		return preview.Preview{Why: preview.Stopped}, nil
	case err != nil:
		return preview.Preview{}, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	p, err := preview.Decode(out)
	if err != nil {
		return preview.Preview{Why: preview.Damaged}, nil
	}
	return p, nil
}

// watching remembers why an original could not be read.
type watching struct {
	from   io.Reader
	failed error
}

func (w *watching) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if err != nil && err != io.EOF {
		w.failed = err
	}
	return n, err
}
