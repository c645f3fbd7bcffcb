// Package passkey speaks WebAuthn: it makes the options that a page hands to the authenticator
// and checks what comes back. It never sees a PRF result, and refuses one that is sent.
package passkey

import (
	"bytes"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"varn/internal/kit/fault"
)

// prfSalt is the fixed input of the PRF extension; it always goes along, since some
// authenticators refuse an empty one at registration.
const prfSalt = "varn prf salt 1"

// MaxAnswer bounds what a page may send back, in bytes.
const MaxAnswer = 64 << 10

// Party is the relying party: the domain that passkeys belong to.
type Party struct{ wa *webauthn.WebAuthn }

// Config says for which domain and from which origins passkeys are made.
type Config struct {
	Domain  string // relying party id, e.g. varn.example.se or localhost
	Name    string
	Origins []string
}

// New makes a relying party.
func New(c Config) (*Party, error) {
	wa, err := webauthn.New(&webauthn.Config{RPID: c.Domain, RPDisplayName: c.Name, RPOrigins: c.Origins})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	return &Party{wa: wa}, nil
}

// User is who a passkey is made for or used by.
type User struct {
	Handle      string // the person's id
	Name        string
	Credentials []Credential
}

// Credential is one passkey's public record.
type Credential = webauthn.Credential

// WebAuthnID is the user handle.
func (u User) WebAuthnID() []byte { return []byte(u.Handle) }

// WebAuthnName is what the authenticator shows.
func (u User) WebAuthnName() string { return u.Name }

// WebAuthnDisplayName is what the authenticator shows.
func (u User) WebAuthnDisplayName() string { return u.Name }

// WebAuthnCredentials are the passkeys that the user has.
func (u User) WebAuthnCredentials() []Credential { return u.Credentials }

// BeginRegistration gives the options for the page and the state to keep.
func (p *Party) BeginRegistration(u User) (options any, state []byte, err error) {
	resident := true
	have := make([]protocol.CredentialDescriptor, 0, len(u.Credentials))
	for _, c := range u.Credentials {
		have = append(have, c.Descriptor())
	}
	creation, session, err := p.wa.BeginRegistration(u,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			RequireResidentKey: &resident,
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			// Without user verification the PRF gives another value.
			UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(have),
		webauthn.WithExtensions(webauthn.WithExtensionCredProps(), webauthn.WithExtensionPRF(prf())))
	return begun(creation, session, err)
}

// FinishRegistration checks the authenticator's answer and gives the new passkey.
func (p *Party) FinishRegistration(u User, state, answer []byte) (Credential, error) {
	session, err := resume(state, answer)
	if err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Credential{}, refused(err)
	}
	c, err := p.wa.CreateCredential(u, session, parsed)
	if err != nil {
		return Credential{}, refused(err)
	}
	if !c.Flags.UserVerified {
		return Credential{}, fault.New(fault.Invalid, "passkey.unverified")
	}
	return *c, nil
}

// BeginLogin gives the options for the page and the state to keep.
func (p *Party) BeginLogin() (options any, state []byte, err error) {
	assertion, session, err := p.wa.BeginDiscoverableLogin(
		webauthn.WithUserVerification(protocol.VerificationRequired),
		webauthn.WithAssertionExtensions(webauthn.WithExtensionPRF(prf())))
	return begun(assertion, session, err)
}

// FinishLogin checks the authenticator's answer. find gives the user of a credential id.
func (p *Party) FinishLogin(state, answer []byte, find func(credential []byte, handle string) (User, error)) (Credential, error) {
	session, err := resume(state, answer)
	if err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Credential{}, refused(err)
	}
	_, c, err := p.wa.ValidatePasskeyLogin(func(raw, handle []byte) (webauthn.User, error) {
		return find(raw, string(handle))
	}, session, parsed)
	if err != nil {
		return Credential{}, refused(err)
	}
	if !c.Flags.UserVerified {
		return Credential{}, fault.New(fault.Invalid, "passkey.unverified")
	}
	if c.Authenticator.CloneWarning {
		return Credential{}, fault.New(fault.Denied, "passkey.cloned")
	}
	return *c, nil
}

// begun packs the state that the server keeps until the page answers.
func begun[T any](options T, session *webauthn.SessionData, err error) (any, []byte, error) {
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	state, err := json.Marshal(session)
	return options, state, err
}

// resume unpacks the state and refuses an answer that carries a PRF result: a page that sends
// one would give the server the person's key.
func resume(state, answer []byte) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	if len(answer) > MaxAnswer {
		return session, fault.New(fault.Invalid, "passkey.refused", "answer too large")
	}
	if carriesPRF(answer) {
		return session, fault.New(fault.Invalid, "passkey.refused", "the answer carries a prf result")
	}
	return session, json.Unmarshal(state, &session)
}

func carriesPRF(answer []byte) bool {
	if !bytes.Contains(answer, []byte("prf")) {
		return false
	}
	var v struct {
		Ext struct {
			PRF map[string]json.RawMessage `json:"prf"`
		} `json:"clientExtensionResults"`
	}
	if json.Unmarshal(answer, &v) != nil {
		return true
	}
	_, ok := v.Ext.PRF["results"]
	return ok
}

// refused keeps the library's cause for the operator.
func refused(err error) error {
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f
	}
	return fault.Wrap(fault.Invalid, "passkey.refused", err)
}

func prf() protocol.PRFValues {
	return protocol.PRFValues{First: protocol.URLEncodedBase64(prfSalt)}
}
