package exposure

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"

	"varn/internal/kit/seal"
)

// ListedKind is what of a listed person a token stands for.
type ListedKind string

// What a token may stand for.
const (
	ListedName    ListedKind = "name"
	ListedAddress ListedKind = "address"
	ListedPhone   ListedKind = "phone"
	ListedMail    ListedKind = "mail"
	ListedPlate   ListedKind = "plate"
)

// The first byte of a form says what it is a form of.
const (
	markName    = 'n'
	markAddress = 'a'
	markPhone   = 'p'
	markMail    = 'm'
	markPlate   = 'v'
)

// Listing is one protected person on the list (skyddad person på listan), clear. Ref is what the
// list calls them; it comes back in Hit.Ref.
type Listing struct {
	Ref                                     string
	Names, Addresses, Phones, Mails, Plates []string
}

// Token stands for one normalised form of what is listed, and tells nothing without the key: it may
// be stored. The first half of Value is what a text is sieved by, the second confirms.
type Token struct {
	Kind  ListedKind
	Value [16]byte
	Ref   string
}

// List answers whether words are listed. It holds tokens only.
type List struct {
	blind seal.Blind
	bits  []uint64 // a bit for each token, by the first bits of the sieve
	shift uint
	rows  []listedRow // by sieve
	refs  []string
}

type listedRow struct {
	sieve    uint64
	tag, ref uint32 // of the tag the first half: with the sieve it is ninety-six bits
}

// forms gives every form that what is listed may be written in.
func forms(l Listing, each func(ListedKind, []byte)) {
	var buf [160]byte
	add := func(k ListedKind, form []byte) {
		if len(form) > 1 {
			each(k, form)
		}
	}
	for _, n := range l.Names {
		for _, form := range nameForms(n) {
			add(ListedName, form)
		}
	}
	for _, a := range l.Addresses {
		add(ListedAddress, addressForm(buf[:0], []byte(a)))
	}
	for _, p := range l.Phones {
		add(ListedPhone, phoneForm(buf[:0], []byte(p)))
	}
	for _, m := range l.Mails {
		add(ListedMail, mailForm(buf[:0], []byte(strings.TrimSpace(m))))
	}
	for _, p := range l.Plates {
		add(ListedPlate, plateForm(buf[:0], []byte(p)))
	}
}

// Tokens gives the tokens of every form that what is listed may be written in.
func Tokens(key seal.Key, l Listing) []Token {
	blind := key.Blind(listedPurpose)
	var out []Token
	forms(l, func(k ListedKind, form []byte) {
		t := Token{Kind: k, Ref: l.Ref}
		binary.BigEndian.PutUint64(t.Value[:8], blind.Sieve(form))
		binary.BigEndian.PutUint64(t.Value[8:], blind.Tag(form))
		out = append(out, t)
	})
	slices.SortFunc(out, func(a, b Token) int { return bytes.Compare(a.Value[:], b.Value[:]) })
	return slices.CompactFunc(out, func(a, b Token) bool { return a.Value == b.Value })
}

const listedPurpose = "exposure listed"

// NewList makes a list of tokens that Tokens gave under the same key.
func NewList(key seal.Key, tokens []Token) *List {
	l := &List{blind: key.Blind(listedPurpose), rows: make([]listedRow, 0, len(tokens))}
	refs := map[string]uint32{}
	for _, t := range tokens {
		n, ok := refs[t.Ref]
		if !ok {
			n = uint32(len(l.refs))
			refs[t.Ref] = n
			l.refs = append(l.refs, t.Ref)
		}
		l.rows = append(l.rows, listedRow{binary.BigEndian.Uint64(t.Value[:8]), binary.BigEndian.Uint32(t.Value[8:]), n})
	}
	l.index()
	return l
}

// ListOf makes a list of people as they come, without keeping a token or a word of any; about is how
// many there may be.
func ListOf(key seal.Key, people iter.Seq[Listing], about int) *List {
	l := &List{blind: key.Blind(listedPurpose), rows: make([]listedRow, 0, 5*about), refs: make([]string, 0, about)}
	for p := range people {
		n := uint32(len(l.refs))
		l.refs = append(l.refs, p.Ref)
		forms(p, func(_ ListedKind, form []byte) {
			l.rows = append(l.rows, listedRow{l.blind.Sieve(form), uint32(l.blind.Tag(form) >> 32), n})
		})
	}
	l.index()
	return l
}

// Size is how many forms are listed.
func (l *List) Size() int { return len(l.rows) }

func (l *List) index() {
	slices.SortFunc(l.rows, func(a, b listedRow) int { return cmp.Compare(a.sieve, b.sieve) })
	log := uint(10)
	for 1<<log < 16*len(l.rows) {
		log++
	}
	l.bits, l.shift = make([]uint64, 1<<log/64), 64-log
	for _, r := range l.rows {
		at := r.sieve >> l.shift
		l.bits[at/64] |= 1 << (at % 64)
	}
}

// has tells whether a form is listed, and whose it is: the sieve says no to nearly everything, and
// what it lets through is confirmed.
func (l *List) has(form []byte) (string, bool) {
	sieve := l.blind.Sieve(form)
	at := sieve >> l.shift
	if l.bits[at/64]>>(at%64)&1 == 0 {
		return "", false
	}
	i, found := slices.BinarySearchFunc(l.rows, sieve, func(r listedRow, s uint64) int { return cmp.Compare(r.sieve, s) })
	if !found || uint32(l.blind.Tag(form)>>32) != l.rows[i].tag {
		return "", false
	}
	return l.refs[l.rows[i].ref], true
}

