package scenario

import (
	"path/filepath"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/founding"
	"varn/internal/usecase/people"
)

// town is a municipality in which a story happens.
type town struct {
	t       testing.TB
	house   *wire.House
	clock   *clock.Fixed
	org     string
	founded *founding.Founded
	council string // the first authority
	guard   string // the security function
	head    *actor
	admin   *actor
	closed  bool // the story has closed the house itself
}

// actor is somebody in a story, signed in.
type actor struct {
	name   string
	id     string
	town   *town
	secret string
}

const phrase = "en lång lösenfras för Exempelstad"

// found sets a municipality up the way its people do: sheets, first head, administrator.
func found(t *testing.T, edit ...func(*wire.Config)) *town {
	t.Helper()
	return foundAt(t, time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC), edit...)
}

// foundAt sets a municipality up at a moment.
func foundAt(t testing.TB, now time.Time, edit ...func(*wire.Config)) *town {
	t.Helper()
	dir := t.TempDir()
	c := wire.Defaults()
	c.Data = filepath.Join(dir, "data")
	c.ServerKey = filepath.Join(dir, "keys", "server")
	c.Reserve = 0
	for _, fn := range edit {
		fn(&c)
	}
	at := clock.At(now)
	h, err := wire.Open(t.Context(), c, wire.Options{Clock: at, Pool: seal.NewTestPool(), Program: "/proc/self/exe"})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, house: h, clock: at}
	t.Cleanup(func() {
		if w.closed {
			return
		}
		if err := w.house.Close(); err != nil {
			t.Error(err)
		}
	})
	w.setUp()
	return w
}

