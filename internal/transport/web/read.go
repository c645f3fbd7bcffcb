package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"varn/internal/kit/fault"
)

// maxParts bounds how many parts a multipart form may have.
const maxParts = 200

// Read fills the form with what was sent as a plain form. What must be mended stands in the form
// afterwards; an error is a request that no form of ours makes.
func (r *Request) Read(f *Form) error {
	r.form = f
	kind, _, err := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return fault.New(fault.Invalid, "fault.no-form")
	}
	body, err := io.ReadAll(r.HTTP.Body) // bounded by the frame
	if err != nil {
		return unreadable(err)
	}
	sent, err := url.ParseQuery(string(body))
	if err != nil {
		return fault.New(fault.Invalid, "fault.no-form")
	}
	f.fill(sent)
	return nil
}

// ReadParts fills a form that carries files, which pass through each as they come: never to the
// disk. Fields must stand before the files in the page. A file input left empty is passed over.
func (r *Request) ReadParts(f *Form, each func(field, fileName string, body io.Reader) error) error {
	r.form = f
	parts, err := r.HTTP.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "fault.no-form")
	}
	sent := url.Values{}
	room := int64(bodyLimit)
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			f.fill(sent)
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if err := r.readPart(part, sent, &room, each); err != nil {
			return err
		}
	}
	return fault.New(fault.Invalid, "fault.no-form", "too many parts")
}

func (r *Request) readPart(part *multipart.Part, sent url.Values, room *int64, each func(field, fileName string, body io.Reader) error) error {
	defer func() { _ = part.Close() }()
	if part.FileName() != "" {
		return each(part.FormName(), part.FileName(), part)
	}
	value, err := io.ReadAll(io.LimitReader(part, *room+1))
	if err != nil {
		return unreadable(err)
	}
	if *room -= int64(len(value)); *room < 0 {
		return fault.Wrap(fault.Invalid, "fault.too-large", &http.MaxBytesError{Limit: bodyLimit})
	}
	sent.Add(part.FormName(), string(value))
	return nil
}

func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.Wrap(fault.Invalid, "fault.too-large", err)
	}
	return fault.Wrap(fault.Invalid, "fault.cut-off", err)
}
