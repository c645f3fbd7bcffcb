package web

import (
	"mime"
	"net/http"

	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// packageView is the page from which a package is taken: what it holds, who has seen it, and what to do
// with it.
type packageView struct {
	Form      *Form
	Ref, Href string
	State     casework.PackageState
	Key       string // the fingerprint of the log's key
	KeyText   string
}

func (packageView) SampleForm() *Form { return packageForm(true) }

// packageForm asks why, where the person concerned has not seen it or objects.
func packageForm(why bool) *Form {
	reason := Area("reason", "case_package.reason").Hint("case_package.reason-hint").Max(casefile.MaxReason).Tall(3)
	if !why {
		reason = reason.Optional()
	}
	return NewForm(reason)
}

// casePackage (paket) shows the state of a package and gives it. Nothing is sent to anybody.
func (s *Server) casePackage(r *Request) error {
	state, err := s.Desks.Cases.PackageOf(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	f := packageForm(state.NeedsReason())
	if r.HTTP.Method != "POST" {
		return s.packagePage(r, f, *state)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return s.packagePage(r, f, *state)
	}
	out := &begun{ResponseWriter: r.W, name: "underlag-" + r.Path("ref") + ".zip"}
	err = s.Desks.Cases.MakePackage(r.Context(), r.Session, r.Path("ref"), f.Text("reason"), slowly{out, http.NewResponseController(r.W)})
	switch {
	case err == nil:
		return nil
	case out.yes: // what has gone out is no archive, and must not look like an answer that ended well
		s.failed(r, fault.Of(err), http.StatusInternalServerError, "")
		panic(http.ErrAbortHandler)
	case takes(f, err):
		return s.packagePage(r, f, *state)
	}
	return err
}

func (s *Server) packagePage(r *Request, f *Form, state casework.PackageState) error {
	r.Title(r.Text("case_package.title") + " – " + r.Path("ref"))
	key, fingerprint := s.Desks.Cases.LogKey()
	return r.Page("case_package.html", packageView{Form: f, Ref: r.Path("ref"), Href: casePath + r.Path("ref"), State: state, Key: fingerprint, KeyText: key})
}

// begun says what comes with the first byte and not before: until then an error can still be a page.
type begun struct {
	http.ResponseWriter
	name string
	yes  bool
}

func (b *begun) Write(p []byte) (int, error) {
	if !b.yes {
		b.yes = true
		h := b.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": b.name}))
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	}
	return b.ResponseWriter.Write(p)
}
