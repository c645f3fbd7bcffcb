package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"
)

// plainTree is the tree hash as its description reads: level by level, over all leaves at once.
func plainTree(b []byte) []byte {
	var level [][]byte
	for first := true; first || len(b) > 0; first = false {
		n := min(TreeLeaf, len(b))
		sum := sha256.Sum256(b[:n])
		level, b = append(level, sum[:]), b[n:]
	}
	for len(level) > 1 {
		var next [][]byte
		for i := 0; i < len(level); i += 2 {
			if i+1 == len(level) {
				next = append(next, level[i])
				continue
			}
			sum := sha256.Sum256(append(bytes.Clone(level[i]), level[i+1]...))
			next = append(next, sum[:])
		}
		level = next
	}
	return level[0]
}

func TestTheTreeHashIsTheOneDescribed(t *testing.T) {
	t.Parallel()
	all := noise(9*TreeLeaf + 17)
	for _, n := range []int{0, 1, 1000, TreeLeaf - 1, TreeLeaf, TreeLeaf + 1, 2 * TreeLeaf, 3 * TreeLeaf, 5*TreeLeaf + 3, 7 * TreeLeaf, 8 * TreeLeaf, len(all)} {
		if got, want := TreeSum(all[:n]), plainTree(all[:n]); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %x, want %x", n, got, want)
		}
	}
	plain := sha256.Sum256(all[:TreeLeaf])
	if !bytes.Equal(TreeSum(all[:TreeLeaf]), plain[:]) {
		t.Error("a leaf's hash is not its plain SHA-256")
	}
}

// The values of two known contents, computed with another program (Python's hashlib).
func TestTheTreeHashOfKnownContents(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		content []byte
		sum     string
	}{
		{nil, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{bytes.Repeat([]byte("bevis\n"), 500_000), "c0ab3fde0d287362079010dab650f583c058a072868c71b9bf46c7477ee26fad"},
	} {
		if got := hex.EncodeToString(TreeSum(v.content)); got != v.sum {
			t.Errorf("%d bytes: %s", len(v.content), got)
		}
	}
}

func TestTheTreeHashGoesOnFromItsState(t *testing.T) {
	t.Parallel()
	all := noise(4*TreeLeaf + 99)
	rapid.Check(t, func(t *rapid.T) {
		content := all[:rapid.IntRange(0, len(all)).Draw(t, "length")]
		h := NewTreeHash()
		for rest := content; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "part")
			_, _ = h.Write(rest[:n])
			rest = rest[n:]
			state, err := h.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			_, _ = h.Write([]byte("came, was never acknowledged"))
			h = NewTreeHash()
			if err := h.UnmarshalBinary(state); err != nil {
				t.Fatal(err)
			}
		}
		sum := h.Sum(nil)
		if !bytes.Equal(sum, plainTree(content)) || !bytes.Equal(h.Sum(nil), sum) {
			t.Fatal("the hash went on wrongly")
		}
	})
}

func FuzzTreeState(f *testing.F) {
	h := NewTreeHash()
	_, _ = h.Write(make([]byte, 3*TreeLeaf+5))
	state, _ := h.MarshalBinary()
	f.Add(state)
	f.Add([]byte(treeState))
	f.Fuzz(func(t *testing.T, b []byte) {
		h := NewTreeHash()
		if h.UnmarshalBinary(b) != nil {
			return
		}
		_, _ = h.Write([]byte("mer"))
		if len(h.Sum(nil)) != sha256.Size {
			t.Fatal("no sum")
		}
	})
}
