package clock

import (
	"testing"
	"time"
)

func TestStampKeepsMicroseconds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 19, 40, 12, 345678000, time.UTC)
	if got := Of(at).Time(); !got.Equal(at) {
		t.Fatalf("got %v", got)
	}
	if got := Of(at).Minute().Time(); !got.Equal(at.Truncate(time.Minute)) {
		t.Fatalf("minute %v", got)
	}
	if got := Of(at).Hour().Time(); !got.Equal(at.Truncate(time.Hour)) {
		t.Fatalf("hour %v", got)
	}
	if Of(time.Time{}) != 0 || !Stamp(0).Time().IsZero() {
		t.Fatal("never")
	}
}

func TestFixedMovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := At(start)
	c.Move(time.Hour)
	if got := c.Now(); !got.Equal(start.Add(time.Hour)) {
		t.Fatalf("got %v", got)
	}
}
