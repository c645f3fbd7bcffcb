package seal

import (
	"errors"
	"maps"
	"testing"
)

// rows is the database's table of nodes.
type rows map[string]Box

func (r rows) Get(id string) (Box, error) { return r[id], nil }
func (r rows) Put(id string, b Box) error { r[id] = b; return nil }

// counted counts what is written.
type counted struct {
	rows
	puts, bytes int
}

func (c *counted) Put(id string, b Box) error {
	c.puts, c.bytes = c.puts+1, c.bytes+b.Size()
	return c.rows.Put(id, b)
}

func leafKey(t *testing.T, root Key, r Nodes, leaf uint32) Key {
	t.Helper()
	k, err := NewEpoch("org", root, r).Make(leaf)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestWhatWasDestroyedStaysDestroyedInABackup: the attacker has yesterday's whole database and
// today's key places; the objects that were not destroyed still open for the restoring operator.
func TestWhatWasDestroyedStaysDestroyedInABackup(t *testing.T) {
	t.Parallel()
	db, old := rows{}, NewKey()
	leaves := []uint32{0, 1, 255, 256, 65536, 70000, Leaves - 1}
	object := map[uint32]Box{}
	for _, l := range leaves {
		object[l] = leafKey(t, old, db, l).Seal([]byte("object key"), Bind("object"))
	}
	backup := maps.Clone(db)
	root, err := NewEpoch("org", old, db).Destroy(1, 65536, 1)
	if err != nil {
		t.Fatal(err)
	}
	changed := rows{}
	for id, b := range db {
		if b.Hash() != backup[id].Hash() {
			changed[id] = b
		}
	}
	restored := maps.Clone(backup)
	maps.Copy(restored, changed) // what the key places keep beside the root
	for name, state := range map[string]rows{"now": db, "restored": restored, "backup alone": backup} {
		for _, l := range leaves {
			opens := false
			if k, err := NewEpoch("org", root, state).Leaf(l); err == nil {
				_, err = k.Open(object[l], Bind("object"))
				opens = err == nil
			}
			if want := name != "backup alone" && l != 1 && l != 65536; opens != want {
				t.Errorf("%s: leaf %d opens: %v", name, l, opens)
			}
		}
	}
	// Any mixture of old and new nodes under the new root.
	for mask := range 1 << len(changed) {
		mixed, i := maps.Clone(backup), 0
		for id, b := range changed {
			if mask>>i&1 == 1 {
				mixed[id] = b
			}
			i++
		}
		for _, l := range []uint32{1, 65536} {
			if k, err := NewEpoch("org", root, mixed).Leaf(l); err == nil {
				if _, err := k.Open(object[l], Bind("object")); err == nil {
					t.Fatalf("leaf %d opens with mixture %b", l, mask)
				}
			}
		}
	}
}

func TestOneDestructionCostsTheSameHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	cost := func(objects uint32) (int, int) {
		c, root := &counted{rows: rows{}}, NewKey()
		for l := uint32(0); l < objects; l += 256 {
			leafKey(t, root, c, l)
		}
		c.puts, c.bytes = 0, 0
		if _, err := NewEpoch("org", root, c).Destroy(objects / 2); err != nil {
			t.Fatal(err)
		}
		return c.puts, c.bytes
	}
	fewPuts, fewBytes := cost(1000)
	manyPuts, manyBytes := cost(1_000_000)
	if fewPuts != 3 || manyPuts != 3 || fewBytes != manyBytes || manyBytes > 3*(256*32+100) {
		t.Fatalf("%d nodes, %d bytes; %d nodes, %d bytes", fewPuts, fewBytes, manyPuts, manyBytes)
	}
}

func TestATreeRefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	db, root := rows{}, NewKey()
	leafKey(t, root, db, 0)
	leafKey(t, root, db, 300)
	if _, err := NewEpoch("org", NewKey(), db).Leaf(0); !errors.Is(err, ErrOpen) {
		t.Errorf("another root: %v", err)
	}
	if _, err := NewEpoch("org2", root, db).Leaf(0); !errors.Is(err, ErrOpen) {
		t.Errorf("another organisation: %v", err)
	}
	if _, err := NewEpoch("org", root, db).Leaf(512); !errors.Is(err, ErrLeaf) {
		t.Errorf("never made: %v", err)
	}
	for _, bad := range [][]uint32{{}, {Leaves}} {
		if _, err := NewEpoch("org", root, db).Destroy(bad...); !errors.Is(err, ErrLeaf) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := NewEpoch("org", root, db).Destroy(512); err != nil {
		t.Errorf("what was never made is passed over: %v", err)
	}
	swapped := maps.Clone(db)
	swapped["2/0"], swapped["2/1"] = db["2/1"], db["2/0"]
	if _, err := NewEpoch("org", root, swapped).Leaf(0); !errors.Is(err, ErrOpen) {
		t.Errorf("two nodes changed places: %v", err)
	}
}

func TestManyLeavesAreTheSameKeysAsOneByOne(t *testing.T) {
	t.Parallel()
	r, root := rows{}, NewKey()
	e := NewEpoch("tree", root, r)
	made := []uint32{0, 1, 255, 256, 65_535, 65_536, 70_000}
	for _, leaf := range made {
		if _, err := e.Make(leaf); err != nil {
			t.Fatal(err)
		}
	}
	got, err := e.Leaves(append([]uint32{70_000, 9_000_000}, made...))
	if err != nil || len(got) != len(made) {
		t.Fatalf("%d keys, %v", len(got), err)
	}
	for _, leaf := range made {
		one, err := e.Leaf(leaf)
		if err != nil || string(one.raw()) != string(got[leaf].raw()) {
			t.Fatalf("leaf %d: %v", leaf, err)
		}
	}
	if _, err := e.Leaves([]uint32{leafCount}); !errors.Is(err, ErrLeaf) {
		t.Fatal(err)
	}
	if _, err := NewEpoch("tree", NewKey(), r).Leaves(made); !errors.Is(err, ErrOpen) {
		t.Fatal(err)
	}
}
