package screening

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
)

// The learned second opinion is a linear model over hashed character n-grams (4 letters), words
// and pairs of words, one lane for each kind and one for "anything at all".
const (
	lanes      = 8
	laneAny    = 7
	weightBits = 15
	// Buckets is how many features there are: n-grams that hash alike share a weight.
	Buckets = 1 << weightBits
	// Lanes is how many outputs the model has: one a kind, in the order of Kinds, and one for any.
	Lanes = lanes
	// longUnit bounds the words of one scored stretch.
	longUnit = 120
)

//go:embed weights.bin
var builtIn []byte

// Weights is a trained model. A bucket holds eight weights of a byte each, 128 meaning nothing, so
// that all lanes are summed at once.
type Weights struct {
	Bias    [lanes]float32
	Scale   [lanes]float32
	Buckets [Buckets]uint64
}

var magic = [8]byte{'V', 'S', 'C', 'R', 'N', 0, 1, weightBits}

// Encode gives the weights as bytes: eight of magic and version, eight pairs of little-endian float32
// (bias, scale), then the buckets. Weights trained on released messages are personal data: seal them.
func (w *Weights) Encode() []byte {
	out := make([]byte, 0, len(magic)+lanes*8+Buckets*8)
	out = append(out, magic[:]...)
	for k := range lanes {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(w.Bias[k]))
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(w.Scale[k]))
	}
	for _, b := range w.Buckets {
		out = binary.LittleEndian.AppendUint64(out, b)
	}
	return out
}

// ErrWeights is what Decode says of bytes that are not weights of this version.
var ErrWeights = errors.New("screening: not weights of this version")

// Decode reads what Encode wrote.
func Decode(raw []byte) (*Weights, error) {
	if len(raw) != len(magic)+lanes*8+Buckets*8 || [8]byte(raw[:8]) != magic {
		return nil, ErrWeights
	}
	w := new(Weights)
	raw = raw[8:]
	for k := range lanes {
		w.Bias[k] = math.Float32frombits(binary.LittleEndian.Uint32(raw[8*k:]))
		w.Scale[k] = math.Float32frombits(binary.LittleEndian.Uint32(raw[8*k+4:]))
		if bad := float64(w.Bias[k] + w.Scale[k]); math.IsNaN(bad) || math.IsInf(bad, 0) {
			return nil, ErrWeights
		}
	}
	for i := range w.Buckets {
		w.Buckets[i] = binary.LittleEndian.Uint64(raw[lanes*8+8*i:])
	}
	return w, nil
}

// learner scores stretches of two sentences as the reader goes through them and keeps each lane's
// highest.
type learner struct {
	weights *Weights
	roll    uint64 // the last eight symbols
	last    uint64 // hash of the word before
	lastSet uint16 // the last word that was in a class
	even    uint64 // sums of lanes 0, 2, 4, 6 in 16 bits each
	odd     uint64
	pending int // additions since the sums were emptied
	now     stretch
	before  stretch
	best    [lanes]float64
	from    [lanes]int // the stretch that was highest
	to      [lanes]int
	any     bool
	collect *[]uint32 // set in training: features instead of sums
	units   [][]uint32
}

// stretch is what one sentence adds up to.
type stretch struct {
	sum        [lanes]int32
	n          int32
	words      int
	start, end int
	features   []uint32
}

const (
	mix4 = 0x9E3779B97F4A7C15
	mixW = 0xD6E8FEB86659FD93
	mixP = 0xA0761D6478BD642F
	mixC = 0xE7037ED1A0B428DB
)

// word adds a word's features: its n-grams with the spaces around it, itself, the pair with the word
// before, and the classes of the rules' words that it is in, alone and in pairs with those of the last
// word that was in any.
func (l *learner) word(h uint64, set uint16, syms []byte, start, end int) {
	if l.now.words == 0 {
		l.roll, l.last, l.lastSet, l.now.start = ' ', 0, 0, start
	}
	l.now.words++
	l.now.end = end
	if l.collect != nil {
		l.gather(h, syms)
	} else {
		l.sum(h, syms)
	}
	if len(ours.classes[set]) > 0 {
		l.class(set)
	}
	if l.now.words >= longUnit {
		l.sentence()
	}
}

