package scenario

import (
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// cast is a town with everybody whose eyes a story follows.
type cast struct {
	*town
	asta  *actor // elected part-time, of Framtidspartiet
	emil  *actor // employed in the unit
	vera  *actor // holds the security function beside the head
	maria *actor // manages the unit
	mats  *actor // manages it with her
	petra *actor // Framtidspartiet's named contact
	rut   *actor // keeps the council's register
	arvid *actor // audits
	unit  string
}

// phone is where the security function answers.
const phone = "070-1740620"

func (w *town) cast() *cast {
	w.t.Helper()
	c := &cast{town: w, unit: w.unit(0)}
	c.asta = w.member("Asta Ledamot", access.Elected, "Framtidspartiet")
	c.emil = w.newcomer("Emil Norrby", access.Employee)
	c.vera = w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(c.vera, w.guard)
	c.maria, c.mats = w.newcomer("Maria Chef", access.Manager), w.newcomer("Mats Chef", access.Manager)
	boss := w.unitFunction(function.UnitManager, "Chef för enheten", c.unit)
	w.seat(c.maria, boss)
	w.seatBy(c.maria, c.mats, boss)
	c.petra = w.member("Petra Kontakt", access.PartyContact, "Framtidspartiet")
	w.seat(c.petra, w.partyFunction("Framtidspartiet"))
	c.rut = w.registrar()
	c.arvid = w.newcomer("Arvid Revisor", access.Auditor)
	var f function.Function
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		f, err = tx.VouchedFunction(w.keys(), w.guard)
		return err
	}))
	must(w.t, w.house.People.ChangeCard(w.t.Context(), w.head.session(), w.guard, function.Card{Name: "Säkerhetsfunktionen", Phone: phone}, f.Version))
	return c
}

func (c *cast) all() []*actor {
	return []*actor{c.head, c.admin, c.asta, c.emil, c.vera, c.maria, c.mats, c.petra, c.rut, c.arvid}
}

// see holds who knows of a case at a step of the story. To everybody else it is not there: not itself,
// its circle or its log, and neither the list, the search nor any count of the inbox has it.
func (c *cast) see(step, ref string, readers ...*actor) {
	c.t.Helper()
	ctx := c.t.Context()
	for _, a := range c.all() {
		may := slices.Contains(readers, a)
		for _, query := range []string{"", "hot"} {
			list, err := c.house.Cases.ListCases(ctx, a.session(), casework.Wanted{Query: query, Limit: 200})
			must(c.t, err)
			if has := slices.ContainsFunc(list.Lines, func(l casework.Line) bool { return l.Ref == ref }); has != may {
				c.t.Errorf("%s: %s has it in the list of %q: %v", step, a.name, query, has)
			}
		}
		if may {
			continue
		}
		if _, err := a.reads(ref); !fault.Is(err, fault.NotFound) {
			c.t.Errorf("%s: %s reads: %v", step, a.name, err)
		}
		if _, err := c.house.Cases.Openings(ctx, a.session(), ref, 0); !fault.Is(err, fault.NotFound) {
			c.t.Errorf("%s: %s sees who has opened it: %v", step, a.name, err)
		}
		if err := a.says(ref, "Hej"); !fault.Is(err, fault.NotFound) {
			c.t.Errorf("%s: %s writes: %v", step, a.name, err)
		}
		if err := c.house.Cases.TakeCase(ctx, a.session(), ref); !fault.Is(err, fault.NotFound) {
			c.t.Errorf("%s: %s takes it: %v", step, a.name, err)
		}
	}
}

// moves takes a case some steps on.
func (a *actor) moves(ref string, states ...casefile.State) {
	a.town.t.Helper()
	for _, to := range states {
		m := casework.Moving{To: to}
		if to == casefile.Closed {
			m.Reason, m.Outcome = "Åtgärderna är genomförda.", casefile.MeasuresDone
		}
		_, err := a.town.house.Cases.MoveCase(a.town.t.Context(), a.session(), ref, m)
		must(a.town.t, err)
	}
}

// own opens the only report of a signed-in person.
func (a *actor) own() *casework.Followed {
	a.town.t.Helper()
	list, err := a.town.house.Cases.OwnReports(a.town.t.Context(), a.session())
	must(a.town.t, err)
	if len(list) != 1 {
		a.town.t.Fatalf("%s has %d reports", a.name, len(list))
	}
	f, err := a.town.house.Cases.OpenOwn(a.town.t.Context(), a.session(), list[0].ReceiptID)
	must(a.town.t, err)
	return f
}

// view finds a view among those that a reporter follows.
func view(t *testing.T, f *casework.Followed, kind routing.ViewKind) casework.FollowedView {
	t.Helper()
	i := slices.IndexFunc(f.Views, func(v casework.FollowedView) bool { return v.Kind == kind })
	if i < 0 {
		t.Fatalf("there is no view for %s", kind)
	}
	return f.Views[i]
}

// forBothAt tells a story on both engines, from a moment on.
func forBothAt(t *testing.T, at time.Time, story func(t *testing.T, w *town)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); story(t, foundAt(t, at)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); story(t, foundAt(t, at, onPostgres(t))) })
}
