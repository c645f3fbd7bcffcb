package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// hashOf is a thing's hash as a use case would log it.
func hashOf(id string, amount int64) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s/%d", id, amount))
}

// logThing writes a thing and its entry; count is the case's.
func logThing(t *Tx, id string, amount, count int64) error {
	_, err := t.Exec(`INSERT INTO thing (org, id, amount, body, open, note, version) VALUES ($1, $2, $3, $4, TRUE, NULL, 1)
		ON CONFLICT (org, id) DO UPDATE SET amount = excluded.amount`, id, amount, []byte("sealed"))
	if err != nil {
		return err
	}
	return t.Log(audit.Entry{Actor: "tag", Act: "thing.write", Authority: "a", Case: "case1",
		Rows: []audit.Row{{Kind: "thing", ID: id, Hash: hashOf(id, amount)}}, Count: &count})
}

// currentThings is what a use case compares with the log.
var currentThings = Comparison{
	Kinds: []string{"thing"},
	Rows: func(t *Tx, visit func(audit.Row) error) error {
		return Each(t, `SELECT id, amount FROM thing WHERE org = $1`, nil, func(r *struct {
			ID     string
			Amount int64
		}) error {
			return visit(audit.Row{Kind: "thing", ID: r.ID, Hash: hashOf(r.ID, r.Amount)})
		})
	},
}

// fillLog writes n things, sequenced and signed.
func fillLog(t *testing.T, db *DB, org Org, n int) {
	t.Helper()
	for i := range n {
		if err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, fmt.Sprintf("t%04d", i), int64(i), int64(i+1)) }); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, db)
}