func (l *learner) sum(h uint64, syms []byte) {
	if l.pending+longest+3 > 255 {
		l.empty()
	}
	even, odd, x := l.even, l.odd, l.roll
	w := &l.weights.Buckets
	const low = 0x00FF00FF00FF00FF
	for _, s := range syms {
		if s >= '0' && s <= '9' {
			s = '0'
		}
		x = x<<8 | uint64(s)
		a := w[x<<32*mix4>>(64-weightBits)]
		even += a & low
		odd += a >> 8 & low
	}
	x = x<<8 | ' '
	a := w[x<<32*mix4>>(64-weightBits)]
	c := w[h*mixW>>(64-weightBits)]
	d := w[(l.last*3+h)*mixP>>(64-weightBits)]
	even += a&low + c&low + d&low
	odd += a>>8&low + c>>8&low + d>>8&low
	l.even, l.odd, l.roll, l.last = even, odd, x, h
	l.pending += len(syms) + 3
}

// class adds what a word is in.
func (l *learner) class(set uint16) {
	const low = 0x00FF00FF00FF00FF
	before := ours.classes[l.lastSet]
	for _, c := range ours.classes[set] {
		if l.collect != nil {
			*l.collect = append(*l.collect, uint32(c*mixC>>(64-weightBits)))
			for _, b := range before {
				*l.collect = append(*l.collect, uint32((b*3+c)*mixC>>(64-weightBits)))
			}
			continue
		}
		if l.pending+1+len(before) > 255 {
			l.empty()
		}
		w := l.weights.Buckets[c*mixC>>(64-weightBits)]
		l.even += w & low
		l.odd += w >> 8 & low
		for _, b := range before {
			w := l.weights.Buckets[(b*3+c)*mixC>>(64-weightBits)]
			l.even += w & low
			l.odd += w >> 8 & low
		}
		l.pending += 1 + len(before)
	}
	l.lastSet = set
}

func (l *learner) gather(h uint64, syms []byte) {
	x := l.roll
	add := func(i uint64) { *l.collect = append(*l.collect, uint32(i>>(64-weightBits))) }
	for _, s := range syms {
		if s >= '0' && s <= '9' {
			s = '0'
		}
		x = x<<8 | uint64(s)
		add(x << 32 * mix4)
	}
	x = x<<8 | ' '
	add(x << 32 * mix4)
	add(h * mixW)
	add((l.last*3 + h) * mixP)
	l.roll, l.last = x, h
}

// empty moves the packed sums, which would overflow after 257 additions, to the stretch.
func (l *learner) empty() {
	for k := range lanes / 2 {
		l.now.sum[2*k] += int32(l.even>>(16*k)&0xFFFF) - 128*int32(l.pending)
		l.now.sum[2*k+1] += int32(l.odd>>(16*k)&0xFFFF) - 128*int32(l.pending)
	}
	l.now.n += int32(l.pending)
	l.even, l.odd, l.pending = 0, 0, 0
}

// sentence ends a sentence: it is scored with the one before it.
func (l *learner) sentence() {
	if l.now.words == 0 {
		return
	}
	if l.collect != nil {
		l.now.features = *l.collect
		*l.collect = nil
		unit := append(append([]uint32{}, l.before.features...), l.now.features...)
		l.units = append(l.units, unit)
		l.before, l.now = l.now, stretch{}
		return
	}
	l.empty()
	l.score()
	l.before, l.now = l.now, stretch{}
}

// fewestWords is how many words a stretch must have for the learned part to have an opinion of it: of a
// word alone, a file's name or a number of a case, its letters say nothing.
const fewestWords = 3

func (l *learner) score() {
	n := l.now.n + l.before.n
	if n == 0 || l.now.words+l.before.words < fewestWords {
		return
	}
	norm := 1 / math.Sqrt(float64(n))
	start := l.now.start
	if l.before.n > 0 {
		start = l.before.start
	}
	for k := range lanes {
		z := float64(l.weights.Bias[k]) + float64(l.weights.Scale[k])*norm*float64(l.now.sum[k]+l.before.sum[k])
		if !l.any || z > l.best[k] {
			l.best[k], l.from[k], l.to[k] = z, start, l.now.end
		}
	}
	l.any = true
}

// done forgets the sentence before: another part of the message follows.
func (l *learner) done() { l.before, l.now = stretch{}, stretch{} }

// Units gives the features of each stretch of a message that the model scores, for training.
func Units(subject, text string) [][]uint32 {
	ready()
	var features []uint32
	l := &learner{collect: &features}
	r := &reader{learned: l, found: &finder{}}
	r.read(subject, false)
	r.read(text, false)
	return l.units
}
