package likeness

import (
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"math"
	"math/bits"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What a wording is compared by: MinHash (Broder 1997) of the text's runs of three words, in bands
// (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4). Two texts of which a share s of the
// runs is common agree in one band with the probability s⁴.
const (
	LeastWords  = 40 // shorter texts are too like one another
	runOf       = 3  // words
	Bands       = 16
	rows        = 4
	LeastCommon = 2 // bands: at s = 0.8 in 99.7 of 100, at s = 0.3 in fewer than 1
	mostWords   = 20_000
)

// Words gives a text's words in the form in which they are compared: composed, in small letters,
// nothing but letters and digits.
func Words(text string) []string {
	list := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return list[:min(len(list), mostWords)]
}

// Wordings gives the bands of a text, none of a text that is too short.
func Wordings(text string) []Trace {
	words := Words(text)
	if len(words) < LeastWords {
		return nil
	}
	var least [Bands * rows]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := 0; i+runOf <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+runOf] {
			_, _ = h.Write([]byte(w)) // a hash never fails
			_, _ = h.Write([]byte{0})
		}
		run := h.Sum64()
		for j := range least {
			least[j] = min(least[j], mixed(run, uint64(j)))
		}
	}
	out := make([]Trace, Bands)
	for b := range out {
		raw := []byte{byte(b)}
		for _, v := range least[b*rows : (b+1)*rows] {
			raw = binary.BigEndian.AppendUint64(raw, v)
		}
		out[b] = Trace{Wording, hex.EncodeToString(raw)}
	}
	return out
}

// mixed is one of many hashes of a run: the finaliser of SplitMix64 over the run, turned and moved by
// the hash's number.
func mixed(run, j uint64) uint64 {
	z := bits.RotateLeft64(run, int(j)) + (j+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
