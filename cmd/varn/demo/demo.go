package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/founding"
	"varn/internal/usecase/people"
)

// Account is a way in that the demo prints.
type Account struct {
	Role  access.Role `json:"role"`
	Name  string      `json:"name"`
	Link  string      `json:"link"`
	Token string      `json:"token"`
}

// Passphrase opens the one account that has a passphrase: the head of security's.
const Passphrase = "fyra lugna älgar vid sjön"

// town is Exempelstad while it is founded.
type town struct {
	h         *wire.House
	org       string
	mu        sync.Mutex // of byName, while people move in side by side
	head      *dweller
	admin     *dweller
	byName    map[string]*dweller
	functions map[string]string
	authority []string
}

// dweller is a resident with a key.
type dweller struct {
	resident
	id  string
	key *seal.Private

	mu     sync.Mutex
	secret string // of their session; empty: none has been begun
	token  string // for work that takes days
}

// Found founds Exempelstad in an empty house and gives a way in for each role.
func Found(ctx context.Context, h *wire.House) ([]Account, error) {
	return foundFor(ctx, h, accounts())
}

// FoundAll founds Exempelstad and gives a way in for everybody who lives there.
func FoundAll(ctx context.Context, h *wire.House) ([]Account, error) {
	return foundFor(ctx, h, append(accounts(), others()...))
}

func foundFor(ctx context.Context, h *wire.House, who []resident) ([]Account, error) {
	w := &town{h: h, byName: map[string]*dweller{}, functions: map[string]string{}}
	for _, step := range []func(context.Context) error{w.past, w.found, w.seats, w.move, w.decide, w.years, w.watch, w.cases, w.owe, w.meet, w.present, w.elect, w.post, w.expose, w.present} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return w.accounts(ctx, who)
}

// found sets up the organisation, its first head of security and its administrator.
func (w *town) found(ctx context.Context) error {
	var head, admin resident
	for _, r := range accounts() {
		switch r.role {
		case access.HeadOfSecurity:
			head = r
		case access.Administrator:
			admin = r
		}
	}
	f, err := w.h.Founding.Found(ctx, founding.Plan{
		Profile: organisation.Profile{Name: "Exempelstads kommun", Primary: "#0B5C73", Accent: "#6B3FA0", Contact: "trygghet@example.se"},
		Parts: []founding.Part{
			{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}, Units: labels("Säkerhetsenheten", "Kansliet", "Kommunikationsenheten")},
			{Label: organisation.Label{Name: "Socialnämnden", Code: "SN"}, Units: labels("Mottagningsenheten", "Hemtjänsten", "Familjeenheten")},
			{Label: organisation.Label{Name: "Barn- och utbildningsnämnden", Code: "BUN"}, Units: labels("Solskolan", "Lindskolan", "Förskolan Gläntan")},
		},
		Custodians: []string{"Henning Låsbom", "Inez Nyckelgren", "Joel Valvström", "Kristin Sigillund", "Margareta Plombäck"},
		Threshold:  3, Head: profile(head), Admin: profile(admin),
	})
	if err != nil {
		return err
	}
	w.org = f.Org
	if w.head, err = w.enrol(ctx, head, f.HeadLink); err != nil {
		return err
	}
	codes := []string{f.Sheets[0].Code, f.Sheets[1].Code, f.Sheets[2].Code}
	if err := w.h.Founding.ConfirmHead(ctx, w.org, w.head.id, w.head.key.Public().Fingerprint(), codes); err != nil {
		return err
	}
	if w.admin, err = w.enrol(ctx, admin, f.AdminLink); err != nil {
		return err
	}
	return w.confirm(ctx, w.admin)
}

// labels makes units of their names.
func labels(names ...string) []organisation.Label {
	out := make([]organisation.Label, len(names))
	for i, n := range names {
		out[i] = organisation.Label{Name: n}
	}
	return out
}

