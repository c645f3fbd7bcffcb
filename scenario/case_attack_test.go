package scenario

import (
	"encoding/json"
	"errors"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

// noticed fails unless something was refused because it is not what was written.
func noticed(t *testing.T, err error) {
	t.Helper()
	var tampered *store.Tampered
	if err == nil || !errors.As(err, &tampered) && fault.Of(err).Code != "fault.tampered" {
		t.Fatalf("the attack went unnoticed: %v", err)
	}
}

// Each story below plays somebody with full write access to the database and no key.
func TestWhoeverWritesToTheDatabaseIsNoticedInTheCase(t *testing.T) {
	for name, attack := range map[string]func(t *testing.T, w *town, s siege){
		"the case gets another public key": func(t *testing.T, w *town, s siege) {
			w.write(`UPDATE casefile SET public_key = $3 WHERE org = $1 AND ref = $2`, s.ref, seal.NewCase().Public())
			_, err := w.head.reads(s.ref)
			noticed(t, err)
		},
		"a member gets another public key": func(t *testing.T, w *town, s siege) {
			w.write(`UPDATE person SET public_key = $3 WHERE org = $1 AND id = $2`, s.vera.id, seal.NewPrivate().Public())
			err := w.house.Cases.AddMember(t.Context(), w.head.session(), s.ref, casework.Member{Kind: casefile.ByPerson, ID: s.vera.id, Reason: "handlägger"})
			noticed(t, err)
		},
		"a function gets another public key": func(t *testing.T, w *town, s siege) {
			w.write(`UPDATE function SET public_key = $3 WHERE org = $1 AND id = $2`, w.guard, seal.NewPrivate().Public())
			_, err := w.house.Cases.OpenCase(t.Context(), s.asta.session(), casework.NewCase{Authority: w.council, Title: "Nytt", Text: "text",
				Members: []casework.Member{{Kind: casefile.ByFunction, ID: w.guard}}})
			noticed(t, err)
		},
		"two bodies change places": func(t *testing.T, w *town, s siege) {
			a, b := s.items[1], s.items[2]
			w.write(`UPDATE item SET body = $3, data_key = $4 WHERE org = $1 AND id = $2`, a.ID, b.Body, b.DataKey)
			w.write(`UPDATE item SET body = $3, data_key = $4 WHERE org = $1 AND id = $2`, b.ID, a.Body, a.DataKey)
			_, err := w.head.reads(s.ref)
			noticed(t, err)
		},
		"two items change places": func(t *testing.T, w *town, s siege) {
			a, b := s.items[1], s.items[2]
			w.write(`UPDATE item SET seq = 99 WHERE org = $1 AND id = $2`, a.ID)
			w.write(`UPDATE item SET seq = $3 WHERE org = $1 AND id = $2`, b.ID, a.Seq)
			w.write(`UPDATE item SET seq = $3 WHERE org = $1 AND id = $2`, a.ID, b.Seq)
			_, err := w.head.reads(s.ref)
			noticed(t, err)
		},
		"an item is deleted": func(t *testing.T, w *town, s siege) {
			w.write(`DELETE FROM item WHERE org = $1 AND id = $2`, s.items[2].ID)
			_, err := w.head.reads(s.ref)
			noticed(t, err)
		},
		"the last item is deleted, and the case's row is put back to before it": func(t *testing.T, w *town, s siege) {
			w.write(`DELETE FROM item WHERE org = $1 AND id = $2`, s.items[2].ID)
			w.write(`UPDATE casefile SET items = $3, version = $4, changed = $5, mac = $6 WHERE org = $1 AND id = $2`,
				s.before.ID, s.before.Items, s.before.Version, s.before.Changed, s.before.MAC)
			_, err := w.head.reads(s.ref)
			noticed(t, err)
		},
		"an item is forged to the case's public key": func(t *testing.T, w *town, s siege) {
			it := s.items[2]
			it.ID, it.Seq = ident.New(), it.Seq+1
			body, _ := json.Marshal(casefile.Text{Author: w.head.id, Text: "Jag hotar."})
			sealed, err := seal.SealTo(s.now.PublicKey, body, it.AD())
			must(t, err)
			w.write(`INSERT INTO item (org, authority, case_id, id, kind, seq, key_version, data_key, body, created, version, mac)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
				it.Authority, it.Case, it.ID, it.Kind, it.Seq, it.KeyVersion, sealed.Key, sealed.Body, it.Created, it.Version, it.MAC)
			w.write(`UPDATE casefile SET items = items + 1 WHERE org = $1 AND id = $2`, s.now.ID)
			_, err = w.head.reads(s.ref)
			noticed(t, err)
		},
		"an attachment's item is forged": func(t *testing.T, w *town, s siege) {
			w.write(`UPDATE item SET kind = 'attachment' WHERE org = $1 AND id = $2`, s.items[2].ID)
			_, err := w.house.Cases.OpenFile(t.Context(), w.head.session(), s.ref, s.items[2].ID)
			noticed(t, err)
		},
		"a place in the circle is added": func(t *testing.T, w *town, s siege) {
			p := s.places[0]
			w.write(`INSERT INTO circle (org, authority, case_id, id, kind, member, added_by, reason, reason_key, from_at, until_at, ended, version, mac)
				VALUES ($1, $2, $3, $4, 'person', $5, $6, $7, $8, $9, 0, 0, 1, $10)`, p.Authority, p.Case, ident.New(), s.vera.id, p.AddedBy, p.Reason, p.ReasonKey, p.From, p.MAC)
			_, err := s.vera.reads(s.ref)
			noticed(t, err)
			noticed(t, w.head.says(s.ref, "Har någon kommit in?"))
		},
		"a place that has ended is put back, with its wraps": func(t *testing.T, w *town, s siege) {
			must(t, w.house.Cases.AddMember(t.Context(), w.head.session(), s.ref, casework.Member{Kind: casefile.ByPerson, ID: s.vera.id, Reason: "handlägger"}))
			old := w.circle(s.now.ID)
			p := old[len(old)-1]
			wraps := w.wraps(s.now.ID, p.ID)
			must(t, w.house.Cases.RemoveMember(t.Context(), w.head.session(), s.ref, p.ID))
			w.write(`UPDATE circle SET ended = 0, version = $3, mac = $4 WHERE org = $1 AND id = $2`, p.ID, p.Version, p.MAC)
			for _, old := range wraps {
				w.write(`INSERT INTO case_wrap (org, case_id, place, key_version, kind, wrap) VALUES ($1, $2, $3, $4, $5, $6)`, old.Case, old.Place, old.KeyVersion, old.Kind, old.Wrap)
			}
			_, err := s.vera.reads(s.ref)
			noticed(t, err)
			_, err = w.house.Cases.ListCases(t.Context(), s.vera.session(), casework.Wanted{})
			noticed(t, err)
			noticed(t, w.head.says(s.ref, "Nu får den här nyckeln ingen annan."))
		},
		"a member's wrap is swapped for another case's": func(t *testing.T, w *town, s siege) {
			other := w.head.opens("Ett annat", "text")
			mine, theirs := w.circle(s.now.ID)[0], w.circle(w.file(other).ID)[0]
			wrap := w.wraps(theirs.Case, theirs.ID)[0]
			w.write(`UPDATE case_wrap SET wrap = $3, kind = $4 WHERE org = $1 AND place = $2`, mine.ID, wrap.Wrap, wrap.Kind)
			if _, err := w.head.reads(s.ref); err == nil {
				t.Fatal("another case's wrap opened the case")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := found(t)
			attack(t, w, w.besieged())
		})
	}
}

// siege is a case with a title and two messages, and what its attacker has copied before.
type siege struct {
	ref        string
	asta, vera *actor
	before     casefile.Case // before the second message
	now        casefile.Case
	items      []casefile.Item
	places     []casefile.Place
}

func (w *town) besieged() siege {
	w.t.Helper()
	s := siege{asta: w.newcomer("Asta Ledamot", access.Elected), vera: w.newcomer("Vera Handling", access.CaseOfficer)}
	s.ref = s.asta.opens("Hot på torget", "En man sade att han vet var jag bor.", s.asta)
	s.before = w.file(s.ref)
	must(w.t, w.head.says(s.ref, "Vi ringer dig."))
	s.now = w.file(s.ref)
	s.places = w.circle(s.now.ID)
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		s.items, err = store.All[casefile.Item](tx, `SELECT * FROM item WHERE org = $1 AND case_id = $2 ORDER BY seq`, s.now.ID)
		return err
	}))
	return s
}

func (w *town) file(ref string) (c casefile.Case) {
	w.t.Helper()
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		c, err = tx.CaseByRef(ref)
		return err
	}))
	return c
}

func (w *town) circle(caseID string) (all []casefile.Place) {
	w.t.Helper()
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = store.All[casefile.Place](tx, `SELECT * FROM circle WHERE org = $1 AND case_id = $2 ORDER BY from_at, kind, id`, caseID)
		return err
	}))
	return all
}

func (w *town) wraps(caseID, place string) (all []casefile.Wrap) {
	w.t.Helper()
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Wraps(caseID, place)
		return err
	}))
	return all
}
