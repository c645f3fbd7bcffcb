package audit

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// NodeStep is how many levels lie between the nodes that are stored: one node for 256 leaves.
const NodeStep = 8

const maxLevels = 48

// Frontier is what must be remembered of a tree to add to it: the roots of its full subtrees, one
// for each bit of its size. It is a value: a copy is a state to return to.
type Frontier struct {
	size  int64
	roots [maxLevels]tlog.Hash
}

// Node is the root of a full subtree: leaves n<<level to (n+1)<<level.
type Node struct {
	Level int
	N     int64
	Hash  tlog.Hash
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Append adds a leaf and gives the nodes to store that it completed, mostly none.
func (f *Frontier) Append(leaf tlog.Hash) []Node {
	var full []Node
	level, h := 0, leaf
	for f.size>>level&1 == 1 {
		h = tlog.NodeHash(f.roots[level], h)
		f.roots[level] = tlog.Hash{}
		level++
		if level%NodeStep == 0 {
			full = append(full, Node{level, f.size >> level, h})
		}
	}
	f.roots[level] = h
	f.size++
	return full
}

// Root is the tree's hash.
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	level := bits.TrailingZeros64(uint64(f.size))
	h := f.roots[level]
	for level++; level < maxLevels; level++ {
		if f.size>>level&1 == 1 {
			h = tlog.NodeHash(f.roots[level], h)
		}
	}
	return h
}

// Source reads what is stored of a tree.
type Source interface {
	Leaves(from, to int64) ([]tlog.Hash, error)
	// Nodes gives the stored nodes of a level that is a multiple of NodeStep.
	Nodes(level int, from, to int64) ([]tlog.Hash, error)
}

// Reader computes any node of the tree from what is stored, for proofs.
func Reader(s Source) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			h, err := subtree(s, level, n)
			if err != nil {
				return nil, err
			}
			hashes[i] = h
		}
		return hashes, nil
	})
}

func subtree(s Source, level int, n int64) (tlog.Hash, error) {
	base := level / NodeStep * NodeStep
	from, to := n<<(level-base), (n+1)<<(level-base)
	var row []tlog.Hash
	var err error
	if base == 0 {
		row, err = s.Leaves(from, to)
	} else {
		row, err = s.Nodes(base, from, to)
	}
	if err != nil {
		return tlog.Hash{}, err
	}
	if int64(len(row)) != to-from {
		return tlog.Hash{}, malformedTree()
	}
	for len(row) > 1 {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
		row = row[:len(row)/2]
	}
	return row[0], nil
}

// Resume rebuilds the frontier of a stored tree.
func Resume(size int64, s Source) (Frontier, error) {
	f := Frontier{size: size}
	for level := range maxLevels {
		if size>>level&1 == 0 {
			continue
		}
		h, err := subtree(s, level, size>>level-1)
		if err != nil {
			return Frontier{}, err
		}
		f.roots[level] = h
	}
	return f, nil
}
