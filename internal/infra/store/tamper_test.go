package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// An attack is made by somebody with full write access to the database, while it is closed. $org
// stands for the organisation.
type attack struct {
	name  string
	texts []string
	want  audit.Finding
	loose bool // found somewhere in Seq to To, and not at one place
}

func attacks() []attack {
	at := func(what string, seq int64) audit.Finding { return audit.Finding{What: what, Seq: seq, To: seq} }
	row := func(what string, seq int64, table, id string) audit.Finding {
		return audit.Finding{What: what, Seq: seq, To: seq, Table: table, ID: id}
	}
	return []attack{
		{"a payload is another's", []string{`UPDATE audit_entry SET payload = (SELECT payload FROM audit_entry WHERE org = '$org' AND seq = 8) WHERE org = '$org' AND seq = 7`}, at(audit.EntryChanged, 7), false},
		{"a salt is another's", []string{`UPDATE audit_entry SET salt = leaf WHERE org = '$org' AND seq = 7`}, at(audit.EntryChanged, 7), false},
		{"a leaf is another's", []string{`UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE org = '$org' AND seq = 8) WHERE org = '$org' AND seq = 7`}, at(audit.EntryChanged, 7), false},
		{"an entry is removed", []string{`DELETE FROM audit_entry WHERE org = '$org' AND seq = 7`}, at(audit.EntryMissing, 7), false},
		{"an entry is removed and the others moved up", []string{`DELETE FROM audit_entry WHERE org = '$org' AND seq = 7`,
			`UPDATE audit_entry SET seq = seq + 1000 WHERE org = '$org' AND seq > 7`, `UPDATE audit_entry SET seq = seq - 1001 WHERE org = '$org' AND seq > 1000`}, at(audit.EntryMissing, 7), false},
		{"two are swapped", []string{`UPDATE audit_entry SET seq = 1000 WHERE org = '$org' AND seq = 7`, `UPDATE audit_entry SET seq = 7 WHERE org = '$org' AND seq = 9`,
			`UPDATE audit_entry SET seq = 9 WHERE org = '$org' AND seq = 1000`}, at(audit.EntryMissing, 7), false},
		{"two are swapped in place", []string{`INSERT INTO audit_entry SELECT org, 1000, 1000, leaf, salt, payload, case_id FROM audit_entry WHERE org = '$org' AND seq = 7`,
			`UPDATE audit_entry SET leaf = o.leaf, salt = o.salt, payload = o.payload FROM (SELECT * FROM audit_entry WHERE org = '$org' AND seq = 9) o WHERE audit_entry.org = '$org' AND audit_entry.seq = 7`,
			`UPDATE audit_entry SET leaf = o.leaf, salt = o.salt, payload = o.payload FROM (SELECT * FROM audit_entry WHERE org = '$org' AND seq = 1000) o WHERE audit_entry.org = '$org' AND audit_entry.seq = 9`,
			`DELETE FROM audit_entry WHERE org = '$org' AND seq = 1000`}, at(audit.EntryChanged, 7), false},
		{"the tail is cut", []string{`DELETE FROM audit_entry WHERE org = '$org' AND seq >= 15`}, audit.Finding{What: audit.TailMissing, Seq: 15, To: 19}, false},
		{"the tail is cut with its checkpoints", []string{`DELETE FROM audit_entry WHERE org = '$org' AND seq >= 15`, `DELETE FROM audit_checkpoint WHERE org = '$org' AND size > 10`},
			audit.Finding{What: audit.TailMissing, Seq: 15, To: 19}, false},
		{"an entry is put in", []string{`UPDATE audit_entry SET seq = seq + 1000 WHERE org = '$org' AND seq >= 7`, `UPDATE audit_entry SET seq = seq - 999 WHERE org = '$org' AND seq >= 1000`,
			`INSERT INTO audit_entry SELECT org, 7, ref, leaf, salt, payload, case_id FROM audit_entry WHERE org = '$org' AND seq = 3`}, at(audit.EntryMisplaced, 7), false},
		{"an entry is added", []string{`INSERT INTO audit_entry SELECT org, 20, 320, leaf, salt, payload, case_id FROM audit_entry WHERE org = '$org' AND seq = 3`}, at(audit.EntryChanged, 20), false},
		{"a payload is erased", []string{`UPDATE audit_entry SET salt = NULL, payload = NULL, case_id = '' WHERE org = '$org' AND seq = 7`}, at(audit.EntryErased, 7), false},
		{"an entry is hidden from its case", []string{`UPDATE audit_entry SET case_id = 'other' WHERE org = '$org' AND seq = 7`}, at(audit.EntryMislabelled, 7), false},
		{"a checkpoint is changed", []string{`UPDATE audit_checkpoint SET note = replace(note, 'varn/log/', 'varn/lag/') WHERE org = '$org' AND size = 10`}, at(audit.CheckpointForged, 9), false},
		{"a remembered hash is older", []string{`UPDATE audit_row SET hash = (SELECT hash FROM audit_row WHERE org = '$org' AND id = 't0003') WHERE org = '$org' AND id = 't0004'`}, row(audit.RowChanged, 14, "thing", "t0004"), false},
		{"a remembered hash is removed", []string{`DELETE FROM audit_row WHERE org = '$org' AND id = 't0004'`}, row(audit.RowMissing, 14, "thing", "t0004"), false},
		{"a remembered hash is added", []string{`INSERT INTO audit_row SELECT org, kind, 'new', ref, hash FROM audit_row WHERE org = '$org' AND id = 't0004'`}, row(audit.RowUnlogged, 0, "thing", "new"), false},
		{"a row is older", []string{`UPDATE thing SET amount = 4 WHERE org = '$org' AND id = 't0004'`}, row(audit.RowChanged, 14, "thing", "t0004"), false},
		{"a row is removed", []string{`DELETE FROM thing WHERE org = '$org' AND id = 't0004'`}, row(audit.RowMissing, 14, "thing", "t0004"), false},
		{"a row is added", []string{`INSERT INTO thing SELECT org, 'new', amount, body, open, note, version FROM thing WHERE org = '$org' AND id = 't0004'`}, row(audit.RowUnlogged, 0, "thing", "new"), false},
		{"a row and its remembered hash are older", []string{`UPDATE thing SET amount = 3 WHERE org = '$org' AND id = 't0004'`,
			`UPDATE audit_row SET hash = (SELECT hash FROM audit_row WHERE org = '$org' AND id = 't0003') WHERE org = '$org' AND id = 't0004'`}, row(audit.RowChanged, 14, "thing", "t0004"), false},
		{"a count is lower", []string{`UPDATE audit_case SET count = 3 WHERE org = '$org' AND case_id = 'case1'`}, row(audit.CountChanged, 19, "audit_case", "case1"), false},
		{"a count is removed", []string{`DELETE FROM audit_case WHERE org = '$org'`}, row(audit.CountChanged, 19, "audit_case", "case1"), false},
		{"an entry is forged with its leaf", []string{`$forge5`}, audit.Finding{What: audit.TreeChanged, Seq: 0, To: 9}, true},
	}
}

