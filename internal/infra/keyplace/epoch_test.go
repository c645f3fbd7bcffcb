package keyplace

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

func twoPlaces(t *testing.T) *Place {
	t.Helper()
	c := config(t)
	c.Second = t.TempDir()
	return open(t, c)
}

func epoch(t *testing.T, p *Place) *Epoch {
	t.Helper()
	e, err := p.Epoch("org")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func box(s string) map[string]seal.Box { return map[string]seal.Box{"2/0": seal.NewBox([]byte(s))} }

// holds tells whether any file of the place still has the key.
func holds(t *testing.T, p *Place, k seal.Key) bool {
	t.Helper()
	found, want := false, state{1, k}.encode()
	want = bytes.Split(want, []byte(" "))[2]
	for _, dir := range []string{p.first, p.second} {
		do(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				raw, _ := os.ReadFile(path)
				found = found || bytes.Contains(raw, want) || bytes.Contains(raw, k.Bytes())
			}
			return err
		}))
	}
	return found
}

func TestAnOldRootIsGoneOnlyWhenTheNewOneIsSettled(t *testing.T) {
	t.Parallel()
	p := twoPlaces(t)
	e, one, two := epoch(t, p), seal.NewKey(), seal.NewKey()
	do(t, e.Stage(1, one, nil), e.Settle(1), e.Stage(2, two, box("a")))
	if !holds(t, p, one) || !holds(t, p, two) {
		t.Fatal("both lie there until the database has committed")
	}
	do(t, e.Settle(2), e.Settle(2))
	if holds(t, p, one) || !holds(t, p, two) {
		t.Fatal("the old root is still there")
	}
	if k, err := e.Current(2); err != nil || !k.Equal(two) {
		t.Fatal(err)
	}
	do(t, e.Stage(3, seal.NewKey(), box("b")), e.Settle(2)) // the database did not commit
	if k, err := e.Current(2); err != nil || !k.Equal(two) || e.Newest() != 2 {
		t.Fatal(err)
	}
	if _, err := e.Current(3); !errors.Is(err, ErrNoRoot) {
		t.Fatal("what was taken back is still there")
	}
	if _, err := e.Current(1); !errors.Is(err, ErrOlder) {
		t.Fatal(err)
	}
	if err := e.Stage(2, two, nil); !fault.Is(err, fault.Conflict) {
		t.Fatal(err)
	}
}

// TestAKillAtAnyStepIsMended takes a copy of both places after every change of a file and goes on
// from there, as the next start would: with the generation that the database had.
func TestAKillAtAnyStepIsMended(t *testing.T) {
	t.Parallel()
	one, two := seal.NewKey(), seal.NewKey()
	for step := range 40 {
		for _, committed := range []int64{1, 2} {
			p := twoPlaces(t)
			e := epoch(t, p)
			do(t, e.Stage(1, one, box("old")), e.Settle(1), e.Stage(2, two, box("new")))
			if committed == 2 && !breakOff(t, p, step) {
				return
			}
			do(t, e.Settle(committed))
			want := map[int64]seal.Key{1: one, 2: two}[committed]
			if k, err := e.Current(committed); err != nil || !k.Equal(want) {
				t.Fatalf("step %d, generation %d: %v", step, committed, err)
			}
			if gone := map[int64]seal.Key{1: two, 2: one}[committed]; holds(t, p, gone) {
				t.Fatalf("step %d, generation %d: the other root is still there", step, committed)
			}
		}
	}
}

// breakOff does the first steps of finish by hand, in the first place and then in the second.
func breakOff(t *testing.T, p *Place, step int) bool {
	t.Helper()
	for _, place := range []string{p.first, p.second} {
		f := filepath.Join(place, "epoch", "org")
		for _, one := range []func() error{
			func() error { return os.MkdirAll(filepath.Join(f, nodesFolder), 0o700) },
			func() error {
				return os.Rename(filepath.Join(f, nextFolder, "2-0"), filepath.Join(f, nodesFolder, "2-0"))
			},
			func() error { return os.WriteFile(filepath.Join(f, rootFile), []byte("1 1 0000"), 0o600) },
			func() error { return os.Remove(filepath.Join(f, rootFile)) },
			func() error { return os.Rename(filepath.Join(f, nextFile), filepath.Join(f, rootFile)) },
		} {
			if step == 0 {
				return true
			}
			do(t, one())
			step--
		}
	}
	return step == 0
}

