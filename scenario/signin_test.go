package scenario

import (
	"net/netip"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/usecase/signin"
)

// signIn signs somebody in with address and passphrase.
func (w *town) signIn(a *actor, address string) *actor {
	w.t.Helper()
	secret, err := w.house.SignIn.ByPassphrase(w.t.Context(), signin.Try{Org: w.org, Address: address, Passphrase: phrase, From: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		w.t.Fatal(err)
	}
	return &actor{name: a.name, id: a.id, town: w, secret: secret}
}

func TestSignInByPassphrase(t *testing.T) {
	t.Parallel()
	forBoth(t, byPassphrase)
}

func byPassphrase(t *testing.T, w *town) {
	asta := w.newcomer("Asta Lindvik", access.Elected)
	try := func(address, phrase, from string) error {
		_, err := w.house.SignIn.ByPassphrase(t.Context(), signin.Try{Org: w.org, Address: address, Passphrase: phrase, From: netip.MustParseAddr(from)})
		return err
	}
	must(t, try("Asta.Lindvik@Example.se", phrase, "127.0.0.1"))
	unknown, wrong := try("ingen@example.se", phrase, "127.0.0.2"), try(address(asta.name), phrase+"!", "127.0.0.2")
	if !fault.Is(unknown, fault.Denied) || unknown.Error() != wrong.Error() {
		t.Fatalf("an unknown address and a wrong passphrase are told apart: %v / %v", unknown, wrong)
	}
	for range 9 {
		_ = try(address(asta.name), "fel fel fel fel fel", "127.0.0.3")
	}
	if err := try(address(asta.name), phrase, "127.0.0.4"); !fault.Is(err, fault.Busy) {
		t.Fatalf("after ten wrong tries: %v", err)
	}
	if err := try("bo.drift@example.se", phrase, "127.0.0.4"); err != nil {
		t.Fatalf("others are let in meanwhile: %v", err)
	}
	w.clock.Move(16 * time.Minute)
	must(t, try(address(asta.name), phrase, "127.0.0.4"))
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	asta := w.newcomer("Asta Lindvik", access.Elected)
	other := w.signIn(asta, address(asta.name))
	token, err := w.house.SignIn.NewToken(ctx, asta.session(), "skript", []access.Scope{access.ScopeReadCases}, time.Hour)
	must(t, err)
	all, err := w.house.SignIn.Sessions(ctx, asta.session())
	must(t, err)
	if len(all) != 3 {
		t.Fatalf("%d sessions", len(all))
	}
	robot := &actor{name: "skript", id: asta.id, town: w, secret: token}
	if _, err := w.house.SignIn.NewToken(ctx, robot.session(), "till", access.Scopes(), time.Hour); !fault.Is(err, fault.Denied) {
		t.Fatalf("a token made a token: %v", err)
	}
	if err := w.house.SignIn.Revoke(ctx, robot.session(), asta.session().ID); !fault.Is(err, fault.Denied) {
		t.Fatalf("a token ended a session: %v", err)
	}
	if err := robot.says(asta.opens("Ärende", "text", asta), "hej"); !fault.Is(err, fault.Denied) {
		t.Fatalf("a token wrote beyond its scope: %v", err)
	}
	must(t, w.house.SignIn.SignOutEverywhere(ctx, other.session()))
	for _, a := range []*actor{asta, other, robot} {
		if _, err := w.house.SignIn.Resume(ctx, w.org, a.secret); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", a.name, err)
		}
	}
}

func TestWhoIsOnlyIdentifiedSendsAndOpensNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.newcomer("Asta Lindvik", access.Elected)
	secret, err := w.house.SignIn.Identify(t.Context(), w.org, asta.id, "loa3", "prov")
	must(t, err)
	known := &actor{name: "asta, identifierad", id: asta.id, town: w, secret: secret}
	if s := known.session(); s.Unlocked() || s.Assurance != "loa3" {
		t.Fatalf("%+v", s)
	}
	ref := known.opens("Skickat utan nyckel", "text", asta)
	if _, err := known.reads(ref); !fault.Is(err, fault.Denied) {
		t.Fatalf("opened without a key: %v", err)
	}
	if got, err := asta.reads(ref); err != nil || got.Timeline[0].Author != "Asta Lindvik" {
		t.Fatalf("%v", err)
	}
}
