package seal

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestAnAnswerIsGivenAgainOnlyToTheSameKey(t *testing.T) {
	t.Parallel()
	org, key := NewKey(), "3f2b8a1e-0c44-4b58-9f0e-6f6d1f0b7a11"
	one, err := NewOnce(org, "anna POST /x", key)
	if err != nil {
		t.Fatal(err)
	}
	answer, body := one.Seal([]byte("201")), one.Body([]byte("kropp"))
	same, _ := NewOnce(org, "anna POST /x", key)
	if got, err := same.Open(answer); err != nil || string(got) != "201" || same.ID() != one.ID() || len(one.ID()) != 32 {
		t.Fatal(err)
	}
	if same.CheckBody(body, []byte("kropp")) != nil || !errors.Is(same.CheckBody(body, []byte("annan")), ErrMAC) {
		t.Fatal("body")
	}
	for _, c := range [][2]string{{"bo POST /x", key}, {"anna POST /x", key + "1"}} {
		other, _ := NewOnce(org, c[0], c[1])
		if _, err := other.Open(answer); !errors.Is(err, ErrOpen) || other.ID() == one.ID() {
			t.Errorf("%v opened it", c)
		}
	}
	if _, err := NewOnce(org, "s", "short"); !errors.Is(err, ErrFormat) {
		t.Error("a key that can be guessed")
	}
}

func TestPaddingHidesTheLengthAndComesOff(t *testing.T) {
	t.Parallel()
	k := NewKey()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "text")
		b := k.SealPadded(text, AD{})
		if got, err := k.OpenPadded(b, AD{}); err != nil || string(got) != string(text) {
			t.Fatal(err)
		}
		if over := Padded(len(text)) - len(text) - 4; over < 0 || (len(text) > 60 && over*100 > 12*(len(text)+4)) {
			t.Fatalf("%d bytes get %d more", len(text), over)
		}
	})
	if Padded(0) != Padded(60) || k.SealPadded([]byte("Bo"), AD{}).Size() != k.SealPadded([]byte("Maximiliana"), AD{}).Size() {
		t.Fatal("short names have one length")
	}
}
