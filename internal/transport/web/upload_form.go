package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"time"

	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// plainLimit bounds what a form without script may send, files and all. With script each file
// goes by the resumable protocol, up to casefile.MaxFile.
const plainLimit = 100_000_000

// readFiles reads a form with a file field named files, and takes the files that it sends itself.
// Its route is marked as a stream, so that it bounds the body and the time itself.
func (s *Server) readFiles(r *Request, f *Form) (received, error) {
	control := http.NewResponseController(r.W)
	kind, _, _ := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type"))
	limit := int64(bodyLimit)
	if kind == "multipart/form-data" {
		limit = plainLimit
	}
	if r.HTTP.ContentLength > limit {
		return received{}, fault.Wrap(fault.Invalid, "fault.too-large", &http.MaxBytesError{Limit: limit})
	}
	r.HTTP.Body = http.MaxBytesReader(r.W, patientBody{patient{r.HTTP.Body, control}, r.HTTP.Body}, limit)
	defer func() {
		_ = control.SetReadDeadline(time.Time{})
		_ = control.SetWriteDeadline(time.Now().Add(timeLimit))
	}()
	if kind != "multipart/form-data" {
		if err := r.Read(f); err != nil {
			return received{}, err
		}
		return received{before: secrets(f.Uploads("files"))}, nil
	}
	var taken []string
	err := r.ReadParts(f, func(field, name string, body io.Reader) error {
		if field != "files" || len(taken) == casework.MaxAttachments {
			return fault.New(fault.Invalid, "fault.no-form")
		}
		secret, err := s.takeFile(r, name, body)
		if err == nil {
			taken = append(taken, secret)
		}
		return err
	})
	got := received{before: secrets(f.Uploads("files")), now: taken}
	for _, secret := range taken { // shown again with the form, should it have to be mended
		f.carry("files", []string{uploadPath + "/" + secret})
	}
	return got, err
}

// received is the secrets of a form's uploads: those that were finished before it was sent, and
// those that it sent itself.
type received struct{ before, now []string }

func (v received) all() []string { return slices.Concat(v.before, v.now) }

// drop erases what a form that had been sent before has sent once more.
func (s *Server) drop(r *Request, v received) {
	for _, secret := range v.now {
		_ = s.Desks.Cases.DropUpload(r.Context(), r.Organisation.ID, secret) // else when its time is out
	}
}

type patientBody struct {
	io.Reader
	io.Closer
}

// takeFile receives one file whole, straight into its seal.
func (s *Server) takeFile(r *Request, name string, body io.Reader) (string, error) {
	ctx, org := context.WithoutCancel(r.Context()), r.Organisation.ID
	p, err := s.Desks.Cases.BeginUpload(ctx, r.sender(), casework.NewUpload{Name: name, Type: mime.TypeByExtension(path.Ext(name)), Length: -1, Bounded: true})
	if err != nil {
		return "", err
	}
	p, err = s.Desks.Cases.AppendUpload(ctx, org, casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: body})
	if err == nil {
		p, err = s.Desks.Cases.AppendUpload(ctx, org, casework.Appending{Address: p.Secret, Offset: p.Received, Length: p.Received, Size: 0, Body: http.NoBody})
	}
	if err != nil {
		return "", err
	}
	return p.Secret, nil
}
