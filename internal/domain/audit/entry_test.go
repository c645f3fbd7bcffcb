package audit

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"varn/internal/kit/clock"
)

func fullEntry() Entry {
	return Entry{Actor: "tag", Act: "item.add", Authority: "a1", Case: "c1", Count: new(int64(3)), Hour: clock.Stamp(1772359200000000),
		Rows: []Row{{Kind: "item", ID: "i1", Hash: [32]byte{1, 2}}, {Kind: "item", ID: "i0"}}}
}

func TestAnEntryIsReadBack(t *testing.T) {
	t.Parallel()
	for _, e := range []Entry{fullEntry(), {Act: "x"}, {Act: "x", Case: "c", Count: new(int64(-1))}} {
		got, err := Decode(e.Encode())
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%v: got %+v, want %+v", err, got, e)
		}
	}
}

// The bytes are a promise: a log of today is verified in twenty years. They were computed apart
// from this program, from the description of the format.
func TestTheEncodingStaysWhatItWas(t *testing.T) {
	t.Parallel()
	const payload = "0103746167086974656d2e61646402613102633180909fc4b8fe9203010602046974656d0269310102000000000000000000000000000000000000000000000000000000000000046974656d0269300000000000000000000000000000000000000000000000000000000000000000"
	got := hex.EncodeToString(fullEntry().Encode())
	if got != payload {
		t.Errorf("payload\n%s\n%s", got, payload)
	}
	leaf := Leaf("0123456789abcdefghjkmnpqrs", 16, bytes.Repeat([]byte{7}, SaltLength), []byte("payload"))
	if got := hex.EncodeToString(leaf[:]); got != "81af05e793381ad58525cc773c9d2ab6ab5b06972a5c3aae13a1ee5b7b3fa773" {
		t.Errorf("leaf %s", got)
	}
}

func TestWhatCanNotBeReadBackIsRefused(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Entry{
		"no act":              {},
		"a long text":         {Act: strings.Repeat("x", maxText+1)},
		"a count and no case": {Act: "x", Count: new(int64(1))},
		"a row without an id": {Act: "x", Rows: []Row{{Kind: "item"}}},
		"too many rows":       {Act: "x", Rows: make([]Row, maxRows+1)},
		"a time before 1970":  {Act: "x", Hour: -1},
	} {
		if e.Check() == nil {
			t.Error(name)
		}
	}
	whole := fullEntry().Encode()
	for cut := range whole {
		if _, err := Decode(whole[:cut]); err == nil {
			t.Errorf("cut at %d", cut)
		}
	}
	if _, err := Decode(append(whole, 0)); err == nil {
		t.Error("a byte too many")
	}
}

func TestALeafIsBoundToItsPlace(t *testing.T) {
	t.Parallel()
	salt, payload := NewSalt(), fullEntry().Encode()
	leaf := Leaf("org1", 5, salt, payload)
	other := append([]byte{}, salt...)
	other[0]++
	if Leaf("org2", 5, salt, payload) == leaf || Leaf("org1", 6, salt, payload) == leaf || Leaf("org1", 5, other, payload) == leaf || Leaf("org1", 5, salt, payload[1:]) == leaf {
		t.Fatal("the same leaf twice")
	}
	if Leaf("org1", 5, append(salt, payload[0]), payload[1:]) == leaf {
		t.Fatal("salt and payload run into each other")
	}
}

func TestARefHoldsChainAndNumber(t *testing.T) {
	t.Parallel()
	for _, want := range [][2]int64{{0, 0}, {15, 0}, {3, 1 << 40}} {
		chain, number := Place(Ref(int(want[0]), want[1]))
		if int64(chain) != want[0] || number != want[1] {
			t.Errorf("%v: %d %d", want, chain, number)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(fullEntry().Encode())
	f.Add([]byte{})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := Decode(payload)
		if err == nil && !bytes.Equal(e.Encode(), payload) {
			t.Fatal("two encodings of one entry")
		}
	})
}
