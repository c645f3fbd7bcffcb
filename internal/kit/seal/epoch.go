package seal

import (
	"errors"
	"slices"
	"strconv"
)

const (
	fanOut    = 256
	nodeSize  = fanOut * KeySize
	leafCount = fanOut * fanOut * fanOut
)

// Leaves is how many leaves a tree has.
const Leaves uint32 = leafCount

// ErrLeaf is a leaf that is outside the tree or was never made.
var ErrLeaf = errors.New("seal: no such leaf")

// Nodes keeps the sealed nodes of a tree; they are useless without its root. Get gives the zero Box
// for a node that is not there. All Puts of one call belong in one transaction, made only if no
// node that was got has changed since.
type Nodes interface {
	Get(id string) (Box, error)
	Put(id string, sealed Box) error
}

// Epoch is a tree of keys of which any leaf can be destroyed for good. Node "0" holds 256 keys
// under the root, each of them opens a node "1/i" of 256 more, and each of those a node "2/i" with
// 256 leaves. A node is always full, so that a destruction costs the same in a tree of a thousand
// objects as in one of a million: three nodes.
type Epoch struct {
	hidden
	tree  string
	root  Key
	nodes Nodes
}

type node []byte

func (n node) key(i uint32) Key         { return keyOf([KeySize]byte(n[i*KeySize:])) }
func (n node) set(i uint32, key Key)    { copy(n[i*KeySize:][:KeySize], key.raw()) }
func nodeID(level int, i uint32) string { return strconv.Itoa(level) + "/" + strconv.Itoa(int(i)) }
func (e *Epoch) place(id string) AD     { return Bind("varn epoch node", e.tree, id) }

// Path is the ids of the nodes that lead to a leaf, the root's first.
func Path(leaf uint32) []string {
	return []string{"0", nodeID(1, leaf>>16), nodeID(2, leaf>>8)}
}

// NewEpoch is the tree of a name under its present root.
func NewEpoch(tree string, root Key, nodes Nodes) *Epoch {
	root.raw()
	return &Epoch{tree: tree, root: root, nodes: nodes}
}

// Leaf gives the key of a leaf whose path exists.
func (e *Epoch) Leaf(leaf uint32) (Key, error) { return e.descend(leaf, false) }

// Leaves gives the keys of many leaves, opening each node of their paths once. A leaf that was never
// made, or whose path is gone, has no key in the answer.
func (e *Epoch) Leaves(leaves []uint32) (map[uint32]Key, error) {
	sorted := slices.Clone(leaves)
	slices.Sort(sorted)
	out := make(map[uint32]Key, len(sorted))
	var ids [3]string
	var nodes [3]node
	for _, leaf := range slices.Compact(sorted) {
		if leaf >= leafCount {
			return nil, ErrLeaf
		}
		key, missing := e.root, false
		for level, id := range Path(leaf) {
			if ids[level] != id {
				n, err := e.load(id, key)
				if missing = errors.Is(err, ErrLeaf); missing {
					break
				}
				if err != nil {
					return nil, err
				}
				ids[level], nodes[level] = id, n
			}
			key = nodes[level].key(leaf >> (16 - 8*level) & 0xff)
		}
		if !missing {
			out[leaf] = key
		}
	}
	return out, nil
}

// Make gives the key of a leaf and writes what is missing of its path.
func (e *Epoch) Make(leaf uint32) (Key, error) { return e.descend(leaf, true) }

func (e *Epoch) descend(leaf uint32, create bool) (Key, error) {
	if leaf >= leafCount {
		return Key{}, ErrLeaf
	}
	key := e.root
	for level, id := range Path(leaf) {
		n, err := e.load(id, key)
		if errors.Is(err, ErrLeaf) && create {
			n, err = e.plant(id, key)
		}
		if err != nil {
			return Key{}, err
		}
		key = n.key(leaf >> (16 - 8*level) & 0xff)
	}
	return key, nil
}

func (e *Epoch) load(id string, key Key) (node, error) {
	b, err := e.nodes.Get(id)
	if err != nil {
		return nil, err
	}
	if b.IsZero() {
		return nil, ErrLeaf
	}
	raw, err := key.open(formatNode, 0, b, e.place(id))
	if err != nil || len(raw) != nodeSize {
		return nil, ErrOpen
	}
	return raw, nil
}

func (e *Epoch) plant(id string, key Key) (node, error) {
	n := make(node, nodeSize)
	fill(n)
	return n, e.save(id, key, n)
}

func (e *Epoch) save(id string, key Key, n node) error {
	return e.nodes.Put(id, key.close(formatNode, nil, n, e.place(id)))
}

// Destroy puts new keys in place of the leaves and of everything above them, and gives the new
// root. The keys are gone when the nodes are committed and the old root is overwritten wherever it
// lay; not before. A leaf that was never made is passed over, and a destroyed one may be used anew.
func (e *Epoch) Destroy(leaves ...uint32) (Key, error) {
	leaves = slices.Clone(leaves)
	slices.Sort(leaves)
	if len(leaves) == 0 || slices.Max(leaves) >= leafCount {
		return Key{}, ErrLeaf
	}
	return e.renew(0, leaves, e.root)
}

// renew puts new keys for everything in the way from a node down to the leaves, which are sorted.
func (e *Epoch) renew(level int, leaves []uint32, old Key) (Key, error) {
	id := Path(leaves[0])[level]
	n, err := e.load(id, old)
	if err != nil {
		return Key{}, err
	}
	shift := 16 - 8*level
	for len(leaves) > 0 {
		child := leaves[0] >> shift
		below := 1
		for below < len(leaves) && leaves[below]>>shift == child {
			below++
		}
		fresh, err := e.replace(level, leaves[:below], n.key(child&0xff))
		if err == nil {
			n.set(child&0xff, fresh)
		} else if !errors.Is(err, ErrLeaf) { // never made: there is nothing to destroy below
			return Key{}, err
		}
		leaves = leaves[below:]
	}
	key := NewKey()
	return key, e.save(id, key, n)
}

// replace gives the key that comes in place of a node's child: a leaf or a node to renew first.
func (e *Epoch) replace(level int, leaves []uint32, old Key) (Key, error) {
	if level == 2 {
		return NewKey(), nil
	}
	return e.renew(level+1, leaves, old)
}