// Holds tells whether the words are listed: a name, a street and number, a phone, a mail address or a
// plate, however they are written. It is what screening asks.
func (l *List) Holds(words string) bool {
	if l == nil {
		return false
	}
	w := []byte(words)
	var buf [96]byte
	for _, form := range [][]byte{mailForm(buf[:0], w), phoneForm(nil, w), plateForm(nil, w), addressForm(nil, w)} {
		if _, ok := l.has(form); ok {
			return true
		}
	}
	for _, said := range []string{words, strings.TrimSuffix(words, "s")} { // Lindgrens is Lindgren's
		for _, form := range nameForms(said) {
			if _, ok := l.has(form); ok {
				return true
			}
		}
	}
	return false
}

// nameForms are the pairs by which a person is called: each given name or its initial with each
// surname, in the order of the alphabet, so that Lindgren, Anna is Anna Lindgren. Of a name with a
// hyphen both the whole and the parts count as a surname, only the whole as a given name.
func nameForms(name string) [][]byte {
	if given, ok := strings.CutPrefix(name, ","); ok {
		name = given
	}
	if last, first, ok := strings.Cut(name, ","); ok {
		name = first + " " + last
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return nil
	}
	var out [][]byte
	for g, given := range words[:len(words)-1] {
		first := joinedFold(given)
		for _, surname := range words[max(g+1, 1):] {
			parts := []string{surname}
			if strings.IndexFunc(surname, isHyphen) >= 0 {
				parts = append(parts, strings.FieldsFunc(surname, isHyphen)...)
			}
			for _, last := range parts {
				l := joinedFold(last)
				out = append(out, pairForm(nil, first, l))
				if g == 0 && len(l) > 1 {
					out = append(out, pairForm(nil, initials(given), l))
				}
			}
		}
	}
	return out
}

func isHyphen(r rune) bool { return r == '-' || r == '‑' || r == '–' }

// joinedFold folds a word and drops what is not a letter.
func joinedFold(w string) []byte {
	f := fold(nil, []byte(w))
	return slices.DeleteFunc(f, func(c byte) bool { return c < 'a' && c < 0x80 || c > 'z' && c < 0x80 })
}

func initials(given string) []byte {
	var out []byte
	for _, part := range strings.FieldsFunc(given, isHyphen) {
		if f := joinedFold(part); len(f) > 0 {
			out = append(out, f[0])
		}
	}
	return out
}

func pairForm(dst, a, b []byte) []byte {
	if bytes.Compare(a, b) > 0 {
		a, b = b, a
	}
	dst = append(append(dst, markName), a...)
	return append(append(dst, ' '), b...)
}

// addressForm is the street and number without town, apartment and c/o: "storgatan 12b".
func addressForm(dst, a []byte) []byte {
	if i := bytes.Index(bytes.ToLower(a), []byte("c/o ")); i >= 0 {
		if j := bytes.IndexByte(a[i:], ','); j >= 0 {
			a = a[i+j+1:]
		}
	}
	a, _, _ = bytes.Cut(a, []byte(","))
	folded := fold(nil, bytes.TrimSpace(a))
	for _, cut := range []string{" lgh", " lagenhet"} {
		if i := bytes.Index(folded, []byte(cut)); i > 0 {
			folded = folded[:i]
		}
	}
	dst = append(dst, markAddress)
	fields := bytes.Fields(folded)
	for i, w := range fields {
		if i > 0 && !(len(w) == 1 && isDigit(fields[i-1][len(fields[i-1])-1]) && !isDigit(w[0])) {
			dst = append(dst, ' ')
		}
		dst = append(dst, w...)
	}
	return dst
}

// phoneForm is the digits, Sweden's calling code written as a zero.
func phoneForm(dst, p []byte) []byte {
	dst = append(dst, markPhone)
	from := len(dst)
	p = bytes.ReplaceAll(p, []byte("(0)"), nil)
	for _, c := range p {
		if isDigit(c) {
			dst = append(dst, c)
		}
	}
	d := dst[from:]
	abroad := len(p) > 0 && bytes.IndexByte(p, '+') == 0
	if !abroad && bytes.HasPrefix(d, []byte("00")) {
		d, abroad = d[2:], true
	}
	if abroad && bytes.HasPrefix(d, []byte("46")) {
		d = append([]byte("0"), bytes.TrimPrefix(d[2:], []byte("0"))...)
	}
	if len(d) < 7 {
		return nil
	}
	return append(dst[:from:from], d...)
}

func mailForm(dst, m []byte) []byte {
	if bytes.IndexByte(m, '@') <= 0 {
		return nil
	}
	return append(append(dst, markMail), bytes.ToLower(m)...)
}

func plateForm(dst, p []byte) []byte {
	dst = append(dst, markPlate)
	for _, c := range p {
		if isAlnum(c) {
			if !isDigit(c) {
				c &^= 0x20
			}
			dst = append(dst, c)
		}
	}
	if len(dst) != 7 {
		return nil
	}
	return dst
}
