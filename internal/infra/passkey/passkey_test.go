package passkey

import (
	"strings"
	"testing"

	"varn/internal/kit/fault"
)

func party(t *testing.T) *Party {
	t.Helper()
	p, err := New(Config{Domain: "localhost", Name: "Exempelstad", Origins: []string{"http://localhost:1234"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnAnswerWithAPRFResultIsRefused(t *testing.T) {
	t.Parallel()
	_, state, err := party(t).BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range []string{
		`{"id":"x","clientExtensionResults":{"prf":{"results":{"first":"AAAA"}}}}`,
		`{"id":"x","clientExtensionResults":{"prf":{"results":null}}}`,
		`{"prf":`,
	} {
		_, err := party(t).FinishLogin(state, []byte(answer), nil)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "prf result") {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestOptionsAskForVerificationAndPRF(t *testing.T) {
	t.Parallel()
	options, _, err := party(t).BeginRegistration(User{Handle: "person", Name: "Asta"})
	if err != nil {
		t.Fatal(err)
	}
	text := marshal(t, options)
	for _, want := range []string{`"userVerification":"required"`, `"residentKey":"required"`, `"prf"`} {
		if !strings.Contains(text, want) {
			t.Errorf("options lack %s: %s", want, text)
		}
	}
}

func FuzzFinishLogin(f *testing.F) {
	f.Add([]byte(`{"id":"x","rawId":"eA","type":"public-key","response":{}}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, answer []byte) {
		p := party(t)
		_, state, err := p.BeginLogin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.FinishLogin(state, answer, func([]byte, string) (User, error) {
			return User{}, fault.New(fault.NotFound, "fault.not-found")
		}); err == nil {
			t.Fatal("an answer without a signature was taken")
		}
	})
}
