package web

import (
	"net/http"

	"varn/internal/domain/person"
	"varn/internal/usecase/enrol"
)

// accountPassphraseView gives or changes the person's own passphrase.
type accountPassphraseView struct {
	Form *Form
	Have bool
}

func newPhraseForm() *Form {
	return NewForm(
		Password("passphrase", "passphrase.new").Hint("passphrase.rules").Complete("new-password"),
		Password("again", "passphrase.again").Complete("new-password"),
	)
}

func (accountPassphraseView) SampleForm() *Form { return newPhraseForm() }

func (s *Server) accountPassphrase(r *Request) error {
	f := newPhraseForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		same(f)
		if !f.Failed() {
			err := s.Desks.Enrol.SetPassphrase(r.Context(), r.Session, f.Text("passphrase"))
			if err == nil {
				return r.Redirect(accountPath)
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	have, err := s.Desks.Enrol.Unlockers(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := accountPassphraseView{Form: f}
	for _, u := range have {
		view.Have = view.Have || u.Kind == person.Passphrase
	}
	return r.Page("account_passphrase.html", view)
}

// accountPasskeyView adds one more passkey.
type accountPasskeyView struct{ Label string }

func (s *Server) accountPasskey(r *Request) error {
	return r.Page("account_passkey.html", accountPasskeyView{Label: device(r)})
}

func (s *Server) accountPasskeyBegin(r *Request) (any, error) {
	return offered(s.Desks.Enrol.BeginAnother(r.Context(), r.Session))
}

func (s *Server) accountPasskeyAdd(r *Request) (any, error) {
	var sent passkeySent
	if err := readJSON(r, &sent); err != nil {
		return nil, err
	}
	label, ok := tidy(sent.Label, false)
	if !ok || label == "" || len([]rune(label)) > 100 {
		label = device(r)
	}
	err := s.Desks.Enrol.AddPasskey(r.Context(), r.Session, enrol.Answer{
		Ceremony: sent.Ceremony, Response: sent.Credential, Unlock: sent.unlock(), Label: label,
	})
	return onward{Next: accountPath}, err
}

// idForm carries the id of the thing that a small form is about.
func idForm() *Form { return NewForm(Carried("id")) }

// accountUnlockerRemove asks first, then takes away one way to unlock.
func (s *Server) accountUnlockerRemove(r *Request) error {
	f := idForm()
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("account.remove-ask"), Text: r.Text("account.remove-text"), Action: "/konto/nyckel/ta-bort",
			Button: r.Text("account.remove"), Danger: true, Back: accountPath, Hidden: []Hidden{{Name: "id", Value: r.Query("id")}},
		})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.Enrol.RemoveUnlocker(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect(accountPath)
}
