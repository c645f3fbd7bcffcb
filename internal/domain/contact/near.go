package contact

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Sketch is the least hashes of a text's runs of three words: a sample of it by which two texts are
// compared (Broder 1997). A text of fewer words is one run.
type Sketch []uint64

// The bounds of likeness.
const (
	sketchSize = 64
	runOf      = 3
	mostWords  = 20_000
	// Alike is the share of runs in common from which two messages are the same one, in hundredths.
	Alike = 70
	// Window is how near in time they are.
	Window = 24 * time.Hour
	// Least is how many make a digest.
	Least = 5
)

// SketchOf makes the sketch of a text. Case, spacing, punctuation and greetings' names make little of it.
func SketchOf(text string) Sketch {
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = words[:min(len(words), mostWords)]
	if len(words) == 0 {
		return nil
	}
	var all []uint64
	for i := 0; i == 0 || i+runOf <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i:min(i+runOf, len(words))] {
			_, _ = h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(w))))
			_, _ = h.Write([]byte(w)) // a hash never fails
		}
		all = append(all, h.Sum64())
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return Sketch(all[:min(len(all), sketchSize)])
}

// Near tells whether two sketches are of texts that are one message: at least Alike hundredths of the least
// hashes of both together are common.
func (s Sketch) Near(o Sketch) bool {
	if len(s) == 0 || len(o) == 0 {
		return false
	}
	common, seen := 0, 0
	for i, j := 0, 0; seen < sketchSize && (i < len(s) || j < len(o)); seen++ {
		switch {
		case j == len(o) || i < len(s) && s[i] < o[j]:
			i++
		case i == len(s) || o[j] < s[i]:
			j++
		default:
			common++
			i++
			j++
		}
	}
	return common*100 >= seen*Alike
}

// Groups puts messages that are one under the first of them, by their places; every message is in one group.
// Each is compared with the first of every group alone, so that likeness does not creep.
func Groups(all []Sketch) [][]int {
	var out [][]int
	for i, s := range all {
		at := slices.IndexFunc(out, func(g []int) bool { return all[g[0]].Near(s) })
		if at < 0 {
			out = append(out, []int{i})
			continue
		}
		out[at] = append(out[at], i)
	}
	return out
}
