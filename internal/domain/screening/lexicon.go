package screening

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed words.txt
var wordText string

//go:embed rules.txt
var ruleText string

// maxAtoms bounds the classes and words that the rules name, maxPlaces the different places of their
// patterns, maxPatterns the patterns.
const (
	maxAtoms    = 4096
	maxPlaces   = 4096
	maxPatterns = 1024
)

// element is one place of a pattern: what may stand there, how many words may stand before it, whether
// it may be missing, and what may not stand there.
type element struct {
	place    uint16
	gap      uint8
	optional bool
	not      uint16 // 0: nothing is forbidden
}

// pattern is one line of rules.txt.
type pattern struct {
	rule     uint16
	needs    uint16 // a place besides the one it is looked up by; 0: none
	across   bool   // may cross from one sentence into the next
	elements []element
	unless   []uint16 // atoms that may not stand within six words of the hit
	after    uint16   // place that may not be in the two words before the hit
}

// rule is what a hit means.
type rule struct {
	name          string
	kind          Kind
	sure          float64 // that a hit is of the kind, 0 to 1
	threat, abuse float64 // what it adds to the signals, 0 to 1
	sv, en        string
	lane          int // the kind's place among Kinds
}

// book is the words and rules compiled; it never changes.
type book struct {
	rules    []rule
	patterns []pattern
	places   [][]uint16         // the atoms of each place; an atom is a class or a word of the rules
	anchored [maxAtoms][]uint16 // patterns by what they can't do without
	words    table              // whole words
	starts   table              // beginnings of words, written with a star
	begins   [1024]uint64       // a bit for each beginning's hash, so that most letters cost one look
	classes  [][]uint64         // the classes among them, hashed by name: what the learned part knows
	sets     [][]uint16         // the atoms of a word, by its number
	// What is told by its shape: a street's name, digits, a phone number, a car's plate.
	street, number, phone, plate uint16
	reporting, self              uint16 // the atoms that quoting asks about
	clause                       uint16 // the atom of words that begin a clause of their own
}

// ours is compiled when something is first screened, which most commands never do: ready does it.
var ours *book

var ready = sync.OnceFunc(func() { ours = compile() })

// table finds a word's number by its hash, open addressing.
type table struct {
	hash []uint64
	set  []uint16
	mask uint64
}

func (t *table) find(h uint64) uint16 {
	for i := h >> 20 & t.mask; ; i = (i + 1) & t.mask {
		if t.hash[i] == h {
			return t.set[i]
		}
		if t.hash[i] == 0 {
			return 0
		}
	}
}

func newTable(all map[uint64]uint16) table {
	size := 256
	for size < 4*len(all) {
		size *= 2
	}
	t := table{make([]uint64, size), make([]uint16, size), uint64(size - 1)}
	for h, set := range all {
		i := h >> 20 & t.mask
		for t.hash[i] != 0 {
			i = (i + 1) & t.mask
		}
		t.hash[i], t.set[i] = h, set
	}
	return t
}

