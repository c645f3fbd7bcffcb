package web

import (
	"net/http"
	"strconv"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// accountTokenView makes an API token; its secret is shown once and kept nowhere.
type accountTokenView struct {
	Form   *Form
	Secret string
	Label  string
}

func tokenForm() *Form {
	scopes := []Option{}
	for _, one := range access.Scopes() {
		scopes = append(scopes, Option{Value: string(one), Key: scopeName(one)})
	}
	return NewForm(
		Text("label", "account_token.label").Hint("account_token.label-hint").Max(100).Complete("off"),
		Checks("scopes", "account_token.scopes", scopes...),
		Text("days", "account_token.days").Hint("account_token.days-hint").Max(2),
	)
}

func (accountTokenView) SampleForm() *Form { return tokenForm() }

func (s *Server) accountToken(r *Request) error {
	f := tokenForm().Set("days", "30")
	if r.HTTP.Method != http.MethodPost {
		return r.Page("account_token.html", accountTokenView{Form: f})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	days, err := strconv.Atoi(f.Text("days"))
	if err != nil && !f.Failed() {
		f.Fail("days", "token.days", 90)
	}
	if f.Failed() {
		return r.Page("account_token.html", accountTokenView{Form: f})
	}
	var scopes []access.Scope
	for _, one := range f.All("scopes") {
		scopes = append(scopes, access.Scope(one))
	}
	secret, err := s.Desks.SignIn.NewToken(r.Context(), r.Session, f.Text("label"), scopes, time.Duration(days)*24*time.Hour)
	if fault.Is(err, fault.Invalid) && f.Take(err) {
		return r.Page("account_token.html", accountTokenView{Form: f})
	}
	if err != nil {
		return err
	}
	return r.Page("account_token.html", accountTokenView{Form: f, Secret: secret, Label: f.Text("label")})
}

func scopeNames(all []access.Scope) []locale.Key {
	out := make([]locale.Key, len(all))
	for i, one := range all {
		out[i] = scopeName(one)
	}
	return out
}

func scopeName(s access.Scope) locale.Key {
	switch s {
	case access.ScopeReadCases:
		return "scope.read-cases"
	case access.ScopeWriteCases:
		return "scope.write-cases"
	case access.ScopeReadAdmin:
		return "scope.read-admin"
	}
	return "scope.send"
}