func (w *town) setUp() {
	w.t.Helper()
	f, err := w.house.Founding.Found(w.t.Context(), founding.Plan{
		Profile: organisation.Profile{Name: "Exempelstads kommun", Primary: "#0B5C73", Accent: "#6B3FA0"},
		Parts: []founding.Part{
			{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}, Units: []organisation.Label{{Name: "Säkerhetsenheten"}}},
			{Label: organisation.Label{Name: "Socialnämnden", Code: "SN"}},
		},
		Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm", "Jöns Rönn", "Karin Sälg"},
		Threshold:  3,
		Head:       person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se"},
		Admin:      person.Profile{Name: "Bo Drift", Address: "bo.drift@example.se"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.org, w.founded = f.Org, f
	head := w.enrol("Sigrid Vakt", f.HeadLink)
	codes := []string{f.Sheets[0].Code, f.Sheets[2].Code, f.Sheets[4].Code}
	if err := w.house.Founding.ConfirmHead(w.t.Context(), w.org, f.Head, head.fingerprint(), codes); err != nil {
		w.t.Fatal(err)
	}
	w.head = head
	w.admin = w.enrol("Bo Drift", f.AdminLink)
	w.confirm(w.admin)
	w.confirmRoles(w.admin)
	w.council = w.authority(0)
	w.guard = w.head.session().Functions[0]
}

// enrol takes an invitation and makes a key with a passphrase.
func (w *town) enrol(name, invitation string) *actor {
	w.t.Helper()
	e, err := w.house.Enrol.WithPassphrase(w.t.Context(), w.org, invitation, phrase)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, err := w.house.SignIn.Begin(w.t.Context(), w.org, e.Person, e.Key, "prov")
	if err != nil {
		w.t.Fatal(err)
	}
	return &actor{name: name, id: e.Person, town: w, secret: secret}
}

// session is what the actor may do at this moment.
func (a *actor) session() *access.Session {
	a.town.t.Helper()
	s, err := a.town.house.SignIn.Resume(a.town.t.Context(), a.town.org, a.secret)
	if err != nil {
		a.town.t.Fatalf("%s: %v", a.name, err)
	}
	return s
}

func (a *actor) fingerprint() string {
	return a.session().Key.Public().Fingerprint()
}

// confirm lets the head of security vouch for somebody's key.
func (w *town) confirm(a *actor) {
	w.t.Helper()
	if err := w.house.People.ConfirmPerson(w.t.Context(), w.head.session(), a.id, a.fingerprint()); err != nil {
		w.t.Fatal(err)
	}
}

// confirmRoles lets the head of security confirm what was proposed for somebody.
func (w *town) confirmRoles(a *actor) {
	w.t.Helper()
	for _, g := range w.roles(a.id) {
		if g.State == person.Proposed {
			if err := w.house.People.ConfirmRole(w.t.Context(), w.head.session(), g.ID); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// newcomer registers, invites, enrols and confirms somebody with a role.
func (w *town) newcomer(name string, role access.Role) *actor {
	w.t.Helper()
	return w.joins(person.Profile{Name: name, Address: address(name)}, role)
}

// joins is newcomer for a whole profile.
func (w *town) joins(p person.Profile, role access.Role) *actor {
	w.t.Helper()
	ctx := w.t.Context()
	id, err := w.house.People.RegisterPerson(ctx, w.admin.session(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	link, err := w.house.People.Invite(ctx, w.admin.session(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	a := w.enrol(p.Name, link)
	w.confirm(a)
	if role != "" {
		if _, err := w.house.People.ProposeRole(ctx, w.admin.session(), people.RoleProposal{Person: id, Role: role}); err != nil {
			w.t.Fatal(err)
		}
		w.confirmRoles(a)
	}
	return a
}

// seat gives somebody a seat in a function, proposed by the administrator and confirmed by the head.
func (w *town) seat(a *actor, fn string) {
	w.t.Helper()
	id, err := w.house.People.ProposeHolder(w.t.Context(), w.admin.session(), people.SeatProposal{Function: fn, Person: a.id})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.house.People.ConfirmHolder(w.t.Context(), w.head.session(), id); err != nil {
		w.t.Fatal(err)
	}
}

// function enters a function of the council.
func (w *town) function(kind function.Kind, name string) string {
	w.t.Helper()
	id, err := w.house.People.RegisterFunction(w.t.Context(), w.admin.session(), people.NewFunction{Authority: w.council, Kind: kind, Card: function.Card{Name: name}})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// opens opens a case for the security function and the named people.
func (a *actor) opens(title, text string, with ...*actor) string {
	a.town.t.Helper()
	members := []casework.Member{{Kind: casefile.ByFunction, ID: a.town.guard, Reason: "ansvarar"}}
	for _, b := range with {
		members = append(members, casework.Member{Kind: casefile.ByPerson, ID: b.id, Reason: "berörd"})
	}
	ref, err := a.town.house.Cases.OpenCase(a.town.t.Context(), a.session(), casework.NewCase{Authority: a.town.council, Title: title, Text: text, Members: members})
	if err != nil {
		a.town.t.Fatal(err)
	}
	return ref
}

func (a *actor) reads(ref string) (*casework.Opened, error) {
	return a.town.house.Cases.ReadCase(a.town.t.Context(), a.session(), ref)
}

func (a *actor) says(ref, text string) error {
	_, err := a.town.house.Cases.AddMessage(a.town.t.Context(), a.session(), ref, text)
	return err
}

func address(name string) string {
	out := ""
	for _, r := range name {
		switch {
		case r == ' ':
			out += "."
		case r < 128:
			out += string(r)
		}
	}
	return out + "@example.se"
}

// unit gives the id of the n-th unit.
func (w *town) unit(n int) string {
	w.t.Helper()
	var id string
	if err := w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Units()
		if err == nil {
			id = all[n].ID
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// unitFunction enters a function of a unit.
func (w *town) unitFunction(kind function.Kind, name, unit string) string {
	w.t.Helper()
	id, err := w.house.People.RegisterFunction(w.t.Context(), w.admin.session(), people.NewFunction{Authority: w.council, Unit: unit, Kind: kind, Card: function.Card{Name: name}})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}
