package web

import (
	"net/http"
	"strings"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/founding"
)

// setupConfirmView is where the custodians vouch for the first head of security's key.
type setupConfirmView struct {
	Form   *Form
	First  founding.First
	Done   bool
	Needed int
}

func setupConfirmForm() *Form {
	return NewForm(
		Text("fingerprint", "setup_confirm.fingerprint").Hint("setup_confirm.fingerprint-hint").Max(60).Complete("off"),
		Area("codes", "setup_confirm.codes").Hint("setup_confirm.codes-hint").Tall(4).Max(600),
	)
}

func (setupConfirmView) SampleForm() *Form { return setupConfirmForm() }

func (s *Server) setupConfirm(r *Request) error {
	if r.Organisation.ID == "" {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	first, waits, err := s.Desks.Founding.Waiting(r.Context(), r.Organisation.ID)
	if err != nil {
		return err
	}
	if !waits {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	f := setupConfirmForm()
	view := setupConfirmView{Form: f, First: first, Needed: first.Needed}
	if r.HTTP.Method != http.MethodPost {
		return r.Page("setup_confirm.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		codes := strings.FieldsFunc(f.Text("codes"), func(c rune) bool { return c == '\n' || c == ',' || c == ';' })
		err := s.Desks.Founding.ConfirmFirst(r.Context(), r.Organisation.ID, f.Text("fingerprint"), codes)
		switch {
		case err == nil:
			view.Done = true
		case fault.Is(err, fault.Conflict):
			f.Fail("", codeOf(err))
		case !f.Take(err):
			return err
		}
	}
	return r.Page("setup_confirm.html", view)
}

// codeOf is a failure's text.
func codeOf(err error) locale.Key { return locale.Key(fault.Of(err).Code) }
