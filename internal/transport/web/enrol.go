package web

import (
	"net/http"

	"varn/internal/kit/fault"
	"varn/internal/usecase/enrol"
)

// enrolView (inbjudan) is the first visit of somebody who has been invited: they give their
// code, and choose how they will unlock their key.
type enrolView struct {
	Form *Form
	// Code is the invitation's secret once it has been accepted; it only travels in forms.
	Code, Name, Address string
	Phrase              *Form
}

func enrolForm() *Form {
	return NewForm(Text("code", "enrol.code").Hint("enrol.code-hint").Complete("off"))
}

func phraseForm() *Form {
	return NewForm(
		Password("passphrase", "passphrase.new").Hint("passphrase.rules").Complete("new-password"),
		Password("again", "passphrase.again").Complete("new-password"),
		Carried("code"),
	)
}

// SampleForm has the fields of both of the page's forms.
func (enrolView) SampleForm() *Form {
	return NewForm(append(phraseForm().Fields(), Text("code", "enrol.code"))...)
}

// enrolStart asks for the code. A link carries it after a #, which no server and no log ever
// sees; the page's script moves it into the field.
func (s *Server) enrolStart(r *Request) error {
	f := enrolForm()
	if r.HTTP.Method != http.MethodPost {
		return r.Page("enrol.html", enrolView{Form: f})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page("enrol.html", enrolView{Form: f})
	}
	return s.enrolChoice(r, f, phraseForm())
}

// enrolChoice shows the ways to unlock, or what is wrong with the code.
func (s *Server) enrolChoice(r *Request, code, phrase *Form) error {
	_, v, err := s.Desks.People.Invited(r.Context(), r.Organisation.ID, code.Text("code"))
	if fault.Is(err, fault.NotFound) {
		code.Fail("code", "invitation.gone")
		r.form = code
		return r.Page("enrol.html", enrolView{Form: code})
	}
	if err != nil {
		return err
	}
	phrase.Set("code", code.Text("code"))
	return r.Page("enrol.html", enrolView{Form: phrase, Phrase: phrase, Code: code.Text("code"), Name: v.Name, Address: v.Address})
}

// enrolPassphrase makes the person's key with a passphrase.
func (s *Server) enrolPassphrase(r *Request) error {
	f := phraseForm()
	if err := r.Read(f); err != nil {
		return err
	}
	same(f)
	code := enrolForm().Set("code", f.Text("code"))
	if f.Failed() {
		return s.enrolChoice(r, code, f)
	}
	e, err := s.Desks.Enrol.WithPassphrase(r.Context(), r.Organisation.ID, f.Text("code"), f.Text("passphrase"))
	if fault.Is(err, fault.NotFound) || f.Take(err) {
		return s.enrolChoice(r, code, f)
	}
	if err != nil {
		return err
	}
	if err := s.begin(r, e); err != nil {
		return err
	}
	return r.Redirect(fingerprintPath)
}

// same asks for the new passphrase twice: nobody else can open a key closed by a slip.
func same(f *Form) {
	if !f.Failed() && f.Text("passphrase") != f.Text("again") {
		f.Fail("again", "passphrase.differs")
	}
}

// begin signs in whoever has just made their key.
func (s *Server) begin(r *Request, e enrol.Enrolled) error {
	secret, err := s.Desks.SignIn.Begin(r.Context(), r.Organisation.ID, e.Person, e.Key, device(r))
	if err != nil {
		return err
	}
	r.SignIn(secret)
	return nil
}

func (s *Server) enrolPasskeyBegin(r *Request) (any, error) {
	var sent passkeySent
	if err := readJSON(r, &sent); err != nil {
		return nil, err
	}
	return offered(s.Desks.Enrol.BeginPasskey(r.Context(), r.Organisation.ID, sent.Code))
}

// enrolPasskey makes the person's key with a passkey that can derive secrets.
func (s *Server) enrolPasskey(r *Request) (any, error) {
	var sent passkeySent
	if err := readJSON(r, &sent); err != nil {
		return nil, err
	}
	e, err := s.Desks.Enrol.WithPasskey(r.Context(), r.Organisation.ID, sent.Code, enrol.Answer{
		Ceremony: sent.Ceremony, Response: sent.Credential, Unlock: sent.unlock(), Label: device(r),
	})
	if err != nil {
		return nil, err
	}
	if err := s.begin(r, e); err != nil {
		return nil, err
	}
	return onward{Next: fingerprintPath}, nil
}