// common words stand in every message: no pattern is looked up by them if it can be helped.
var common = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan man
		när år vid nu ska skulle under också efter eller än hon där mot blir över alla vara upp ut ni du er din din ditt dina mig dig sin
		mycket mer ha få får hur då kommer min mitt mina vill bara in hade vad ja nej inga ingen någon något några nya se ser gör göra går
		gå helt bli blivit andra två tid tiden dag dagar här hans hennes era ert oss vår vårt våra åt innan inom sedan sen själv bra barn
		skolan tack hej aldrig alltid tar ta ge ger finns borde måste tycker vet hos hem hemma varje utan mellan sista först beslut
		beslutet förslaget ärendet frågan kommunen kronor hela allt väl
		the of and to a in is that it for on you with as are this be at or have from not we your can i an will my they all do so if
		was what me our up out would there when no by about but has more he she his her their them who how get one time us know want`) {
		out[w] = true
	}
	return out
}()

// compiler gathers what the book is made of.
type compiler struct {
	words  map[string]map[string]bool // class → words
	places map[string]uint16          // alternatives as written → place
	order  []string                   // the alternatives of each place
	atoms  map[string]uint16          // "@class" or word → atom
}

func compile() *book {
	c := &compiler{words: map[string]map[string]bool{}, places: map[string]uint16{}, order: []string{""}, atoms: map[string]uint16{"": 0}}
	c.readWords()
	b := &book{places: [][]uint16{nil}}
	c.readRules(b)
	b.reporting, b.self = c.atom("@reporting"), c.atom("@self")
	b.clause = c.atom("@clause")
	c.number(b)
	return b
}

// readWords reads words.txt: "class: word word beginning*", a class in a class as @class.
func (c *compiler) readWords() {
	for _, line := range lines(wordText) {
		name, rest, ok := strings.Cut(line, ":")
		if !ok {
			panic("screening: words.txt: " + line)
		}
		set := c.words[name]
		if set == nil {
			set = map[string]bool{}
			c.words[name] = set
		}
		for _, w := range strings.Fields(rest) {
			if strings.HasPrefix(w, "@") {
				other, known := c.words[w[1:]]
				if !known {
					panic("screening: words.txt: no class " + w)
				}
				for v := range other {
					set[v] = true
				}
				continue
			}
			for _, v := range variants(w, name) {
				set[v] = true
			}
		}
	}
}

// variants adds what people write for a foul word: one letter masked; and ö as oe where it is violent.
func variants(w, class string) []string {
	out := []string{w}
	violent := slices.Contains([]string{"kill", "hurt", "dead", "burn", "foul", "insult", "weapon"}, class)
	if spelt := strings.NewReplacer("å", "aa", "ä", "ae", "ö", "oe").Replace(w); violent && spelt != w && len(w) >= 5 {
		out = append(out, spelt)
	}
	if class == "foul" || class == "insult" || class == "kill" {
		letters := []rune(strings.TrimSuffix(w, "*"))
		for i := 1; i < len(letters)-1 && !strings.HasSuffix(w, "*"); i++ {
			masked := slices.Clone(letters)
			masked[i] = symMask
			out = append(out, string(masked))
		}
	}
	return out
}

// undotted words are others without their dots.
var undotted = map[string]bool{"for": true, "far": true, "mor": true, "bar": true, "tar": true, "kar": true, "lar": true, "hal": true,
	"dor": true, "har": true, "ratta": true, "hor": true, "val": true, "mal": true, "bor": true}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			out = append(out, line)
		}
	}
	return out
}

// readRules reads rules.txt: "# name kind sure threat abuse | Swedish | English", then its patterns.
func (c *compiler) readRules(b *book) {
	for _, line := range lines(ruleText) {
		if head, ok := strings.CutPrefix(line, "# "); ok {
			b.rules = append(b.rules, readHead(head))
			continue
		}
		p := c.readPattern(line)
		p.rule = uint16(len(b.rules) - 1)
		var first uint16
		first, p.needs = c.rarest(p)
		b.patterns = append(b.patterns, p)
		for len(b.places) < len(c.order) {
			b.places = append(b.places, c.atomsOf(c.order[len(b.places)]))
		}
		for _, a := range b.places[first] {
			b.anchored[a] = append(b.anchored[a], uint16(len(b.patterns)-1))
		}
	}
	if len(b.patterns) > maxPatterns {
		panic("screening: rules.txt: too many patterns")
	}
}

func readHead(head string) rule {
	parts := strings.Split(head, "|")
	f := strings.Fields(parts[0])
	if len(parts) != 3 || len(f) != 5 {
		panic("screening: rules.txt: " + head)
	}
	sure, err0 := strconv.ParseFloat(f[2], 64)
	threat, err1 := strconv.ParseFloat(f[3], 64)
	abuse, err2 := strconv.ParseFloat(f[4], 64)
	if err0 != nil || err1 != nil || err2 != nil || !slices.Contains(Kinds[:], Kind(f[1])) {
		panic("screening: rules.txt: " + head)
	}
	return rule{f[0], Kind(f[1]), sure, threat, abuse, strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2]), slices.Index(Kinds[:], Kind(f[1]))}
}

func (c *compiler) readPattern(line string) pattern {
	var p pattern
	line, p.across = strings.CutPrefix(line, "& ")
	body, unless, _ := strings.Cut(line, " unless ")
	for _, u := range strings.Fields(unless) {
		p.unless = append(p.unless, c.atom(u))
	}
	var gap uint8
	var not uint16
	for _, f := range strings.Fields(body) {
		switch {
		case strings.HasPrefix(f, "_"):
			n, err := strconv.ParseUint(f[1:], 10, 4)
			if err != nil {
				panic("screening: rules.txt: " + line)
			}
			gap = uint8(n)
		case strings.HasPrefix(f, "!"):
			not = c.place(f[1:])
		case strings.HasPrefix(f, "<"):
			p.after = c.place(f[1:])
		default:
			e := element{gap: gap, not: not}
			f, e.optional = strings.CutPrefix(f, "?")
			e.place = c.place(f)
			p.elements = append(p.elements, e)
			gap, not = 0, 0
		}
	}
	if len(p.elements) == 0 || p.elements[0].optional {
		panic("screening: rules.txt: " + line)
	}
	return p
}

func (c *compiler) place(alternatives string) uint16 {
	if n, ok := c.places[alternatives]; ok {
		return n
	}
	if len(c.order) >= maxPlaces {
		panic("screening: rules.txt: too many different places")
	}
	n := uint16(len(c.order))
	c.places[alternatives] = n
	c.order = append(c.order, alternatives)
	return n
}

func (c *compiler) atom(name string) uint16 {
	if n, ok := c.atoms[name]; ok {
		return n
	}
	if len(c.atoms) >= maxAtoms {
		panic("screening: rules.txt: too many different words")
	}
	c.atoms[name] = uint16(len(c.atoms))
	return c.atoms[name]
}

func (c *compiler) atomsOf(alternatives string) []uint16 {
	var out []uint16
	for _, alt := range strings.Split(alternatives, "|") {
		out = append(out, c.atom(alt))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rarest are the two places that can't be missing and have the fewest common words, then the fewest
// words; the second is 0 where the pattern has but one.
func (c *compiler) rarest(p pattern) (first, second uint16) {
	low, next := 1<<30, 1<<30
	for _, e := range p.elements {
		if e.optional {
			continue
		}
		switch n := c.weight(e.place); {
		case n < low:
			first, second, low, next = e.place, first, n, low
		case n < next:
			second, next = e.place, n
		}
	}
	return first, second
}

// weight tells how much of a text a place takes in: its common words weigh a thousand others.
func (c *compiler) weight(place uint16) int {
	n := 0
	count := func(w string) {
		n++
		if common[w] {
			n += 1000
		}
	}
	for _, alt := range strings.Split(c.order[place], "|") {
		if name, isClass := strings.CutPrefix(alt, "@"); isClass {
			for w := range c.words[name] {
				count(w)
			}
		} else {
			count(alt)
		}
	}
	return n
}

// number gives every word the set of atoms that it is.
func (c *compiler) number(b *book) {
	of := map[string][]uint16{}
	shapes := []string{"@street", "@number", "@phone", "@plate"}
	shaped := map[string][]uint16{}
	for name, n := range c.atoms {
		class, isClass := strings.CutPrefix(name, "@")
		switch {
		case name == "":
		case slices.Contains(shapes, name):
			shaped[name] = []uint16{n}
		case isClass:
			if c.words[class] == nil {
				panic("screening: rules.txt: no class " + name)
			}
			for w := range c.words[class] {
				of[w] = append(of[w], n)
			}
		default:
			of[name] = append(of[name], n)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(of)) { // as they are written without dots, where no other word is written so
		plain := strings.NewReplacer("å", "a", "ä", "a", "ö", "o").Replace(w)
		if plain != w && len(plain) >= 3 && !strings.HasSuffix(w, "*") && of[plain] == nil && !common[plain] && !undotted[plain] {
			of[plain] = slices.Clone(of[w])
		}
	}
	b.sets = [][]uint16{nil}
	known := map[string]uint16{}
	setOf := func(atoms []uint16) uint16 {
		slices.Sort(atoms)
		atoms = slices.Compact(atoms)
		key := fmt.Sprint(atoms)
		if _, ok := known[key]; !ok {
			known[key] = uint16(len(b.sets))
			b.sets = append(b.sets, atoms)
		}
		return known[key]
	}
	whole, starts := map[uint64]uint16{}, map[uint64]uint16{}
	for _, w := range slices.Sorted(maps.Keys(of)) {
		atoms := of[w]
		if begin, ok := strings.CutSuffix(w, "*"); ok {
			h := hashOf(symbols(begin))
			starts[h] = setOf(append(slices.Clone(atoms), shared(starts, h, b)...))
			b.begins[h>>54] |= 1 << (h >> 48 & 63)
			continue
		}
		h := hashOf(symbols(w))
		whole[h] = setOf(append(slices.Clone(atoms), shared(whole, h, b)...))
	}
	for w := range of { // a whole word has what its beginning has too
		syms := symbols(strings.TrimSuffix(w, "*"))
		for n := 1; n <= len(syms) && !strings.HasSuffix(w, "*"); n++ {
			if set, ok := starts[hashOf(syms[:n])]; ok {
				h := hashOf(syms)
				whole[h] = setOf(append(slices.Clone(b.sets[set]), shared(whole, h, b)...))
			}
		}
	}
	b.words, b.starts = newTable(whole), newTable(starts)
	b.street, b.number, b.phone = setOf(shaped["@street"]), setOf(shaped["@number"]), setOf(shaped["@phone"])
	b.plate = setOf(shaped["@plate"])
	c.hashClasses(b)
}

// hashClasses gives each set the classes in it, so that the learned part speaks of kinds of words and
// not of their numbers, which change with the rules.
func (c *compiler) hashClasses(b *book) {
	names := make([]string, len(c.atoms))
	for name, n := range c.atoms {
		names[n] = name
	}
	b.classes = make([][]uint64, len(b.sets))
	for set, atoms := range b.sets {
		for _, a := range atoms {
			if name, ok := strings.CutPrefix(names[a], "@"); ok && len(b.classes[set]) < 6 {
				b.classes[set] = append(b.classes[set], hashOf(symbols(name)))
			}
		}
		slices.Sort(b.classes[set])
	}
}

// shared is what a hash stands for already.
func shared(all map[uint64]uint16, h uint64, b *book) []uint16 { return b.sets[all[h]] }