// tamperPlace is a closed database with twenty entries on ten things, signed at ten and twenty.
func tamperPlace(t *testing.T, p place) string {
	t.Helper()
	db := p.open(t)
	org := newOrg(db)
	fillLog(t, db, org, 10)
	for i := range 10 {
		err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, fmt.Sprintf("t%04d", i), int64(100+i), int64(11+i)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	settle(t, db)
	if r := verify(t, db, org, p.signs.newest(org.ID())); !r.OK() || r.Size != 20 || r.Checkpoints < 2 {
		t.Fatalf("before the attack: %+v", r)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return org.ID()
}

// forge makes the text that changes an entry and its leaf, as the program would have written it.
func (p place) forge(t *testing.T, org string, seq int64) string {
	t.Helper()
	db := p.unheld().open(t)
	defer func() { _ = db.Close() }()
	var row loggedRow
	err := db.Org(org).Read(t.Context(), func(tx *Tx) (err error) {
		row, err = One[loggedRow](tx, `SELECT seq, ref, leaf, salt, payload, case_id FROM audit_entry WHERE org = $1 AND seq = $2`, seq)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := audit.Decode(row.Payload)
	if err != nil {
		t.Fatal(err)
	}
	e.Actor = "somebody else"
	payload := e.Encode()
	leaf := audit.Leaf(org, row.Ref, row.Salt, payload)
	literal := func(b []byte) string {
		if p.super == "" {
			return "X'" + hex.EncodeToString(b) + "'"
		}
		return `'\x` + hex.EncodeToString(b) + "'"
	}
	return fmt.Sprintf(`UPDATE audit_entry SET payload = %s, leaf = %s WHERE org = '%s' AND seq = %d`, literal(payload), literal(leaf[:]), org, seq)
}

func TestEveryTamperingIsFoundAndLocated(t *testing.T) {
	t.Parallel()
	for _, engine := range engines() {
		for _, a := range attacks() {
			t.Run(engine+"/"+a.name, func(t *testing.T) {
				t.Parallel()
				p := placeOn(t, engine)
				org := tamperPlace(t, p)
				for _, text := range a.texts {
					if text == "$forge5" {
						text = p.forge(t, org, 5)
					}
					p.attack(t, strings.ReplaceAll(text, "$org", org))
				}
				held := p.signs.newest(org)
				db := p.unheld().open(t)
				report := verify(t, db, db.Org(org), held)
				if !a.foundIn(report) {
					t.Errorf("want %s, got %v", a.want, report.Findings)
				}
				a.inExport(t, db, org, audit.Trust{Key: p.cfg.Verifier, Held: [][]byte{held}})
			})
		}
	}
}

func (a attack) foundIn(r audit.Report) bool {
	for _, f := range r.Findings {
		if f == a.want || a.loose && f.What == a.want.What && f.Seq >= a.want.Seq && f.To <= a.want.To {
			return true
		}
	}
	return false
}

// inExport finds the same from the export alone, but for what only the tables show.
func (a attack) inExport(t *testing.T, db *DB, org string, trust audit.Trust) {
	t.Helper()
	var text bytes.Buffer
	if err := db.Export(t.Context(), org, &text); err != nil {
		t.Fatal(err)
	}
	report, err := audit.VerifyExport(&text, trust)
	if err != nil {
		t.Fatal(err)
	}
	onlyTables := a.want.Table != "" || a.want.What == audit.EntryMislabelled
	if a.foundIn(report) == onlyTables || report.OK() != onlyTables {
		t.Errorf("in the export: want %s, got %v", a.want, report.Findings)
	}
}

func TestAChangedNodeIsFound(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 300)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		p.attack(t, `UPDATE audit_node SET hash = (SELECT leaf FROM audit_entry WHERE audit_entry.org = audit_node.org AND seq = 0) WHERE level = 8 AND n = 0`)
		again := p.unheld().open(t)
		report := verify(t, again, org)
		if len(report.Findings) != 1 || report.Findings[0] != (audit.Finding{What: audit.NodeChanged, Seq: 0, To: 255}) {
			t.Fatalf("%v", report.Findings)
		}
		refusesToLog(t, again.Org(org.ID()))
	})
}

// A log that has been changed gets no further entry: it would be signed with the rest.
func TestATamperedLogIsClosed(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := tamperPlace(t, p)
		p.attack(t, p.forge(t, org, 5))
		db := p.unheld().open(t)
		refusesToLog(t, db.Org(org))
		fillLog(t, db, db.Org(ident.New()), 1) // another organisation's is open
	})
}

