package demo_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/exposure"
	"varn/internal/usecase/signin"
)

// A visitor comes to a town that is whole: every account opens, and there are cases in every state.
func TestExempelstadIsWholeWhenItIsReady(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	root := t.TempDir()
	c := wire.Defaults()
	c.Origin = "http://localhost:8080"
	c.Data, c.ServerKey, c.Reserve = filepath.Join(root, "data"), filepath.Join(root, "keys", "server"), 0
	h, err := wire.Open(ctx, c, wire.Options{Clock: &demo.Clock{}, Pool: seal.NewTestPool()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	if len(accounts) != 19 {
		t.Errorf("%d accounts, want one for each of 19 roles", len(accounts))
	}
	sessions := map[access.Role]*access.Session{}
	for _, a := range accounts {
		s, err := h.SignIn.Resume(ctx, h.Org(), strings.TrimPrefix(a.Link, c.Origin+"/demo/"))
		if err != nil || s.Name != a.Name || !s.Has(a.Role) || !s.Unlocked() {
			t.Fatalf("%s: the link gives %+v, %v", a.Role, s, err)
		}
		if s, err := h.SignIn.Resume(ctx, h.Org(), a.Token); err != nil || s.Kind != access.Token || s.Name != a.Name {
			t.Errorf("%s: the token gives %+v, %v", a.Role, s, err)
		}
		sessions[a.Role] = s
	}
	everyState(t, h, sessions[access.CaseOfficer])
	watched(t, h, sessions[access.CommunicationsOfficer], sessions[access.Manager])
	if _, err := h.SignIn.ByPassphrase(ctx, signin.Try{Org: h.Org(), Address: "sigrid.vaktmyr@example.se", Passphrase: demo.Passphrase}); err != nil {
		t.Errorf("the printed passphrase does not open: %v", err)
	}
	left, err := h.SignIn.Sessions(ctx, sessions[access.CaseOfficer])
	if err != nil {
		t.Fatal(err)
	}
	tokens := 0
	for _, s := range left {
		if s.Kind == access.Token {
			tokens++
		}
	}
	if tokens != 1 {
		t.Errorf("the case officer has %d tokens that work, want the one that is printed", tokens)
	}
}

// everyState finds 41 cases, a meeting among them, with whoever handles them, and each state of the life-cycle among them.
func everyState(t *testing.T, h *wire.House, officer *access.Session) {
	t.Helper()
	got, err := h.Cases.ListCases(context.Background(), officer, casework.Wanted{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	states := map[casefile.State]int{}
	oldest := got.Lines[0].Opened
	for _, l := range got.Lines {
		states[l.State]++
		oldest = min(oldest, l.Opened)
	}
	if len(got.Lines) != 41 {
		t.Errorf("%d cases, want 41", len(got.Lines))
	}
	for _, s := range []casefile.State{casefile.New, casefile.Received, casefile.Assessed, casefile.Measures, casefile.FollowUp, casefile.Closed} {
		if states[s] == 0 {
			t.Errorf("no case is %s: %v", s, slices.Sorted(maps.Keys(states)))
		}
	}
	if age := h.DB.Now().Time().Sub(oldest.Time()); age.Hours() < 700*24 {
		t.Errorf("the oldest case is %v old, want nearly two years", age)
	}
}

// watched finds work on Exempelstad's website, something that was mended and something that was accepted.
func watched(t *testing.T, h *wire.House, kajsa, chef *access.Session) {
	t.Helper()
	all, err := h.Exposure.List(t.Context(), kajsa, exposure.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	if c := all.Counts; c.Waiting < 4 || c.Gone != 1 || c.Accepted != 1 {
		t.Errorf("counts %+v", c)
	}
	own, err := h.Exposure.List(t.Context(), chef, exposure.Wanted{})
	if err != nil || own.Total == 0 || own.Total >= all.Total {
		t.Errorf("the manager sees %d of %d, %v", own.Total, all.Total, err)
	}
}