// seats enters the functions.
func (w *town) seats(ctx context.Context) error {
	s, err := w.as(ctx, w.admin)
	if err != nil {
		return err
	}
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	w.functions["security"] = head.Functions[0]
	all, err := w.h.People.Authorities(ctx, s)
	if err != nil {
		return err
	}
	for _, a := range all {
		w.authority = append(w.authority, a.ID)
	}
	for _, v := range []struct {
		key  string
		kind function.Kind
		card function.Card
		at   int
	}{
		{"oncall", function.OnCall, function.Card{Name: "Tjänsteman i beredskap", Phone: "070-1740605", Hours: "dygnet runt"}, 0},
		{"manager", function.UnitManager, function.Card{Name: "Chef, mottagningsenheten", Phone: "070-1740606", Hours: "vardagar 8–17"}, 1},
		{"party", function.PartyContact, function.Card{Name: "Framtidspartiets kontaktperson", Phone: "070-1740607", Party: "Framtidspartiet"}, 0},
		{"registrar", function.Registrar, function.Card{Name: "Registrator, kommunstyrelsen", Phone: "070-1740608", Hours: "vardagar 8–16"}, 0},
		{"safety", function.Safety, function.Card{Name: "Skyddsombud, socialnämnden", Phone: "070-1740609"}, 1},
		{"legal", function.Legal, function.Card{Name: "Kommunjuristen", Phone: "070-1740610"}, 0},
		{"archive", function.Archive, function.Card{Name: "Arkivet", Phone: "070-1740611"}, 0},
	} {
		id, err := w.h.People.RegisterFunction(ctx, s, people.NewFunction{Authority: w.authority[v.at], Kind: v.kind, Card: v.card})
		if err != nil {
			return err
		}
		w.functions[v.key] = id
	}
	return nil
}

// atOnce is how many move in side by side, so that one commit serves many.
const atOnce = 16

// move lets everybody else move in, while the head of security's passphrase is hashed at its full cost.
func (w *town) move(ctx context.Context) error {
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	admin, err := w.as(ctx, w.admin)
	if err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce + 1)
	all.Go(func() error { return w.h.Enrol.SetPassphrase(ctx, head, Passphrase) })
	for _, r := range append(accounts(), others()...) {
		if r.role == access.HeadOfSecurity || r.role == access.Administrator {
			continue
		}
		all.Go(func() error {
			if err := w.settle(ctx, admin, head, r); err != nil {
				return fmt.Errorf("%s: %w", r.title, err)
			}
			return nil
		})
	}
	return all.Wait()
}

// settle lets one move in: registered, invited, enrolled, confirmed, seated.
func (w *town) settle(ctx context.Context, admin, head *access.Session, r resident) error {
	id, err := w.h.People.RegisterPerson(ctx, admin, profile(r))
	if err != nil {
		return err
	}
	link, err := w.h.People.Invite(ctx, admin, id)
	if err != nil {
		return err
	}
	d, err := w.enrol(ctx, r, link)
	if err != nil {
		return err
	}
	role, err := w.h.People.ProposeRole(ctx, admin, people.RoleProposal{Person: id, Role: r.role})
	if err != nil {
		return err
	}
	if err := w.h.People.ConfirmPerson(ctx, head, id, d.key.Public().Fingerprint()); err != nil {
		return err
	}
	if err := w.h.People.ConfirmRole(ctx, head, role); err != nil {
		return err
	}
	if r.seat == "" {
		return nil
	}
	seat, err := w.h.People.ProposeHolder(ctx, admin, people.SeatProposal{Function: w.functions[r.seat], Person: id})
	if err != nil {
		return err
	}
	return w.h.People.ConfirmHolder(ctx, head, seat)
}

// enrol makes a key for whom the invitation is for.
func (w *town) enrol(ctx context.Context, r resident, invitation string) (*dweller, error) {
	e, err := w.h.Enrol.Bare(ctx, w.org, invitation)
	if err != nil {
		return nil, err
	}
	d := &dweller{resident: r, id: e.Person, key: e.Key}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byName[r.name] = d
	return d, nil
}

