package web

// pageViews names each page's view. The tests execute every template in every language with
// an empty and with a filled one, so that a template and its view cannot drift apart.
func pageViews() map[string]any {
	return map[string]any{
		"about.html":               aboutView{},
		"account.html":             accountView{},
		"account_fingerprint.html": accountFingerprintView{},
		"account_passkey.html":     accountPasskeyView{},
		"account_passphrase.html":  accountPassphraseView{},
		"account_token.html":       accountTokenView{},
		"enrol.html":               enrolView{},
		"setup.html":               setupView{},
		"setup_confirm.html":       setupConfirmView{},
		"setup_done.html":          setupDoneView{},
		"signin.html":              signinView{},
		"signout.html":             signoutView{},
		"accessibility.html":       accessibilityView{},
		"conflict.html":            conflictView{},
		"confirm.html":             Confirm{},
		"error.html":               errorView{},
		"layout.html":              layoutView{},
		"personal.html":            personalView{},
		"start.html":               startView{},
	}
}
