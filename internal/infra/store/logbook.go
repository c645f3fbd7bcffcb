package store

import (
	"context"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// logbook holds the trees in memory: live ones belong to the one goroutine that appends (SQLite's
// writer, PostgreSQL's sequencer), known ones are what has been committed.
type logbook struct {
	db      *DB
	live    map[string]*audit.Frontier
	touched map[string]bool
	others  map[string]int64 // entries outside SQLite's one chain
	nudges  chan string

	mu     sync.Mutex
	known  map[string]audit.Frontier
	signed map[string]int64
}

func (l *logbook) prepare(d *DB) {
	l.db = d
	l.live = map[string]*audit.Frontier{}
	l.touched = map[string]bool{}
	l.others = map[string]int64{}
	l.known = map[string]audit.Frontier{}
	l.signed = map[string]int64{}
	l.nudges = make(chan string, 1024)
}

// open gives the organisation's tree, from memory or rebuilt from the tables. Rebuilt, it must
// continue the newest checkpoint and what this process has committed: otherwise the log is
// closed, since a further entry would put a signature on what somebody has changed.
func (l *logbook) open(t *Tx) (*audit.Frontier, error) {
	if f, ok := l.live[t.org]; ok {
		return f, nil
	}
	size, err := treeSize(t)
	if err != nil {
		return nil, err
	}
	if size == 0 && len(t.entries) > 0 {
		if _, err := t.Exec(`INSERT INTO audit_tree (id, created) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, t.Now()); err != nil {
			return nil, err
		}
	}
	f, err := audit.Resume(size, treeSource{t})
	if t.failed != nil {
		return nil, t.failed
	}
	if err != nil {
		return nil, &Tampered{What: audit.EntryMissing, Org: t.org}
	}
	if err := l.continues(t, size); err != nil {
		return nil, err
	}
	if t.db.Engine() == "sqlite" {
		if l.others[t.org], err = otherChains(t); err != nil {
			return nil, err
		}
	}
	l.live[t.org] = &f
	return &f, nil
}

func (l *logbook) continues(t *Tx, size int64) error {
	l.mu.Lock()
	known, ok := l.known[t.org]
	l.mu.Unlock()
	if ok {
		if err := hadRoot(t, size, known.Size(), known.Root()); err != nil {
			return err
		}
	}
	newest, err := newestCheckpoint(t)
	if err != nil {
		return err
	}
	if newest.Size > 0 {
		if err := hadRoot(t, size, newest.Size, newest.Root); err != nil {
			return err
		}
	}
	held, err := l.db.heldCheckpoint(t.org)
	if err != nil || held.Size == 0 {
		return err
	}
	return continuesHeld(t, held)
}

// hadRoot tells whether the stored tree of a size had a root when it was smaller.
func hadRoot(t *Tx, size, then int64, root tlog.Hash) error {
	if then > size {
		return &Tampered{What: audit.TailMissing, Org: t.org, Seq: size}
	}
	got, err := tlog.TreeHash(then, audit.Reader(treeSource{t}))
	if t.failed != nil {
		return t.failed
	}
	if err != nil || got != root {
		return &Tampered{What: audit.TreeChanged, Org: t.org, Seq: then - 1}
	}
	return nil
}

// publish says that what was appended since the last call is durable.
func (l *logbook) publish() {
	if len(l.touched) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for org := range l.touched {
		if f := l.live[org]; f != nil && f.Size() > 0 {
			l.known[org] = *f
		}
	}
	clear(l.touched)
}

// forget drops what may not be what the tables hold: after an abandoned batch, or another
// process's write.
func (l *logbook) forget() {
	clear(l.live)
	clear(l.touched)
}

// nudge tells the sequencer that an organisation has entries waiting; a full channel is no loss,
// the sweep finds them.
func (l *logbook) nudge(org string) {
	select {
	case l.nudges <- org:
	default:
	}
}

// The pace of the log's background work.
const (
	checkpointPace = time.Second
	sequencePace   = 50 * time.Millisecond
)

// run sequences what waits and signs checkpoints, at most one a second and organisation.
func (l *logbook) run(ctx context.Context) {
	tick := time.NewTicker(checkpointPace)
	defer tick.Stop()
	if err := l.adopt(ctx); err != nil && ctx.Err() == nil {
		l.db.cfg.Log.Error("a log left unsigned could not be taken up", "cause", err.Error())
	}
	for {
		select {
		case <-ctx.Done():
			return
		case org := <-l.nudges:
			l.db.engine.sequence(ctx, l.gather(ctx, org))
		case <-tick.C:
			l.db.engine.sweep(ctx)
			if err := l.checkpointAll(ctx); err != nil && ctx.Err() == nil {
				l.db.cfg.Log.Error("a checkpoint of the log could not be kept", "cause", err.Error())
			}
		}
	}
}

// gather waits a moment for more, so that one transaction sequences many entries.
func (l *logbook) gather(ctx context.Context, first string) map[string]bool {
	orgs := map[string]bool{first: true}
	select {
	case <-ctx.Done():
	case <-time.After(sequencePace):
	}
	for {
		select {
		case org := <-l.nudges:
			orgs[org] = true
		default:
			return orgs
		}
	}
}

// finish does the last of the background work when the database closes.
func (l *logbook) finish() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	l.db.engine.sweep(ctx)
	return l.checkpointAll(ctx)
}

// Tampered says that the log, or a row it names, is not what was written.
type Tampered struct {
	What      string // one of audit's findings
	Org       string
	Seq       int64
	Table, ID string
}

// Error names the place, never content.
func (e *Tampered) Error() string { return fault.Of(e.Unwrap()).Error() }

// Unwrap is the fault that a transport answers.
func (e *Tampered) Unwrap() error {
	at := audit.Finding{What: e.What, Seq: e.Seq, Table: e.Table, ID: e.ID}
	return fault.New(fault.Internal, "fault.tampered", "the log of "+e.Org+" has been tampered with: "+at.String())
}