// confirm lets the head of security vouch for a person's key and proposed roles.
func (w *town) confirm(ctx context.Context, d *dweller) error {
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	if err := w.h.People.ConfirmPerson(ctx, head, d.id, d.key.Public().Fingerprint()); err != nil {
		return err
	}
	waiting, err := w.h.People.Proposals(ctx, head)
	if err != nil {
		return err
	}
	for _, p := range waiting.Roles {
		if p.Person == d.id {
			if err := w.h.People.ConfirmRole(ctx, head, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// cases opens the stories.
func (w *town) cases(ctx context.Context) error {
	for _, st := range stories() {
		by, err := w.as(ctx, w.byName[st.by])
		if err != nil {
			return err
		}
		v := casework.NewCase{Authority: w.authority[st.authority], Title: st.title, Text: st.text}
		for _, f := range st.functions {
			v.Members = append(v.Members, casework.Member{Kind: casefile.ByFunction, ID: w.functions[f], Reason: "Har ansvaret"})
		}
		for _, p := range st.people {
			v.Members = append(v.Members, casework.Member{Kind: casefile.ByPerson, ID: w.byName[p].id, Reason: "Är berörd"})
		}
		ref, err := w.h.Cases.OpenCase(ctx, by, v)
		if err != nil {
			return err
		}
		for _, r := range st.replies {
			s, err := w.as(ctx, w.byName[r.by])
			if err != nil {
				return err
			}
			if _, err := w.h.Cases.AddMessage(ctx, s, ref, r.text); err != nil {
				return fmt.Errorf("%s: %w", st.title, err)
			}
		}
	}
	return nil
}

// accounts gives a link and a token for some of those who live here.
func (w *town) accounts(ctx context.Context, who []resident) ([]Account, error) {
	out := make([]Account, len(who))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for i, r := range who {
		all.Go(func() error {
			d := w.byName[r.name]
			s, err := w.as(ctx, d)
			if err != nil {
				return err
			}
			token, err := w.h.SignIn.NewToken(ctx, s, "Demo", access.Scopes(), 30*24*time.Hour)
			out[i] = Account{Role: r.role, Name: r.name, Link: w.h.Config.Origin + "/demo/" + d.secret, Token: token}
			return err
		})
	}
	return out, all.Wait()
}

// as gives somebody's session as it stands now; one that has ended, or never was, is begun.
func (w *town) as(ctx context.Context, d *dweller) (*access.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.secret != "" {
		s, err := w.h.SignIn.Resume(ctx, w.org, d.secret)
		if !fault.Is(err, fault.Denied) {
			return s, err
		}
	}
	var err error
	if d.secret, err = w.h.SignIn.Begin(ctx, w.org, d.id, d.key, "Demolänk"); err != nil {
		return nil, err
	}
	return w.h.SignIn.Resume(ctx, w.org, d.secret)
}

// past sets the clock back to when Exempelstad is founded.
func (w *town) past(context.Context) error {
	w.at(730 * 24 * time.Hour)
	return nil
}

// present ends the telling: the time is the machine's again, by somebody's word.
func (w *town) present(ctx context.Context) error {
	w.at(0)
	return w.h.DB.ConfirmTime(ctx)
}

func profile(r resident) person.Profile {
	return person.Profile{Name: r.name, Title: r.title, Party: r.party, Address: address(r.name), Lang: "sv"}
}

func address(name string) string {
	var out []rune
	for _, c := range name {
		switch c {
		case ' ':
			out = append(out, '.')
		case 'å', 'ä', 'Å', 'Ä':
			out = append(out, 'a')
		case 'ö', 'Ö':
			out = append(out, 'o')
		case 'é':
			out = append(out, 'e')
		default:
			out = append(out, c)
		}
	}
	return string(out) + "@example.se"
}
