package store

import (
	"testing"
	"time"
)

func TestTheTimeIsDoubtedWhenItJumps(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db, c := movable(t, p)
		if got := db.TimeDoubt(); got != NoDoubt {
			t.Fatalf("at first: %s", got)
		}
		c.Move(9 * time.Minute)
		if got := db.TimeDoubt(); got != NoDoubt {
			t.Fatalf("a small step: %s", got)
		}
		c.Move(11 * time.Minute)
		if got := db.TimeDoubt(); got != TimeJumped {
			t.Fatalf("forward: %q", got)
		}
		if err := db.ConfirmTime(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := db.TimeDoubt(); got != NoDoubt {
			t.Fatalf("confirmed: %s", got)
		}
		c.Move(-3 * time.Minute)
		if got := db.TimeDoubt(); got != TimeWentBack {
			t.Fatalf("back: %q", got)
		}
	})
}

func TestTheTimeIsDoubtedAfterAStartInThePast(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db, c := movable(t, p)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		c.Move(-time.Hour)
		p.cfg.Clock = c
		again := p.open(t)
		if got := again.TimeDoubt(); got != TimeWentBack {
			t.Fatalf("got %q", got)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		if got := p.open(t).TimeDoubt(); got != TimeWentBack {
			t.Fatalf("a restart settled it: %q", got)
		}
	})
}
