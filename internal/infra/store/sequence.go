package store

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
)

// On SQLite an entry has its place when it is committed.
func (s *sqlite) sequence(context.Context, map[string]bool) {}
func (s *sqlite) sweep(context.Context)                     {}

type chainHead struct {
	Chain int
	Next  int64
	Hash  tlog.Hash
}

// append puts the entries at the end of one of the organisation's chains. The chain is locked
// first, then the remembered rows in their order, so that transactions can't wait in a ring;
// the turn is taken last: of two entries that name one row, the later holder has the higher.
func (p *postgres) append(t *Tx) error {
	head, err := lockChain(t)
	if err != nil {
		return err
	}
	var list, inserts []statement
	for _, e := range t.entries {
		ref := audit.Ref(head.Chain, head.Next)
		leaf := audit.Leaf(t.org, ref, e.salt, e.payload)
		head.Next++
		head.Hash = audit.Link(head.Hash, leaf)
		list = remembering(list, e.entry, ref)
		inserts = append(inserts, statement{`INSERT INTO audit_pending (org, ref, turn, logged, leaf, salt, payload, case_id)
			VALUES ($1, $2, nextval('audit_turn'), $3, $4, $5, $6, $7)`, []any{ref, t.Now(), leaf[:], e.salt, e.payload, e.entry.Case}})
	}
	sortRows(list)
	list = append(list, inserts...)
	list = append(list, statement{`UPDATE audit_chain SET next = $2, hash = $3 WHERE org = $1 AND chain = $4`, []any{head.Next, head.Hash[:], head.Chain}})
	return t.many(list)
}