func TestASecondPlaceThatComesLaterCatchesUp(t *testing.T) {
	t.Parallel()
	c := config(t)
	p := open(t, c)
	e, one := epoch(t, p), seal.NewKey()
	do(t, e.Stage(1, one, nil), e.Settle(1), e.Stage(2, one, box("a")), e.Settle(2))
	c.Second = t.TempDir()
	p = open(t, c)
	do(t, epoch(t, p).Settle(2))
	alone := &Epoch{folders: []string{filepath.Join(c.Second, "epoch", "org")}}
	if k, err := alone.Current(2); err != nil || !k.Equal(one) {
		t.Fatal(err)
	}
	seen := 0
	do(t, alone.Nodes(func(id string, b seal.Box) error {
		if id == "2/0" && string(b.Bytes()) == "a" {
			seen++
		}
		return nil
	}))
	if seen != 1 {
		t.Fatal("the nodes did not come along")
	}
}

func TestAPlaceThatIsAwayStopsADestruction(t *testing.T) {
	t.Parallel()
	p := twoPlaces(t)
	e := epoch(t, p)
	do(t, e.Stage(1, seal.NewKey(), nil), e.Settle(1))
	do(t, os.RemoveAll(p.second))
	if err := e.Stage(2, seal.NewKey(), nil); !fault.Is(err, fault.Unavailable) {
		t.Fatal(err)
	}
	if _, err := e.Current(1); err != nil {
		t.Fatal("reading goes on from the first")
	}
}

type table map[string]seal.Box

func (t table) Get(id string) (seal.Box, error) { return t[id], nil }
func (t table) Put(id string, b seal.Box) error { t[id] = b; return nil }

// TestYesterdaysDatabaseAndTodaysKeyPlaces is a restore: what was destroyed stays destroyed, the
// rest opens.
func TestYesterdaysDatabaseAndTodaysKeyPlaces(t *testing.T) {
	t.Parallel()
	e, db, root := epoch(t, twoPlaces(t)), table{}, seal.NewKey()
	object := map[uint32]seal.Box{}
	for _, leaf := range []uint32{0, 1, 300, 70000} {
		k, err := seal.NewEpoch("org", root, db).Make(leaf)
		do(t, err)
		object[leaf] = k.Seal([]byte("x"), seal.AD{})
	}
	do(t, e.Stage(1, root, nil), e.Settle(1))
	backup := maps.Clone(db)
	for generation, leaf := range map[int64]uint32{2: 1} {
		before := maps.Clone(db)
		next, err := seal.NewEpoch("org", root, db).Destroy(leaf)
		do(t, err)
		changed := map[string]seal.Box{}
		for id, b := range db {
			if b.Hash() != before[id].Hash() {
				changed[id] = b
			}
		}
		do(t, e.Stage(generation, next, changed), e.Settle(generation))
	}
	if _, err := e.Current(1); !errors.Is(err, ErrOlder) {
		t.Fatal(err)
	}
	do(t, e.Nodes(backup.Put))
	now, err := e.Current(e.Newest())
	do(t, err)
	for leaf, b := range object {
		k, err := seal.NewEpoch("org", now, backup).Leaf(leaf)
		do(t, err)
		if _, err := k.Open(b, seal.AD{}); (err == nil) != (leaf != 1) {
			t.Errorf("leaf %d: %v", leaf, err)
		}
	}
}

func FuzzRootFile(f *testing.F) {
	f.Add(state{7, seal.NewKey()}.encode())
	f.Add([]byte("1 1 00"))
	f.Add(make([]byte, 80))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s := decodeRoot(raw); s.generation != 0 && !bytes.Equal(s.encode(), raw) {
			t.Fatal("a torn root is taken for whole")
		}
	})
}
