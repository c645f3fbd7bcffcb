package store

import (
	"bytes"
	"maps"
	"slices"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Epoch is the state of the tree of erasable keys: the generation of its root, and who may change
// the root until when. The root itself lies in the key places.
type Epoch struct {
	Generation int64       `db:"generation"`
	Holder     string      `db:"holder"`
	Lease      clock.Stamp `db:"lease"`
}

const epochState = `SELECT generation, holder, lease FROM epoch WHERE org = $1`

// CountErasable counts the cases and attachments that lie under erasable keys.
func (t *Tx) CountErasable() (int64, error) {
	return One[int64](t, `SELECT (SELECT COUNT(*) FROM object WHERE org = $1) + (SELECT COUNT(*) FROM casefile WHERE org = $1 AND epoch > 0)`)
}

// Epoch gives the tree's state; generation 0 when it is new.
func (t *Tx) Epoch() (Epoch, error) {
	e, err := One[Epoch](t, epochState)
	if fault.Is(err, fault.NotFound) {
		return Epoch{}, nil
	}
	return e, err
}

// LeaseEpoch takes the right to change the root until a moment; false while another holds it. Only
// its holder may touch what is staged in the key places.
func (t *Tx) LeaseEpoch(holder string, now, until clock.Stamp) (bool, error) {
	n, err := t.Exec(`INSERT INTO epoch (org, generation, holder, lease) VALUES ($1, 0, $2, $3)
		ON CONFLICT (org) DO UPDATE SET holder = excluded.holder, lease = excluded.lease WHERE epoch.lease <= $4`, holder, until, now)
	return n == 1, err
}

// FreeEpoch gives the right back, if it is still the holder's.
func (t *Tx) FreeEpoch(holder string) error {
	_, err := t.Exec(`UPDATE epoch SET lease = 0 WHERE org = $1 AND holder = $2`, holder)
	return err
}

// FreeEpochs gives the right back whoever held it: for a start where no other process can.
func (t *Tx) FreeEpochs() error {
	_, err := t.Exec(`UPDATE epoch SET lease = 0 WHERE org = $1 AND lease > 0`)
	return err
}

// TurnEpoch enters the generation after the present one: Conflict when the right to do so has
// passed to another.
func (t *Tx) TurnEpoch(holder string, to int64) error {
	return t.changed(`UPDATE epoch SET generation = $3 WHERE org = $1 AND holder = $2 AND generation = $4`, holder, to, to-1)
}

// EpochNode gives the sealed form of a node; the zero Box when it is not there.
func (t *Tx) EpochNode(id string) (seal.Box, error) {
	b, err := One[seal.Box](t, `SELECT wrap FROM epoch_node WHERE org = $1 AND id = $2`, id)
	if fault.Is(err, fault.NotFound) {
		return seal.Box{}, nil
	}
	return b, err
}

// EpochChange is what one act on the tree read and wrote. It is worked out on a reading, since
// nothing is sealed inside the writer, and then applied only if nothing of it has changed since.
type EpochChange struct {
	tx         *Tx
	generation int64
	got, put   map[string]seal.Box
	path       map[string]seal.Box // nodes that were read ahead; nil: each when it is asked for
}

// EpochChange begins an act on the nodes as they are now. It serves seal.NewEpoch while the
// transaction lasts.
func (t *Tx) EpochChange() (*EpochChange, error) {
	e, err := t.Epoch()
	return &EpochChange{tx: t, generation: e.Generation, got: map[string]seal.Box{}, put: map[string]seal.Box{}}, err
}

// EpochPath reads what one leaf needs and nothing else: the state, and the nodes on its path. It is
// the transaction's last question.
func (t *Tx) EpochPath(ids []string) (*EpochChange, error) {
	var state []Epoch
	var nodes []epochNode
	in, args := among(nil, ids)
	err := t.askLast(
		askRows(&state, epochState),
		askRows(&nodes, `SELECT id, wrap FROM epoch_node WHERE org = $1 AND id `+in, args...),
	)
	c := &EpochChange{tx: t, path: map[string]seal.Box{}, got: map[string]seal.Box{}, put: map[string]seal.Box{}}
	if len(state) == 1 {
		c.generation = state[0].Generation
	}
	for _, n := range nodes {
		c.path[n.ID] = n.Wrap
	}
	return c, err
}

type epochNode struct {
	ID   string   `db:"id"`
	Wrap seal.Box `db:"wrap"`
}

// Generation is the root that the nodes open under.
func (c *EpochChange) Generation() int64 { return c.generation }

// Get gives a node, as this change has put it if it has.
func (c *EpochChange) Get(id string) (seal.Box, error) {
	if b, ok := c.put[id]; ok {
		return b, nil
	}
	if c.path != nil {
		return c.path[id], nil
	}
	b, err := c.tx.EpochNode(id)
	if err == nil {
		c.got[id] = b
	}
	return b, err
}

// Put keeps a node until the change is applied.
func (c *EpochChange) Put(id string, sealed seal.Box) error {
	c.put[id] = sealed
	return nil
}

// Renewed is every node that was put.
func (c *EpochChange) Renewed() map[string]seal.Box { return maps.Clone(c.put) }

// ApplyEpoch writes what a change has put: Conflict (fault.changed) when anything that it read has
// changed since. A change that put nothing holds whatever has happened: a key that could be reached
// stays the same until it is destroyed itself.
func (t *Tx) ApplyEpoch(c *EpochChange) error {
	if len(c.put) == 0 {
		return nil
	}
	// The row stays locked until the commit, so that changes follow each other.
	if err := t.changed(`UPDATE epoch SET generation = $2 WHERE org = $1 AND generation = $2`, c.generation); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(c.got)) {
		now, err := t.EpochNode(id)
		if err != nil {
			return err
		}
		if !bytes.Equal(now.Bytes(), c.got[id].Bytes()) {
			return fault.New(fault.Conflict, "fault.changed")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.put)) {
		if _, err := t.Exec(`INSERT INTO epoch_node (org, id, wrap) VALUES ($1, $2, $3)
			ON CONFLICT (org, id) DO UPDATE SET wrap = excluded.wrap`, id, c.put[id]); err != nil {
			return err
		}
	}
	return nil
}

