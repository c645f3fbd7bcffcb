// Package documents reads documents in processes of their own, shut in, each with little memory and time.
package documents

import (
	"bytes"
	"context"
	"errors"
	"io"

	"varn/internal/domain/extract"
)

// Jail starts this program anew, shut in, and gives what it answers.
type Jail interface {
	Run(ctx context.Context, content io.Reader, args ...string) ([]byte, error)
}

// Reader reads documents. Without a jail nothing is read, and that is said.
type Reader struct {
	Jail Jail
}

// noJail is an error that says that the system can't shut a process in.
type noJail interface{ NoJail() bool }

// Read gives what is in a document of at most extract.MaxContent bytes. A reader that breaks or takes too much
// is no error: the document says that it was not read. An error is one of the content, or of ctx.
func (r *Reader) Read(ctx context.Context, s extract.Subject, content io.Reader) (extract.Document, error) {
	b, err := io.ReadAll(io.LimitReader(content, extract.MaxContent+1))
	if err != nil {
		return extract.Document{}, err
	}
	if len(b) > extract.MaxContent {
		return extract.Failed(extract.FormatUnknown, extract.WhyTooLarge), nil
	}
	if r == nil || r.Jail == nil {
		return extract.Failed(extract.FormatUnknown, extract.WhyNoJail), nil
	}
	in, err := extract.Request(s, bytes.NewReader(b))
	if err != nil {
		return extract.Document{}, err
	}
	out, err := r.Jail.Run(ctx, in)
	var none noJail
	switch {
	case err == nil:
	case errors.As(err, &none) && none.NoJail():
		return extract.Failed(extract.FormatUnknown, extract.WhyNoJail), nil
	case ctx.Err() != nil:
		return extract.Document{}, ctx.Err()
	default:
		return extract.Failed(extract.FormatUnknown, extract.WhyStopped), nil
	}
	d, err := extract.Decode(out)
	if err != nil {
		return extract.Failed(extract.FormatUnknown, extract.WhyStopped), nil
	}
	return d, nil
}
