package audit

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// kept is a stored tree in memory.
type kept struct {
	leaves []tlog.Hash
	nodes  map[[2]int64]tlog.Hash
}

func (k *kept) Leaves(from, to int64) ([]tlog.Hash, error) {
	return append([]tlog.Hash{}, k.leaves[min(from, int64(len(k.leaves))):min(to, int64(len(k.leaves)))]...), nil
}

func (k *kept) Nodes(level int, from, to int64) (list []tlog.Hash, err error) {
	for n := from; n < to; n++ {
		if h, ok := k.nodes[[2]int64{int64(level), n}]; ok {
			list = append(list, h)
		}
	}
	return list, nil
}

func grow(k *kept, f *Frontier, n int) {
	for range n {
		leaf := tlog.RecordHash(fmt.Append(nil, len(k.leaves)))
		k.leaves = append(k.leaves, leaf)
		for _, node := range f.Append(leaf) {
			k.nodes[[2]int64{int64(node.Level), node.N}] = node.Hash
		}
	}
}

func TestTheFrontierGivesTheTreesOwnHashes(t *testing.T) {
	t.Parallel()
	k := &kept{nodes: map[[2]int64]tlog.Hash{}}
	var f Frontier
	roots := map[int64]tlog.Hash{}
	for size := int64(0); size < 1200; size++ {
		want, err := tlog.TreeHash(size, Reader(k))
		if err != nil || f.Root() != want || f.Size() != size {
			t.Fatalf("size %d: %v", size, err)
		}
		roots[size] = want
		resumed, err := Resume(size, k)
		if err != nil || resumed != f {
			t.Fatalf("resumed at %d: %v", size, err)
		}
		grow(k, &f, 1)
	}
	for _, size := range []int64{1, 255, 256, 257, 511, 512, 1000, 1199} {
		proof, err := tlog.ProveRecord(1199, size-1, Reader(k))
		if err != nil || tlog.CheckRecord(proof, 1199, roots[1199], size-1, k.leaves[size-1]) != nil {
			t.Errorf("inclusion of %d: %v", size-1, err)
		}
		growth, err := tlog.ProveTree(1199, size, Reader(k))
		if err != nil || tlog.CheckTree(growth, 1199, roots[1199], size, roots[size]) != nil {
			t.Errorf("growth from %d: %v", size, err)
		}
	}
	if len(k.nodes) != 4 {
		t.Errorf("%d nodes stored of 1200 leaves", len(k.nodes))
	}
}

func TestAMissingLeafIsAnError(t *testing.T) {
	t.Parallel()
	k := &kept{nodes: map[[2]int64]tlog.Hash{}}
	var f Frontier
	grow(k, &f, 300)
	clear(k.nodes)
	if _, err := Resume(300, k); err == nil {
		t.Error("a missing node")
	}
	if _, err := Resume(400, k); err == nil {
		t.Error("missing leaves")
	}
}

func TestACopyIsAStateToReturnTo(t *testing.T) {
	t.Parallel()
	k := &kept{nodes: map[[2]int64]tlog.Hash{}}
	var f Frontier
	grow(k, &f, 255)
	before := f
	grow(k, &f, 100)
	if before.Size() != 255 || before.Root() == f.Root() {
		t.Fatal("the copy changed")
	}
	var again Frontier
	for _, leaf := range k.leaves[:255] {
		again.Append(leaf)
	}
	if again != before {
		t.Fatal("the copy is not the state")
	}
}
