package web_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
	"varn/internal/transport/web"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/founding"
	"varn/internal/usecase/people"
	"varn/internal/usecase/signin"
)

// town is a whole installation behind the pages, as visitors meet it.
type town struct {
	t       *testing.T
	house   *wire.House
	clock   *clock.Fixed
	url     string
	founded *founding.Founded
	head    *dweller
	admin   *dweller
}

// dweller is somebody with a key and a session.
type dweller struct {
	id, name, secret string
	town             *town
}

const phrase = "fyra lugna älgar vid sjön"

// bare is an installation that nobody has set up.
func bare(t *testing.T, edit ...func(*wire.Config)) *town {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	c.Origin = fmt.Sprintf("http://localhost:%d", ln.Addr().(*net.TCPAddr).Port)
	for _, fn := range edit {
		fn(&c)
	}
	at := clock.At(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC))
	h, err := wire.Open(t.Context(), c, wire.Options{Clock: at, Pool: seal.NewTestPool(), Program: "/proc/self/exe"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	handler, err := h.Handler(false)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: ln, Config: &http.Server{Handler: handler}} //nolint:gosec // a test's own
	server.Start()
	t.Cleanup(server.Close)
	return &town{t: t, house: h, clock: at, url: c.Origin}
}

// found is a municipality with a confirmed head of security and a confirmed administrator.
func found(t *testing.T, edit ...func(*wire.Config)) *town {
	t.Helper()
	w := bare(t, edit...)
	var err error
	w.founded, err = w.house.Founding.Found(t.Context(), founding.Plan{
		Profile:    organisation.Profile{Name: "Exempelstads kommun", Primary: "#0B5C73", Accent: "#6B3FA0", Contact: "trygghet@example.se"},
		Parts:      founding.ParseParts("Kommunstyrelsen (KS)\n- Säkerhetsenheten\nSocialnämnden (SN)"),
		Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm", "Jöns Rönn", "Karin Sälg"}, Threshold: 3,
		Head: person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se", Phone: "070-1740605"}, Admin: person.Profile{Name: "Bo Drift", Address: "bo.drift@example.se"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.head = w.enrol("Sigrid Vakt", w.founded.HeadLink)
	if err := w.house.Founding.ConfirmHead(t.Context(), w.founded.Org, w.head.id, w.head.fingerprint(),
		[]string{w.founded.Sheets[0].Code, w.founded.Sheets[1].Code, w.founded.Sheets[2].Code}); err != nil {
		t.Fatal(err)
	}
	w.admin = w.enrol("Bo Drift", w.founded.AdminLink)
	w.confirm(w.admin)
	return w
}

// enrol takes an invitation with a passphrase.
func (w *town) enrol(name, invitation string) *dweller {
	w.t.Helper()
	e, err := w.house.Enrol.WithPassphrase(w.t.Context(), w.house.Org(), invitation, phrase)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, err := w.house.SignIn.Begin(w.t.Context(), w.house.Org(), e.Person, e.Key, "prov")
	if err != nil {
		w.t.Fatal(err)
	}
	return &dweller{id: e.Person, name: name, secret: secret, town: w}
}

// confirm lets the head vouch for somebody's key and roles.
func (w *town) confirm(d *dweller) {
	w.t.Helper()
	ctx, head := w.t.Context(), w.head.session()
	if err := w.house.People.ConfirmPerson(ctx, head, d.id, d.fingerprint()); err != nil {
		w.t.Fatal(err)
	}
	waiting, err := w.house.People.Proposals(ctx, head)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range waiting.Roles {
		if r.Person == d.id {
			if err := w.house.People.ConfirmRole(ctx, head, r.ID); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// registered is somebody in the register, with the code of their invitation.
func (w *town) registered(name, address string) (id, code string) {
	w.t.Helper()
	id, err := w.house.People.RegisterPerson(w.t.Context(), w.admin.session(), person.Profile{Name: name, Address: address, Title: "Ledamot"})
	if err != nil {
		w.t.Fatal(err)
	}
	if code, err = w.house.People.Invite(w.t.Context(), w.admin.session(), id); err != nil {
		w.t.Fatal(err)
	}
	return id, code
}

// newcomer is somebody who has enrolled and been confirmed, in a role.
func (w *town) newcomer(name, address string, role access.Role) *dweller {
	w.t.Helper()
	id, code := w.registered(name, address)
	d := w.enrol(name, code)
	if _, err := w.house.People.ProposeRole(w.t.Context(), w.admin.session(), people.RoleProposal{Person: id, Role: role}); err != nil {
		w.t.Fatal(err)
	}
	w.confirm(d)
	return d
}

func (d *dweller) session() *access.Session {
	d.town.t.Helper()
	s, err := d.town.house.SignIn.Resume(d.town.t.Context(), d.town.house.Org(), d.secret)
	if err != nil {
		d.town.t.Fatalf("%s: %v", d.name, err)
	}
	return s
}

func (d *dweller) fingerprint() string { return d.session().Key.Public().Fingerprint() }

// needsBrowser passes a test over at once where there is no browser, before it founds a house for nothing.
func needsBrowser(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser with -short")
	}
}

// tab is a browser's page, for somebody or, with nil, for nobody in particular.
func (w *town) tab(t *testing.T, who *dweller) *browser.Tab {
	t.Helper()
	tab := web.Browser().Tab(t)
	if who != nil {
		tab.Cookie(w.url, "varn_session", who.secret)
	}
	return tab
}

// again signs somebody in anew, after their session has ended.
func (w *town) again(d *dweller) string {
	w.t.Helper()
	secret, err := w.house.SignIn.ByPassphrase(w.t.Context(), signin.Try{Org: w.house.Org(), Address: address(d.name), Passphrase: phrase, Label: "prov"})
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// sessionOf is a fresh session of somebody's.
func (w *town) sessionOf(d *dweller) *access.Session {
	w.t.Helper()
	d.secret = w.again(d)
	return d.session()
}

// address is what the tests give everybody: asta.ledamot@example.se.
func address(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.se"
}

// seat gives somebody a seat, proposed by the administrator and confirmed by the head.
func seat(t *testing.T, w *town, d *dweller, fn string) {
	t.Helper()
	id, err := w.house.People.ProposeHolder(t.Context(), w.admin.session(), people.SeatProposal{Function: fn, Person: d.id})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.house.People.ConfirmHolder(t.Context(), w.head.session(), id); err != nil {
		t.Fatal(err)
	}
}
