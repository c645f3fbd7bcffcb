package store

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// waitSigned waits until a checkpoint covers size entries, in the database and where it is kept
// outside it (which is written after the commit).
func waitSigned(t *testing.T, p place, org Org, size int64) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); ; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("no checkpoint covers %d entries", size)
		}
		signed, err := org.Checkpoint(t.Context())
		if err != nil && !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if err == nil {
			c, _, err := audit.OpenCheckpoint(signed, p.cfg.Verifier)
			if err != nil {
				t.Fatal(err)
			}
			if held := p.signs.newest(org.ID()); c.Size >= size && bytes.Equal(held, signed) {
				return
			}
		}
	}
}

func TestTheLogIsSequencedAndSignedByItself(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		for i := range 30 {
			if err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, fmt.Sprint(i), 1, 1) }); err != nil {
				t.Fatal(err)
			}
		}
		waitSigned(t, p, org, 30)
		if n, _, err := org.Lag(t.Context()); n != 0 || err != nil {
			t.Errorf("lag %d %v", n, err)
		}
		if r := verify(t, db, org, p.signs.newest(org.ID())); !r.OK() || r.Unsigned != 0 || r.Pending != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// What a process left unsigned or unsequenced when it died is taken up by the next.
func TestAnUnsignedTailIsTakenUp(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		unsigning := p
		unsigning.cfg.Signer = nil
		db := unsigning.open(t)
		org := newOrg(db)
		fillLog(t, db, org, 5)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		next := p.open(t)
		waitSigned(t, p, next.Org(org.ID()), 5)
	})
}

// A tail that does not continue what was signed is not signed with it.
func TestATamperedTailIsNotSigned(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := tamperPlace(t, p)
		p.attack(t, p.forge(t, org, 5))
		db := p.unheld().open(t)
		if err := db.SignNow(t.Context(), org); err == nil {
			t.Error("it was signed")
		}
	})
}

// The server's log repeats neither a value nor a statement's arguments. (It would repeat one that
// a text casts to a number in vain: no text here casts what comes from outside.)
func TestTheServersLogHoldsNoValues(t *testing.T) {
	forPostgres(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		const secret = "hemligt-värde-4711"
		for _, text := range []string{`INSERT INTO thing VALUES ($1, $2, 1, $3, TRUE, NULL, 1)`, `INSERT INTO thing VALUES ($1, $2, 1, $3, TRUE, NULL, NULL)`,
			`INSERT INTO part (org, thing, id) VALUES ($1, $2, CAST($3 AS TEXT))`} {
			for range 2 {
				_ = org.Write(t.Context(), func(tx *Tx) error { _, err := tx.Exec(text, secret, []byte(secret)); return err })
			}
		}
		log, err := os.ReadFile(source.Cluster().LogPath())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(log), "duplicate key") || strings.Contains(string(log), secret) || strings.Contains(string(log), "hemligt") {
			t.Fatalf("the server's log repeats a value, or logged nothing")
		}
	})
}
