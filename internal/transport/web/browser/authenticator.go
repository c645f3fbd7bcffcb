package browser

import "github.com/chromedp/cdproto/webauthn"

// Authenticator plugs in a virtual passkey device that verifies its user; with prf it can also
// derive secrets, as phones can and some computers cannot.
func (tab *Tab) Authenticator(prf bool) {
	tab.t.Helper()
	Call(tab, webauthn.Enable, webauthn.EnableParams{})
	Call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
			Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
			HasUserVerification: true, IsUserVerified: true, HasPrf: prf, AutomaticPresenceSimulation: true,
		},
	})
}