func refusesToLog(t *testing.T, org Org) {
	t.Helper()
	var tampered *Tampered
	if org.db.Engine() == "sqlite" {
		err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, "late", 1, 1) })
		if !errors.As(err, &tampered) {
			t.Errorf("it was logged: %v", err)
		}
		return
	}
	if err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, "late", 1, 1) }); err != nil {
		t.Fatal(err)
	}
	p := org.db.engine.(*postgres)
	p.sequencing.Lock()
	defer p.sequencing.Unlock()
	if _, err := p.sequenceOne(t.Context(), org.ID()); !errors.As(err, &tampered) {
		t.Errorf("it was sequenced: %v", err)
	}
}

func TestAnOlderDatabaseStartsOnlyByRestore(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := tamperPlace(t, p)
		held := p.signs.newest(org)
		p.attack(t, `DELETE FROM audit_entry WHERE org = '`+org+`' AND seq >= 10`, `DELETE FROM audit_checkpoint WHERE org = '`+org+`' AND size > 10`,
			`UPDATE thing SET amount = amount - 100 WHERE org = '`+org+`'`, `DELETE FROM audit_row WHERE org = '`+org+`'`, `DELETE FROM audit_case WHERE org = '`+org+`'`)
		if p.super != "" { // as they were after the tenth entry
			p.rewindChains(t, org)
		}
		var older *Older
		if _, err := Open(t.Context(), p.cfg); !errors.As(err, &older) {
			t.Fatalf("it started: %v", err)
		}
		db := p.unheld().open(t)
		if err := db.VerifyCheckpoint(t.Context(), org, held); !errors.As(err, &older) || older.Have != 10 || older.Want != 20 {
			t.Fatalf("got %v", err)
		}
		if err := db.VerifyCheckpoint(t.Context(), ident.New(), held); err == nil || errors.As(err, &older) && older.Org != org {
			t.Fatalf("another's checkpoint: %v", err)
		}
		if err := db.AcceptRestore(t.Context(), org, held, audit.Entry{Actor: "operator"}); err != nil {
			t.Fatal(err)
		}
		if err := db.VerifyCheckpoint(t.Context(), org, p.signs.newest(org)); err != nil {
			t.Fatalf("after the restore: %v", err)
		}
		_ = p.open(t)
		report, err := db.Verify(t.Context(), org, Comparison{Held: [][]byte{held}})
		if err != nil || report.Restores != 1 {
			t.Fatalf("%v %+v", err, report)
		}
		for _, f := range report.Findings { // the rows were not put back with the rest here
			if f.Table == "" {
				t.Errorf("%s", f)
			}
		}
	})
}

