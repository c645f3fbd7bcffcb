package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"varn/internal/domain/directory"
	usedirectory "varn/internal/usecase/directory"
)

// photoView (foto) is where a photo is sent in and taken away: one's own, or another's by who keeps the register.
type photoView struct {
	Form         *Form
	About, Back  string
	Action, Drop string
	Picture      string // address of the one there is
	Own          bool
}

func (photoView) SampleForm() *Form { return photoForm() }

func photoForm() *Form {
	f := File("photo", "photo.file").Hint("photo.file-hint").OneOf().One()
	f.Accept = "image/jpeg,image/png,image/webp"
	return NewForm(f)
}

func (s *Server) photo(r *Request) error {
	id := r.Path("id")
	view := photoView{Form: photoForm(), Back: ownEntryPath, Action: ownEntryPath + "/foto", Own: true}
	if id != "" {
		m, err := s.Desks.Directory.About(r.Context(), r.Session, id)
		if err != nil {
			return err
		}
		view.About, view.Back, view.Action, view.Own = m.Representative.Name, keptPersonPath+id, keptPersonPath+id+"/foto", false
		if m.Portrait != "" {
			view.Picture = view.Action + "/bild.jpg"
		}
	} else {
		m, err := s.Desks.Directory.Mine(r.Context(), r.Session)
		if err != nil {
			return err
		}
		if m.Portrait != "" {
			view.Picture = view.Action + "/bild.jpg"
		}
	}
	view.Drop = view.Action + "/ta-bort"
	if r.HTTP.Method != http.MethodPost {
		return r.Page("photo.html", view)
	}
	r.HTTP.Body = http.MaxBytesReader(r.W, r.HTTP.Body, usedirectory.MaxPhoto+bodyLimit)
	sent := false
	var failed error
	if err := r.ReadParts(view.Form, func(field, _ string, body io.Reader) error {
		if field != "photo" || sent {
			return nil
		}
		first := make([]byte, 1)
		if n, _ := io.ReadFull(body, first); n == 0 {
			return nil // nothing was chosen
		}
		sent = true
		failed = s.Desks.Directory.PutPhoto(r.Context(), r.Session, id, io.MultiReader(bytes.NewReader(first), body))
		return nil
	}); err != nil {
		return err
	}
	switch {
	case !sent:
		view.Form.Fail("photo", "form.required")
	case failed == nil:
		return r.Redirect(view.Back)
	case !view.Form.Take(failed):
		return failed
	}
	return r.Page("photo.html", view)
}

// photoDrop destroys a photo.
func (s *Server) photoDrop(r *Request) error {
	if err := r.Read(NewForm()); err != nil {
		return err
	}
	if err := s.Desks.Directory.DropPhoto(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	if id := r.Path("id"); id != "" {
		return r.Redirect(keptPersonPath + id)
	}
	return r.Redirect(ownEntryPath)
}

// photoShow gives a photo that may not be published to whom it is of, and to who keeps the register.
func (s *Server) photoShow(r *Request) error {
	raw, err := s.Desks.Directory.OwnPhoto(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	return r.jpeg(raw)
}

// publicPhoto gives a published photo. It is asked for again each time, so that a withdrawn consent holds at once.
func (s *Server) publicPhoto(r *Request, size directory.Size) error {
	raw, mark, err := s.Desks.Directory.PublicPhoto(r.Context(), r.Organisation.ID, r.Path("slug"), size)
	if err != nil {
		return err
	}
	h := r.W.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Etag", `"`+mark+`"`)
	if r.HTTP.Header.Get("If-None-Match") == `"`+mark+`"` {
		r.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	return r.jpeg(raw)
}

func (r *Request) jpeg(raw []byte) error {
	r.W.Header().Set("Content-Type", "image/jpeg")
	r.W.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	_, _ = r.W.Write(raw)
	return nil
}