// lockChain takes the first chain that nobody holds, or waits for one. A log that is written by one
// at a time so stands in one chain, whose order shows where it was disturbed.
func lockChain(t *Tx) (chainHead, error) {
	free, err := All[chainHead](t, `SELECT chain, next, hash FROM audit_chain WHERE org = $1 ORDER BY chain LIMIT 1 FOR UPDATE SKIP LOCKED`)
	if err != nil || len(free) == 1 {
		return append(free, chainHead{})[0], err
	}
	any := rand.IntN(audit.Chains)
	waited, err := All[chainHead](t, `SELECT chain, next, hash FROM audit_chain WHERE org = $1 AND chain = $2 FOR UPDATE`, any)
	if err != nil || len(waited) == 1 {
		return append(waited, chainHead{})[0], err
	}
	for chain := range audit.Chains { // the organisation's first entry
		if _, err := t.Exec(`INSERT INTO audit_chain (org, chain, next, hash) VALUES ($1, $2, 0, $3) ON CONFLICT (org, chain) DO NOTHING`, chain, tlog.Hash{}); err != nil {
			return chainHead{}, err
		}
	}
	if _, err := t.Exec(`INSERT INTO audit_tree (id, created) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, t.Now()); err != nil {
		return chainHead{}, err
	}
	return One[chainHead](t, `SELECT chain, next, hash FROM audit_chain WHERE org = $1 AND chain = $2 FOR UPDATE`, any)
}

// many leaves statements to be sent together with the COMMIT.
func (t *Tx) many(list []statement) error {
	for _, s := range list {
		if err := t.later(nil, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// maxSequenced bounds one sequencing transaction.
const maxSequenced = 2000

// sequence gives the waiting entries of some organisations their places in the tree. Any node
// may do it; the advisory lock lets one at a time.
func (p *postgres) sequence(ctx context.Context, orgs map[string]bool) {
	p.sequencing.Lock()
	defer p.sequencing.Unlock()
	for org := range orgs {
		for ctx.Err() == nil {
			n, err := p.sequenceOne(ctx, org)
			if err != nil {
				p.db.log.forget()
				if ctx.Err() == nil {
					p.db.cfg.Log.Error("the log could not be sequenced", "org", org, "cause", err.Error())
				}
			}
			if err != nil || n < maxSequenced {
				break
			}
		}
	}
}

func (p *postgres) sequenceOne(ctx context.Context, org string) (n int, err error) {
	held := false
	err = p.write(ctx, org, func(t *Tx) error {
		n = 0
		if held, err = One[bool](t, `SELECT pg_try_advisory_xact_lock(1986097774, hashtext($1))`); err != nil || !held {
			return err
		}
		n, err = p.merge(t)
		return err
	})
	if err == nil && held {
		p.db.log.publish()
	}
	return n, err
}

type waiting struct {
	Ref  int64
	Leaf tlog.Hash
}

// merge moves what waits into the tree in the order of the turns. A snapshot that shows an entry
// shows those before it in its chain, and those whose rows it has changed.
func (p *postgres) merge(t *Tx) (int, error) {
	list, err := All[waiting](t, `SELECT ref, leaf FROM audit_pending WHERE org = $1 ORDER BY turn LIMIT 2000`)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	size, err := treeSize(t)
	if err != nil {
		return 0, err
	}
	book := &p.db.log
	if f := book.live[t.org]; f != nil && f.Size() != size {
		delete(book.live, t.org) // another node has sequenced meanwhile
	}
	tree, err := book.open(t)
	if err != nil {
		return 0, err
	}
	delete(book.live, t.org) // put back when it is durable
	var moves []statement
	for _, w := range list {
		moves = append(moves, statement{`
			WITH gone AS (DELETE FROM audit_pending WHERE org = $1 AND ref = $2 RETURNING ref, leaf, salt, payload, case_id)
			INSERT INTO audit_entry (org, seq, ref, leaf, salt, payload, case_id)
			SELECT $1, $3, ref, leaf, salt, payload, case_id FROM gone`, []any{w.Ref, tree.Size()}})
		moves = nodeStatements(moves, tree.Append(w.Leaf))
	}
	if err := t.many(moves); err != nil {
		return 0, err
	}
	t.After(func() {
		book.live[t.org] = tree
		book.touched[t.org] = true
	})
	return len(list), nil
}

// sweep sequences what another node left behind when it died, and what a nudge missed.
func (p *postgres) sweep(ctx context.Context) {
	var orgs []string
	err := p.read(ctx, "", func(t *Tx) (err error) {
		orgs, err = All[string](t, `SELECT id FROM audit_tree`)
		return err
	})
	left := map[string]bool{}
	if err == nil {
		left, err = p.leftBehind(ctx, orgs)
	}
	if err != nil && ctx.Err() == nil {
		p.db.cfg.Log.Error("the log could not be swept", "cause", err.Error())
	}
	p.sequence(ctx, left)
}

// leftBehind asks under each organisation in turn, all in one round trip: no role sees the rows
// of all.
func (p *postgres) leftBehind(ctx context.Context, orgs []string) (map[string]bool, error) {
	left := map[string]bool{}
	err := p.read(ctx, "", func(t *Tx) error {
		batch := &pgx.Batch{}
		for _, org := range orgs {
			batch.Queue(`SELECT set_config('varn.org', $1, true)`, org)
			batch.Queue(`SELECT 1 FROM audit_pending WHERE org = $1 LIMIT 1`, org).QueryRow(func(row pgx.Row) error {
				var one int
				if row.Scan(&one) == nil {
					left[org] = true
				}
				return nil
			})
		}
		if _, err := One[int](t, `SELECT 1`); err != nil {
			return err
		}
		if err := t.c.(*postgresConn).raw.Conn().SendBatch(ctx, batch).Close(); err != nil {
			return t.fail(err)
		}
		return nil
	})
	return left, err
}

// Lag is how many entries are durable but not yet in the tree, and how long the oldest has
// waited; SQLite has none.
func (o Org) Lag(ctx context.Context) (entries int64, oldest time.Duration, err error) {
	if o.db.Engine() == "sqlite" {
		return 0, 0, nil
	}
	err = o.Read(ctx, func(t *Tx) error {
		got, err := One[struct {
			N     int64
			Since clock.Stamp
		}](t, `SELECT count(*) AS n, coalesce(min(logged), 0) AS since FROM audit_pending WHERE org = $1`)
		if entries = got.N; entries > 0 {
			oldest = t.db.cfg.Clock.Now().Sub(got.Since.Time())
		}
		return err
	})
	return entries, oldest, err
}