// rewindChains puts the chain heads back to what the remaining entries give.
func (p place) rewindChains(t *testing.T, org string) {
	t.Helper()
	db := p.unheld().open(t)
	defer func() { _ = db.Close() }()
	heads := map[int]chainHead{}
	err := db.Org(org).Read(t.Context(), func(tx *Tx) error {
		return Each(tx, entriesInOrder, nil, func(r *loggedRow) error {
			chain, number := audit.Place(r.Ref)
			heads[chain] = chainHead{chain, number + 1, audit.Link(heads[chain].Hash, r.Leaf)}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for chain, h := range heads {
		p.attack(t, fmt.Sprintf(`UPDATE audit_chain SET next = %d, hash = '\x%x' WHERE org = '%s' AND chain = %d`, h.Next, h.Hash[:], org, chain))
	}
}

func TestADatabaseWithAnotherPastIsRefused(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := tamperPlace(t, p)
		held := p.signs.newest(org)
		p.attack(t, p.forge(t, org, 5))
		var older *Older
		if err := p.unheld().open(t).VerifyCheckpoint(t.Context(), org, held); !errors.As(err, &older) {
			t.Fatalf("got %v", err)
		}
		if _, err := Open(t.Context(), p.cfg); !errors.As(err, &older) {
			t.Fatalf("it started: %v", err)
		}
	})
}

// A real older copy of the file, put back while the server key's folder has the newer checkpoint.
func TestAnOlderFileIsRefused(t *testing.T) {
	t.Parallel()
	p := placeOn(t, "sqlite")
	db := p.open(t)
	org := newOrg(db)
	fillLog(t, db, org, 5)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(p.cfg.Dir + "/varn.db")
	if err != nil {
		t.Fatal(err)
	}
	db = p.open(t)
	fillLog(t, db, db.Org(org.ID()), 5)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.cfg.Dir+"/varn.db", old, 0o600); err != nil {
		t.Fatal(err)
	}
	var older *Older
	if _, err := Open(t.Context(), p.cfg); !errors.As(err, &older) || !fault.Is(err, fault.Unavailable) {
		t.Fatalf("got %v", err)
	}
}

// While the server runs, what it has committed itself is compared too: a cut that no checkpoint
// covers yet is found.
func TestALiveLogIsComparedWithWhatWasCommitted(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		p.cfg.Signer = nil
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 6)
		p.attack(t, `DELETE FROM audit_entry WHERE org = '`+org.ID()+`' AND seq = 5`)
		report := verify(t, db, org)
		found := false
		for _, f := range report.Findings {
			found = found || f == audit.Finding{What: audit.KnownStateChanged, Seq: 5, To: 5}
		}
		if !found {
			t.Fatalf("%v", report.Findings)
		}
	})
}
