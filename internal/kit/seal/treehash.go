package seal

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"errors"
	"hash"
	"math/bits"
)

// TreeLeaf is how many bytes a leaf of a TreeHash holds.
const TreeLeaf = 1 << 20

// treeAhead is how many leaves may be under way at a time, each with a buffer of its own.
const treeAhead = 4

const treeState = "tree\x01"

// TreeHash is the SHA-256 of a tree: the content in leaves of 1 MiB, the last of what is left, each
// hashed; then, level by level, the hash of each pair of hashes that stand beside each other, an
// odd one rising as it is, until one is left. It is what Amazon S3 Glacier calls its tree hash. The
// size belongs to it: two contents of the same size have the same tree, so that no inner node can
// pass for a leaf. Of up to 1 MiB it is the plain SHA-256.
//
// Leaves are hashed beside each other, so that a file costs no more than the cores can do; where it
// was cut it goes on from its state. It is not for use from several goroutines at once.
type TreeHash struct {
	nodes  [][sha256.Size]byte // of complete subtrees, the largest first
	leaves uint64              // leaves that the nodes stand for
	flying []chan [sha256.Size]byte

	leaf  hash.Hash // what is in the present leaf and no longer in the buffer
	begun int       // how many bytes that is
	held  []byte    // the rest of the present leaf, to be hashed when it is whole
	spare chan []byte
}

// NewTreeHash gives the hash of nothing.
func NewTreeHash() *TreeHash {
	return &TreeHash{leaf: sha256.New(), spare: make(chan []byte, treeAhead+1)}
}

// TreeSum gives the tree hash of a short content.
func TreeSum(content []byte) []byte {
	t := NewTreeHash()
	_, _ = t.Write(content)
	return t.Sum(nil)
}

// Size is how long a sum is, in bytes.
func (t *TreeHash) Size() int { return sha256.Size }

// BlockSize is the size that costs least.
func (t *TreeHash) BlockSize() int { return TreeLeaf }

// Reset begins again with nothing.
func (t *TreeHash) Reset() { *t = *NewTreeHash() }

// Write adds bytes; it never fails. They are taken over at once.
func (t *TreeHash) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		// A whole leaf waits until another byte comes: nothing but the last may be shorter.
		if t.begun+len(t.held) == TreeLeaf {
			t.launch()
		}
		if t.held == nil {
			t.held = t.buffer()
		}
		m := min(len(p), TreeLeaf-t.begun-len(t.held))
		t.held = append(t.held, p[:m]...)
		p = p[m:]
	}
	return n, nil
}

// buffer gives one that nobody uses. A short content needs no whole leaf.
func (t *TreeHash) buffer() []byte {
	select {
	case b := <-t.spare:
		return b[:0]
	default:
		return make([]byte, 0, 64<<10)
	}
}

// launch hashes the present leaf in a goroutine and begins the next.
func (t *TreeHash) launch() {
	if len(t.flying) == treeAhead {
		t.land()
	}
	leaf, held, spare, done := t.leaf, t.held, t.spare, make(chan [sha256.Size]byte, 1)
	go func() {
		leaf.Write(held)
		done <- [sha256.Size]byte(leaf.Sum(nil))
		select {
		case spare <- held:
		default:
		}
	}()
	t.flying = append(t.flying, done)
	t.leaf, t.begun, t.held = sha256.New(), 0, nil
}

// land takes the oldest leaf that is under way into the tree.
func (t *TreeHash) land() {
	node := <-t.flying[0]
	t.flying = t.flying[1:]
	for n := t.leaves; n&1 == 1; n >>= 1 {
		node = pair(t.nodes[len(t.nodes)-1], node)
		t.nodes = t.nodes[:len(t.nodes)-1]
	}
	t.nodes = append(t.nodes, node)
	t.leaves++
}

func pair(left, right [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256(append(left[:], right[:]...))
}

// settle brings everything but the present leaf into the tree, and the present leaf's bytes into
// its hash.
func (t *TreeHash) settle() {
	for len(t.flying) > 0 {
		t.land()
	}
	t.leaf.Write(t.held)
	t.begun += len(t.held)
	if t.held != nil {
		t.held = t.held[:0]
	}
}

// Sum appends the hash of what has been written; more may follow.
func (t *TreeHash) Sum(b []byte) []byte {
	t.settle()
	node := [sha256.Size]byte(t.leaf.Sum(nil))
	for i := len(t.nodes) - 1; i >= 0; i-- {
		node = pair(t.nodes[i], node)
	}
	return append(b, node[:]...)
}

// MarshalBinary gives the state, from which UnmarshalBinary goes on. It holds up to 64 bytes of the
// content.
func (t *TreeHash) MarshalBinary() ([]byte, error) {
	t.settle()
	state, err := t.leaf.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, len(treeState)+12+len(t.nodes)*sha256.Size+len(state)), treeState...)
	b = binary.BigEndian.AppendUint64(b, t.leaves)
	b = binary.BigEndian.AppendUint32(b, uint32(t.begun))
	for _, n := range t.nodes {
		b = append(b, n[:]...)
	}
	return append(b, state...), nil
}

var errTreeState = errors.New("seal: not the state of a tree hash")

// UnmarshalBinary takes a state that MarshalBinary gave.
func (t *TreeHash) UnmarshalBinary(b []byte) error {
	head := len(treeState) + 12
	if len(b) < head || string(b[:len(treeState)]) != treeState {
		return errTreeState
	}
	leaves := binary.BigEndian.Uint64(b[len(treeState):])
	begun := binary.BigEndian.Uint32(b[len(treeState)+8:])
	nodes := bits.OnesCount64(leaves)
	if begun > TreeLeaf || len(b) < head+nodes*sha256.Size {
		return errTreeState
	}
	fresh := NewTreeHash()
	fresh.leaves, fresh.begun = leaves, int(begun)
	for i := range nodes {
		fresh.nodes = append(fresh.nodes, [sha256.Size]byte(b[head+i*sha256.Size:]))
	}
	if err := fresh.leaf.(encoding.BinaryUnmarshaler).UnmarshalBinary(b[head+nodes*sha256.Size:]); err != nil {
		return errTreeState
	}
	*t = *fresh
	return nil
}
