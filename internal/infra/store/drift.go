package store

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// drift watches the wall clock: what is destroyed by date must not be destroyed by a clock that
// is wrong.
type drift struct {
	mu       sync.Mutex
	wall     time.Time // when it was last looked at, by the store's clock
	steady   time.Duration
	elapsed  func() time.Duration // monotonic
	recorded clock.Stamp          // the latest time the database has seen
	doubt    Doubt
}

// Doubt is why the time is not to be trusted; empty when it is.
type Doubt string

// The doubts. Destruction pauses at any, until somebody confirms the time.
const (
	NoDoubt        Doubt = ""
	TimeWentBack   Doubt = "time_went_back"      // before the last recorded time
	TimeJumped     Doubt = "time_jumped"         // against monotonic time
	Unsynchronised Doubt = "time_unsynchronised" // at start, by the kernel's own word
)

const (
	recordPace  = time.Minute
	largestJump = 10 * time.Minute
	// backSlack is what a time service may set a clock back without a doubt.
	backSlack = clock.Stamp(2 * time.Minute / time.Microsecond)
)

const readRecorded = `SELECT value FROM instance WHERE name = 'recorded_time'`

func (d *drift) start(ctx context.Context, db *DB) error {
	begun := time.Now()
	d.elapsed = func() time.Duration { return time.Since(begun) }
	d.wall, d.steady = db.cfg.Clock.Now().Round(0), 0
	if _, real := db.cfg.Clock.(clock.System); real && !synchronised() {
		d.doubt = Unsynchronised
	}
	err := db.SystemRead(ctx, func(t *Tx) (err error) {
		d.recorded, err = One[clock.Stamp](t, readRecorded)
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	d.look(db)
	return d.record(ctx, db)
}

// synchronised asks the kernel whether a time service keeps its clock.
func synchronised() bool {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	return err == nil && state != unix.TIME_ERROR
}

// run records the time each minute and compares the clocks.
func (d *drift) run(ctx context.Context, db *DB) {
	tick := time.NewTicker(recordPace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.look(db)
			if err := d.record(ctx, db); err != nil && ctx.Err() == nil {
				db.cfg.Log.Error("the time could not be recorded", "cause", err.Error())
			}
		}
	}
}

// look compares wall time with monotonic time since the last look, and with what is recorded.
func (d *drift) look(db *DB) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wall, steady := db.cfg.Clock.Now().Round(0), d.elapsed()
	jump := wall.Sub(d.wall) - (steady - d.steady)
	if jump > largestJump || jump < -largestJump {
		d.doubt = TimeJumped
	}
	if clock.Of(wall) < d.recorded-backSlack {
		d.doubt = TimeWentBack
	}
	d.wall, d.steady = wall, steady
}

// record keeps the latest time seen; a doubtful time is not taken over.
func (d *drift) record(ctx context.Context, db *DB) error {
	d.mu.Lock()
	now, doubt := clock.Of(d.wall), d.doubt
	d.mu.Unlock()
	if doubt == TimeJumped || doubt == TimeWentBack {
		return nil
	}
	err := db.System(ctx, func(t *Tx) error {
		_, err := t.Exec(`INSERT INTO instance (name, value) VALUES ('recorded_time', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE instance.value < excluded.value`, now)
		return err
	})
	if err == nil {
		d.mu.Lock()
		d.recorded = max(d.recorded, now)
		d.mu.Unlock()
	}
	return err
}

// TimeDoubt tells whether the time can be trusted; destruction asks before it begins.
func (d *DB) TimeDoubt() Doubt {
	d.drift.look(d)
	d.drift.mu.Lock()
	defer d.drift.mu.Unlock()
	return d.drift.doubt
}

// ConfirmTime is somebody's word that the time is right; its caller logs whose.
func (d *DB) ConfirmTime(ctx context.Context) error {
	d.drift.mu.Lock()
	now := d.cfg.Clock.Now().Round(0)
	d.drift.wall, d.drift.steady = now, d.drift.elapsed()
	d.drift.recorded = clock.Of(now)
	d.drift.doubt = NoDoubt
	d.drift.mu.Unlock()
	return d.System(ctx, func(t *Tx) error {
		_, err := t.Exec(`UPDATE instance SET value = $1 WHERE name = 'recorded_time'`, clock.Of(now))
		return err
	})
}