// settle sequences and signs all there is.
func settle(t *testing.T, db *DB) {
	t.Helper()
	db.engine.sweep(t.Context())
	if err := db.log.checkpointAll(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, db *DB, org Org, held ...[]byte) audit.Report {
	t.Helper()
	with := currentThings
	with.Held = held
	report, err := db.Verify(t.Context(), org.ID(), with)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestTheLogVerifies(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 20)
		err := org.Write(t.Context(), func(tx *Tx) error {
			for i := range 600 { // several stored nodes, several entries in one transaction
				if err := logThing(tx, fmt.Sprintf("t%04d", i%50), int64(i), int64(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		settle(t, db)
		report := verify(t, db, org, p.signs.newest(org.ID()))
		if !report.OK() || report.Size != 620 || report.Unsigned != 0 || report.Checkpoints < 2 || report.Rows != 50 {
			t.Fatalf("%+v", report)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		again := p.open(t)
		fillLog(t, again, again.Org(org.ID()), 30)
		if report := verify(t, again, org); report.Size != 650 || !report.OK() {
			t.Fatalf("%+v", report)
		}
	})
}

func TestRolledBackEntriesLeaveNoTrace(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		var all sync.WaitGroup
		want := int64(0)
		for i := range 300 {
			fails := i%3 == 0
			if !fails {
				want++
			}
			all.Go(func() {
				err := org.Write(t.Context(), func(tx *Tx) error {
					if err := logThing(tx, fmt.Sprintf("t%d", i), 1, 1); err != nil {
						return err
					}
					if fails && i%2 == 0 {
						return insertThing(tx, fmt.Sprintf("t%d", i), 1)
					}
					if fails {
						return fault.New(fault.Denied, "x")
					}
					return nil
				})
				if (err != nil) != fails {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		all.Wait()
		settle(t, db)
		if report := verify(t, db, org); !report.OK() || report.Size != want {
			t.Fatalf("%+v", report)
		}
	})
}

// A batch that is abandoned half-way must not leave the tree in memory ahead of the tables.
func TestAnAbandonedBatchLeavesTheTreeRight(t *testing.T) {
	t.Parallel()
	db := placeOn(t, "sqlite").open(t)
	org := newOrg(db)
	fillLog(t, db, org, 5)
	release := hold(t, db)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			err := org.Write(t.Context(), func(tx *Tx) error {
				if i == 7 {
					return tx.fail(fault.New(fault.Unavailable, "fault.unavailable", "the disk is full"))
				}
				return logThing(tx, fmt.Sprintf("lost%d", i), 1, 1)
			})
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%v", err)
			}
		})
	}
	waitQueued(db, 8)
	release()
	all.Wait()
	fillLog(t, db, org, 5)
	if report := verify(t, db, org); !report.OK() || report.Size != 10 {
		t.Fatalf("%+v", report)
	}
}

func TestManyWritersAndNodesMakeOneTree(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		nodes := []*DB{p.open(t), p.open(t)}
		org := newOrg(nodes[0])
		var all sync.WaitGroup
		for w := range 8 {
			all.Go(func() {
				node := nodes[w%2]
				for range 25 {
					err := node.Org(org.ID()).Write(t.Context(), func(tx *Tx) error {
						for range 1 + rand.IntN(3) { // the same few rows, in any order
							if err := logThing(tx, fmt.Sprintf("t%d", rand.IntN(6)), rand.Int64N(100), rand.Int64N(9)); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil && !fault.Is(err, fault.Conflict) {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		settle(t, nodes[0])
		settle(t, nodes[1])
		if report := verify(t, nodes[1], org); !report.OK() || report.Pending != 0 || report.Size < 150 {
			t.Fatalf("%+v", report)
		}
	})
}

func TestARowIsCheckedAtOpening(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		fillLog(t, db, org, 3)
		var tampered *Tampered
		err := org.Write(t.Context(), func(tx *Tx) error {
			if err := errors.Join(CheckRow(tx, "thing", "t0002", hashOf("t0002", 2)), CheckCount(tx, "case1", 3)); err != nil {
				t.Errorf("a right row: %v", err)
			}
			if err := CheckRow(tx, "thing", "t0002", hashOf("t0002", 1)); !errors.As(err, &tampered) || tampered.What != audit.RowChanged || tampered.ID != "t0002" {
				t.Errorf("an older row: %v", err)
			}
			if err := CheckRow(tx, "thing", "other", hashOf("other", 1)); !errors.As(err, &tampered) || tampered.What != audit.RowUnlogged {
				t.Errorf("an unlogged row: %v", err)
			}
			if err := CheckCount(tx, "case1", 2); !errors.As(err, &tampered) || tampered.What != audit.CountChanged {
				t.Errorf("a count: %v", err)
			}
			if err := logThing(tx, "t0002", 7, 4); err != nil {
				return err
			}
			return errors.Join(CheckRow(tx, "thing", "t0002", hashOf("t0002", 7)), CheckCount(tx, "case1", 4))
		})
		if err != nil {
			t.Errorf("in the same transaction: %v", err)
		}
		err = org.Write(t.Context(), func(tx *Tx) error {
			if _, err := tx.Exec(`DELETE FROM thing WHERE org = $1 AND id = $2`, "t0001"); err != nil {
				return err
			}
			return tx.Log(audit.Entry{Act: "thing.erase", Rows: []audit.Row{{Kind: "thing", ID: "t0001"}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = org.Read(t.Context(), func(tx *Tx) error { return CheckRow(tx, "thing", "t0001", hashOf("t0001", 1)) })
		if !errors.As(err, &tampered) {
			t.Errorf("an erased row put back: %v", err)
		}
		settle(t, db)
		if report := verify(t, db, org); !report.OK() {
			t.Errorf("%+v", report)
		}
	})
}

func TestErasedPayloadsLeaveTheTreeStanding(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 10)
		held := p.signs.newest(org.ID())
		err := org.Write(t.Context(), func(tx *Tx) error {
			if err := tx.EraseLog("case1", audit.Entry{Actor: "retention"}); err != nil {
				return err
			}
			return logThing(tx, "new", 1, 11)
		})
		if err != nil {
			t.Fatal(err)
		}
		settle(t, db)
		if report := verify(t, db, org, held); !report.OK() || report.Erased != 10 || report.Size != 12 {
			t.Fatalf("%+v", report)
		}
		var text bytes.Buffer
		if err := db.Export(t.Context(), org.ID(), &text); err != nil {
			t.Fatal(err)
		}
		report, err := audit.VerifyExport(&text, audit.Trust{Key: p.cfg.Verifier, Held: [][]byte{held}})
		if err != nil || !report.OK() || report.Erased != 10 {
			t.Fatalf("%v %+v", err, report)
		}
	})
}

func TestTheLogIsReadBack(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		fillLog(t, db, org, 4)
		err := org.Write(t.Context(), func(tx *Tx) error { return tx.Log(audit.Entry{Act: "other", Case: "case2"}) })
		if err != nil {
			t.Fatal(err)
		}
		err = org.Read(t.Context(), func(tx *Tx) error {
			one, err := LogOf(tx, "case1", 0, 3)
			if err != nil {
				return err
			}
			if len(one) != 3 || one[0].Seq != 3 || one[0].Rows[0].ID != "t0003" || one[0].Hour != tx.Now().Hour() {
				t.Errorf("%+v", one)
			}
			older, err := LogOf(tx, "case1", one[2].Seq, 3)
			if err != nil || len(older) != 1 || older[0].Seq != 0 {
				t.Errorf("%v %+v", err, older)
			}
			all, err := LogAll(tx, 0, 10)
			if len(all) != 5 || all[0].Case != "case2" {
				t.Errorf("%+v", all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestProofs(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 100)
		first, err := org.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fillLog(t, db, org, 500)
		old, _, err := audit.OpenCheckpoint(first, p.cfg.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		in, err := org.ProveEntry(t.Context(), 77)
		if err != nil {
			t.Fatal(err)
		}
		now, _, err := audit.OpenCheckpoint(in.Checkpoint, p.cfg.Verifier)
		if err != nil || now.Size != 600 {
			t.Fatalf("%v %+v", err, now)
		}
		if err := tlog.CheckRecord(in.Proof, now.Size, now.Root, 77, audit.Leaf(org.ID(), in.Entry.Ref, in.Entry.Salt, in.Entry.Payload)); err != nil {
			t.Error(err)
		}
		growth, err := org.ProveGrowth(t.Context(), old.Size, now.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckTree(growth, now.Size, now.Root, old.Size, old.Root); err != nil {
			t.Error(err)
		}
		if _, err := org.ProveEntry(t.Context(), 600); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestAWitnessCosigns(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		signer, verifier := newKey(t, "revision.example.se")
		p.cfg.Witnesses = append(p.cfg.Witnesses, verifier)
		db := p.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 3)
		own, err := org.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := audit.OpenCheckpoint(own, p.cfg.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := c.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Cosign(t.Context(), org.ID(), theirs, verifier); err == nil {
			t.Error("a note without our own signature was taken")
		}
		both := append(append([]byte{}, own...), theirs[strings.Index(string(theirs), "\n\n")+2:]...)
		if err := db.Cosign(t.Context(), org.ID(), both, verifier); err != nil {
			t.Fatal(err)
		}
		if report := verify(t, db, org); !report.OK() || report.Witnesses["revision.example.se"] != 1 {
			t.Fatalf("%+v", report)
		}
	})
}

// TestACasesEntriesAreFoundByIndex: with a case's number alone SQLite can't use the index of the
// entries that belong to cases, and reads the whole log instead.
func TestACasesEntriesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	org := newOrg(placeOn(t, "sqlite").open(t))
	if err := org.Read(t.Context(), func(tx *Tx) error {
		plan, err := planOf(tx, placedLog+ofCase+` ORDER BY seq DESC LIMIT 10`, int64(1)<<62, "case")
		if strings.Count(plan, "\n") != 1 || !strings.Contains(plan, "audit_entry_case") {
			t.Errorf("%s", plan)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
