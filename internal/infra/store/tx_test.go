package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

func TestRowsComeBackAsTheyWent(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		note := "å\x01 'quoted'"
		err := org.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`INSERT INTO thing (org, id, amount, body, open, note, version) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				"a", clock.Stamp(-7), [3]byte{1, 0, 2}, true, &note, uint8(9))
			if err != nil {
				return err
			}
			return insertThing(tx, "b", 1)
		})
		if err != nil {
			t.Fatal(err)
		}
		var all []thing
		var only struct{ Body [3]byte }
		err = org.Read(t.Context(), func(tx *Tx) (err error) {
			if all, err = All[thing](tx, `SELECT * FROM thing WHERE org = $1 ORDER BY id`); err != nil {
				return err
			}
			only, err = One[struct{ Body [3]byte }](tx, `SELECT body FROM thing WHERE org = $1 AND id = $2`, "a")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a := all[0]
		if len(all) != 2 || a.Org != org.ID() || a.Amount != -7 || string(a.Body) != "\x01\x00\x02" || !a.IsOpen || *a.Note != note || a.Version != 9 {
			t.Fatalf("got %+v", all)
		}
		if all[1].Note != nil || all[1].IsOpen || only.Body != [3]byte{1, 0, 2} {
			t.Fatalf("got %+v %v", all[1], only)
		}
	})
}

func TestMisuseIsRefusedWithoutValues(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		secret := "hemligt-värde-17"
		for name, act := range map[string]func(*Tx) error{
			"no $1":    func(tx *Tx) error { _, err := tx.Exec(`DELETE FROM thing`); return err },
			"only $10": func(tx *Tx) error { _, err := tx.Exec(`DELETE FROM thing WHERE org = $10`); return err },
			"a time": func(tx *Tx) error {
				_, err := tx.Exec(`DELETE FROM thing WHERE org = $1 AND amount = $2`, time.Now())
				return err
			},
			"a text as BIGINT": func(tx *Tx) error {
				_, err := tx.Exec(`INSERT INTO thing VALUES ($1, 'x', $2, $3, TRUE, NULL, 1)`, secret, []byte("x"))
				return err
			},
			"a text as BYTEA": func(tx *Tx) error {
				_, err := tx.Exec(`INSERT INTO thing VALUES ($1, 'x', 1, $2, TRUE, NULL, 1)`, 7)
				return err
			},
			"a number as BOOL": func(tx *Tx) error {
				_, err := tx.Exec(`INSERT INTO thing VALUES ($1, 'x', 1, $2, $3, NULL, 1)`, []byte("x"), 7)
				return err
			},
			"an unknown column": func(tx *Tx) error {
				_, err := One[struct{ ID string }](tx, `SELECT id, 5 AS x FROM thing WHERE org = $1 UNION SELECT $1, 5`)
				return err
			},
			"NULL in a string": func(tx *Tx) error {
				_, err := One[string](tx, `SELECT CAST(NULL AS TEXT) AS x WHERE $1 <> ''`)
				return err
			},
			"two for one":  func(tx *Tx) error { _, err := One[string](tx, `SELECT CAST($1 AS TEXT) UNION SELECT 'x'`); return err },
			"a wrong text": func(tx *Tx) error { _, err := tx.Exec(`DELETE FRUM thing WHERE org = $1`); return err },
		} {
			err := org.Write(t.Context(), act)
			if !fault.Is(err, fault.Internal) {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error repeats the value", name)
			}
		}
		if n := countThings(t, org); n != 0 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestKindsOfFailure(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		if err := addThing(t.Context(), org, "a", 2); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second row with the key: %v", err)
		}
		err := org.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`INSERT INTO part (org, thing, id) VALUES ($1, 'none', 'p')`)
			return err
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("a part of nothing: %v", err)
		}
		err = org.Read(t.Context(), func(tx *Tx) error {
			_, err := One[thing](tx, `SELECT * FROM thing WHERE org = $1 AND id = $2`, "none")
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("no row: %v", err)
		}
		err = org.Read(t.Context(), func(tx *Tx) error { _, err := tx.Exec(`DELETE FROM thing WHERE org = $1`); return err })
		if err == nil || countThings(t, org) != 1 {
			t.Errorf("a reader wrote: %v", err)
		}
	})
}

// The first database error dooms a transaction on both engines, even if the closure swallows it.
func TestASwallowedErrorStillRollsBack(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		err := org.Write(t.Context(), func(tx *Tx) error {
			if err := insertThing(tx, "b", 1); err != nil {
				return err
			}
			_ = insertThing(tx, "a", 1)
			_ = insertThing(tx, "c", 1)
			return nil
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v", err)
		}
		if n := countThings(t, org); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestPanicEndsOneTransactionOnly(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		err := org.Write(t.Context(), func(tx *Tx) error {
			_ = insertThing(tx, "a", 1)
			panic("en hemlighet")
		})
		if !fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "hemlighet") {
			t.Fatalf("got %v", err)
		}
		err = org.Read(t.Context(), func(tx *Tx) error { panic("again") })
		if !fault.Is(err, fault.Internal) {
			t.Fatalf("got %v", err)
		}
		if err := addThing(t.Context(), org, "b", 1); err != nil || countThings(t, org) != 1 {
			t.Fatalf("after it: %v", err)
		}
	})
}

func TestAfterRunsOnlyAfterCommit(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		var ran []string
		write := func(id string, end error) error {
			return org.Write(t.Context(), func(tx *Tx) error {
				tx.After(func() { ran = append(ran, id) })
				if err := insertThing(tx, id, 1); err != nil {
					return err
				}
				return end
			})
		}
		undone := errors.New("no")
		if err := write("a", undone); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := write("b", nil); err != nil {
			t.Fatal(err)
		}
		if len(ran) != 1 || ran[0] != "b" || countThings(t, org) != 1 {
			t.Fatalf("ran %v", ran)
		}
	})
}

func TestACancelledWriteDoesNotStart(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := org.Write(ctx, func(tx *Tx) error { t.Error("it ran"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestReadSeesOneState(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		err := org.Read(t.Context(), func(tx *Tx) error {
			before, err := One[int64](tx, `SELECT count(*) FROM thing WHERE org = $1`)
			if err != nil {
				return err
			}
			if err := addThing(t.Context(), org, "b", 1); err != nil {
				return err
			}
			after, err := One[int64](tx, `SELECT count(*) FROM thing WHERE org = $1`)
			if before != 1 || after != 1 {
				t.Errorf("%d then %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTwoEditorsLoseNeitherText(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		edit := func(version, amount int) error {
			return org.Write(t.Context(), func(tx *Tx) error {
				n, err := tx.Exec(`UPDATE thing SET amount = $2, version = version + 1 WHERE org = $1 AND id = $3 AND version = $4`, amount, "a", version)
				if err == nil && n == 0 {
					err = fault.New(fault.Conflict, "fault.conflict")
				}
				return err
			})
		}
		if err := edit(1, 10); err != nil {
			t.Fatal(err)
		}
		if err := edit(1, 20); !fault.Is(err, fault.Conflict) {
			t.Fatalf("the second editor: %v", err)
		}
	})
}

func TestEachRefusesAStatementInside(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		err := org.Read(t.Context(), func(tx *Tx) error {
			return Each(tx, `SELECT id FROM thing WHERE org = $1`, nil, func(id *string) error {
				_, err := One[int64](tx, `SELECT count(*) FROM thing WHERE org = $1`)
				return err
			})
		})
		if !fault.Is(err, fault.Internal) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestOnlyAnIdNamesAnOrganisation(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		for _, id := range []string{"", "x", "'; DROP TABLE thing; --0000", strings.Repeat("å", 13)} {
			err := db.Org(id).Write(t.Context(), func(tx *Tx) error { return nil })
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}