// Doomed is a leaf whose key is still to be destroyed, and the blob that it opens, if any.
type Doomed struct {
	Leaf int64  `db:"leaf"`
	Blob string `db:"blob"`
}

// Doom notes that a leaf's key is to be destroyed, in the transaction that deletes its object.
func (t *Tx) Doom(leaf int64, blob string) error {
	_, err := t.Exec(`INSERT INTO epoch_doomed (org, leaf, blob) VALUES ($1, $2, $3) ON CONFLICT (org, leaf) DO NOTHING`, leaf, blob)
	return err
}

// Doomed lists leaves to destroy, at most so many.
func (t *Tx) Doomed(limit int) ([]Doomed, error) {
	return All[Doomed](t, `SELECT leaf, blob FROM epoch_doomed WHERE org = $1 ORDER BY leaf LIMIT $2`, limit)
}

// Destroyed forgets a leaf whose key is gone.
func (t *Tx) Destroyed(leaf int64) error {
	_, err := t.Exec(`DELETE FROM epoch_doomed WHERE org = $1 AND leaf = $2`, leaf)
	return err
}

// Next gives the next number of a counter, from zero.
func (t *Tx) Next(counter string) (int64, error) { return t.NextOf(counter, 1) }

// NextOf counts several on at once and gives the last of them.
func (t *Tx) NextOf(counter string, many int64) (int64, error) {
	return One[int64](t, `INSERT INTO counter (org, name, value) VALUES ($1, $2, $3 - 1)
		ON CONFLICT (org, name) DO UPDATE SET value = counter.value + $3 RETURNING value`, counter, many)
}
