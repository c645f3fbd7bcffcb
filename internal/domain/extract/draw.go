package extract

import (
	"bytes"
	"encoding/hex"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// matrix is the six numbers of a transformation: a b c d e f, as ISO 32000-1 section 8.3 writes them.
type matrix [6]float64

func identity() matrix { return matrix{1, 0, 0, 1, 0, 0} }

// times is m first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3], m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5]}
}

func (m matrix) at(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}

// box is a rectangle on the page, in points.
type box struct{ x0, y0, x1, y1 float64 }

func (m matrix) box(x, y, w, h float64) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [][2]float64{{x, y}, {x + w, y}, {x, y + h}, {x + w, y + h}} {
		px, py := m.at(c[0], c[1])
		b = box{min(b.x0, px), min(b.y0, py), max(b.x1, px), max(b.y1, py)}
	}
	return b
}

// run is some letters drawn at once.
type run struct {
	text   string
	box    box
	size   float64
	veiled bool
	seq    int
}

// cover is something drawn over what was there.
type cover struct {
	box
	seq int
}

// drawn is the state of the drawing.
type drawn struct {
	ctm, tm, tlm       matrix
	tc, tw, th, tl, ts float64
	size, alpha        float64
	mode               int
	blend              bool
	font               *drawnFont
}

// drawing follows what is drawn on a page.
type drawing struct {
	g       drawn
	stack   []drawn
	runs    []run
	covers  []cover
	path    []box
	fonts   map[string]*drawnFont
	seq     int
	images  int
	glyphs  int
	ops     int
	cut     bool
	covered bool
}

// draw follows a stream of drawing; forms in it are drawings of their own.
func (d *drawing) draw(stream, resources pdf.Value, deep int) {
	if deep > maxForms {
		d.cut = true
		return
	}
	pdf.Interpret(stream, func(stk *pdf.Stack, op string) {
		n := stk.Len()
		args := make([]pdf.Value, n)
		for i := n - 1; i >= 0; i-- {
			args[i] = stk.Pop()
		}
		if d.ops++; d.ops > maxOperators {
			d.cut = true
			panic("too much")
		}
		d.op(op, args, resources, deep)
	})
}

func num(args []pdf.Value, i int) float64 {
	if i >= len(args) {
		return 0
	}
	return args[i].Float64()
}

func six(args []pdf.Value) matrix {
	var m matrix
	for i := range m {
		m[i] = num(args, i)
	}
	return m
}

func (d *drawing) op(op string, args []pdf.Value, resources pdf.Value, deep int) {
	g := &d.g
	switch op {
	case "cm":
		g.ctm = six(args).times(g.ctm)
	case "q":
		if len(d.stack) < 10_000 {
			d.stack = append(d.stack, *g)
		}
	case "Q":
		if n := len(d.stack) - 1; n >= 0 {
			*g = d.stack[n]
			d.stack = d.stack[:n]
		}
	case "gs":
		if len(args) > 0 {
			s := resources.Key("ExtGState").Key(args[0].Name())
			if v := s.Key("ca"); !v.IsNull() {
				g.alpha = v.Float64()
			}
			if v := s.Key("BM"); !v.IsNull() {
				g.blend = v.Name() != "Normal" && v.Name() != "Compatible"
			}
		}
	case "re":
		d.path = append(d.path, g.ctm.box(num(args, 0), num(args, 1), num(args, 2), num(args, 3)))
	case "f", "F", "f*", "B", "B*", "b", "b*":
		d.seq++
		if g.alpha > 0.95 && !g.blend && len(d.covers) < 20_000 {
			for _, b := range d.path {
				d.covers = append(d.covers, cover{b, d.seq})
			}
		}
		d.path = d.path[:0]
	case "S", "s", "n":
		d.path = d.path[:0]
	case "Do":
		if len(args) > 0 {
			d.object(resources.Key("XObject").Key(args[0].Name()), resources, deep)
		}
	case "EI":
		d.images++
	default:
		d.textOp(op, args, resources)
	}
}

func (d *drawing) object(x, resources pdf.Value, deep int) {
	switch x.Key("Subtype").Name() {
	case "Image":
		b := d.g.ctm.box(0, 0, 1, 1)
		if (b.x1-b.x0)*(b.y1-b.y0) > 20_000 { // smaller than 5 cm square is no page of words
			d.images++
		}
	case "Form":
		was, depth := d.g, len(d.stack)
		if m := x.Key("Matrix"); m.Len() == 6 {
			var own matrix
			for i := range own {
				own[i] = m.Index(i).Float64()
			}
			d.g.ctm = own.times(d.g.ctm)
		}
		inner := x.Key("Resources")
		if inner.IsNull() {
			inner = resources
		}
		fonts := d.fonts
		d.fonts = map[string]*drawnFont{}
		d.draw(x, inner, deep+1)
		d.fonts = fonts
		d.g, d.stack = was, d.stack[:min(depth, len(d.stack))]
	}
}

func (d *drawing) textOp(op string, args []pdf.Value, resources pdf.Value) {
	g := &d.g
	switch op {
	case "BT":
		g.tm, g.tlm = identity(), identity()
	case "Tc":
		g.tc = num(args, 0)
	case "Tw":
		g.tw = num(args, 0)
	case "Tz":
		g.th = num(args, 0) / 100
	case "TL":
		g.tl = num(args, 0)
	case "Ts":
		g.ts = num(args, 0)
	case "Tr":
		g.mode = int(num(args, 0))
	case "Tf":
		if len(args) == 2 {
			g.font, g.size = d.font(args[0].Name(), resources), num(args, 1)
		}
	case "TD", "Td":
		if op == "TD" {
			g.tl = -num(args, 1)
		}
		g.tlm = matrix{1, 0, 0, 1, num(args, 0), num(args, 1)}.times(g.tlm)
		g.tm = g.tlm
	case "Tm":
		g.tm = six(args)
		g.tlm = g.tm
	case "T*":
		d.next()
	case "Tj":
		if len(args) > 0 {
			d.show(args[0].RawString())
		}
	case "'":
		d.next()
		if len(args) > 0 {
			d.show(args[0].RawString())
		}
	case "\"":
		d.next()
		if len(args) > 2 {
			g.tw, g.tc = num(args, 0), num(args, 1)
			d.show(args[2].RawString())
		}
	case "TJ":
		if len(args) == 0 {
			return
		}
		for i := range args[0].Len() {
			if v := args[0].Index(i); v.Kind() == pdf.String {
				d.show(v.RawString())
			} else {
				g.tm = matrix{1, 0, 0, 1, -v.Float64() / 1000 * g.size * g.th, 0}.times(g.tm)
			}
		}
	}
}

func (d *drawing) next() {
	d.g.tlm = matrix{1, 0, 0, 1, 0, -d.g.tl}.times(d.g.tlm)
	d.g.tm = d.g.tlm
}

func (d *drawing) show(raw string) {
	g := &d.g
	if raw == "" || g.font == nil {
		return
	}
	wide, count := g.font.width(raw)
	move := wide/1000*g.size + float64(count)*g.tc
	if !g.font.double {
		move += float64(strings.Count(raw, " ")) * g.tw
	}
	move *= g.th
	m := g.tm.times(g.ctm)
	d.seq++
	d.glyphs += count
	b := m.box(0, g.ts-0.2*g.size, move, g.size)
	scale := math.Hypot(m[2], m[3])
	if len(d.runs) < 400_000 {
		d.runs = append(d.runs, run{g.font.decode(raw), b, g.size * scale, g.mode == 3 || g.mode == 7 || g.alpha < 0.05, d.seq})
	} else {
		d.cut = true
	}
	g.tm = matrix{1, 0, 0, 1, move, 0}.times(g.tm)
}

// text joins the runs to lines by where they stand: those that can be seen, and the others.
func (d *drawing) text() (shown, veiled string) {
	var out, under strings.Builder
	var last, lastUnder *run
	for i := range d.runs {
		r := &d.runs[i]
		if !r.veiled && d.under(r) {
			r.veiled, d.covered = true, true
		}
		if r.veiled {
			joinRun(&under, lastUnder, r)
			lastUnder = r
		} else {
			joinRun(&out, last, r)
			last = r
		}
	}
	return out.String(), under.String()
}

func joinRun(b *strings.Builder, last, r *run) {
	if last != nil {
		size := max(last.size, r.size, 1)
		middle := (r.box.y0 + r.box.y1) / 2
		switch {
		case math.Abs(middle-(last.box.y0+last.box.y1)/2) > 0.6*size || r.box.x0 < last.box.x0-size:
			b.WriteByte('\n')
		case r.box.x0-last.box.x1 > 0.18*size && !strings.HasSuffix(last.text, " ") && !strings.HasPrefix(r.text, " "):
			b.WriteByte(' ')
		}
	}
	b.WriteString(r.text)
}

// under tells whether something opaque was drawn over a run later.
func (d *drawing) under(r *run) bool {
	x, y := (r.box.x0+r.box.x1)/2, (r.box.y0+r.box.y1)/2
	for i := len(d.covers) - 1; i >= 0 && d.covers[i].seq > r.seq; i-- {
		if c := d.covers[i]; x > c.x0 && x < c.x1 && y > c.y0 && y < c.y1 && c.x1-c.x0 > (r.box.x1-r.box.x0)*0.6 {
			return true
		}
	}
	return false
}

// drawnFont knows what a font's codes mean and how wide they are.
type drawnFont struct {
	font   pdf.Font
	enc    pdf.TextEncoding
	double bool // codes of two bytes
	widths map[int]float64
	usual  float64
	means  map[string]string // what the codes mean, by ToUnicode
	length int               // of its codes, in bytes
}

func (d *drawing) font(name string, resources pdf.Value) *drawnFont {
	if f, ok := d.fonts[name]; ok {
		return f
	}
	v := resources.Key("Font").Key(name)
	f := &drawnFont{font: pdf.Font{V: v}, usual: 500}
	if means := v.Key("ToUnicode"); means.Kind() == pdf.Stream {
		f.toUnicode(means)
	}
	if len(f.means) == 0 {
		f.enc = f.font.Encoder()
	}
	if v.Key("Subtype").Name() == "Type0" {
		f.double = true
		f.composite(v.Key("DescendantFonts").Index(0))
	}
	if len(d.fonts) < 5000 {
		d.fonts[name] = f
	}
	return f
}

// composite reads the widths of a composite font: ISO 32000-1 section 9.7.4.3.
func (f *drawnFont) composite(v pdf.Value) {
	f.usual, f.widths = 1000, map[int]float64{}
	if dw := v.Key("DW"); !dw.IsNull() {
		f.usual = dw.Float64()
	}
	w := v.Key("W")
	for i := 0; i+1 < w.Len() && len(f.widths) < 70_000; {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), 70_000) {
				f.widths[first+k] = list.Index(k).Float64()
			}
			i += 2
			continue
		}
		last, wide := int(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for c := first; c <= last && c-first < 70_000; c++ {
			f.widths[c] = wide
		}
		i += 3
	}
}

// width is in thousandths of the size.
func (f *drawnFont) width(raw string) (wide float64, count int) {
	if f.double {
		for i := 0; i+1 < len(raw); i += 2 {
			w, ok := f.widths[int(raw[i])<<8|int(raw[i+1])]
			if !ok {
				w = f.usual
			}
			wide += w
			count++
		}
		return wide, count
	}
	for i := range len(raw) {
		w := f.font.Width(int(raw[i]))
		if w == 0 {
			w = f.usual
		}
		wide += w
	}
	return wide, len(raw)
}

// toUnicode reads what a font's codes mean: ISO 32000-1 section 9.10.3. The program in it is never run: only its
// lists are read.
func (f *drawnFont) toUnicode(stream pdf.Value) {
	b, _ := io.ReadAll(io.LimitReader(stream.Reader(), 4<<20))
	f.means = map[string]string{}
	var codes [][]string // what came since the last word: a string, or a list of them
	open := false
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '<' && i+1 < len(b) && b[i+1] != '<':
			end := bytes.IndexByte(b[i:], '>')
			if end < 0 {
				return
			}
			raw := strings.Map(func(r rune) rune {
				if spaceByte(byte(r)) {
					return -1
				}
				return r
			}, string(b[i+1:i+end]))
			code, _ := hex.DecodeString(raw)
			if open && len(codes) > 0 {
				codes[len(codes)-1] = append(codes[len(codes)-1], string(code))
			} else {
				codes = append(codes, []string{string(code)})
			}
			i += end + 1
		case c == '[':
			codes, open = append(codes, []string{""}), true // a list has an empty string first
			i++
		case c == ']':
			open = false
			i++
		case letterByte(c):
			from := i
			for i < len(b) && letterByte(b[i]) {
				i++
			}
			f.meanings(string(b[from:i]), codes)
			codes, open = codes[:0], false
		default:
			i++
		}
	}
}

func (f *drawnFont) meanings(word string, codes [][]string) {
	switch word {
	case "endbfchar":
		for i := 0; i+1 < len(codes); i += 2 {
			f.mean(codes[i][0], utf16be(codes[i+1][0]))
		}
	case "endbfrange":
		for i := 0; i+2 < len(codes); i += 3 {
			f.meanRange(codes[i][0], codes[i+1][0], codes[i+2])
		}
	}
}

func (f *drawnFont) mean(code, text string) {
	if len(f.means) < 100_000 && code != "" {
		f.length = max(f.length, len(code))
		f.means[code] = text
	}
}

func (f *drawnFont) meanRange(lo, hi string, to []string) {
	if len(lo) != len(hi) || len(lo) == 0 || len(lo) > 4 {
		return
	}
	value := func(s string) (n int) {
		for i := range len(s) {
			n = n<<8 | int(s[i])
		}
		return n
	}
	from, until := value(lo), value(hi)
	for c := from; c <= until && c-from < 70_000; c++ {
		code := make([]byte, len(lo))
		for i := range code {
			code[i] = byte(c >> (8 * (len(code) - 1 - i)))
		}
		if len(to) > 1 {
			if c-from+1 < len(to) {
				f.mean(string(code), utf16be(to[c-from+1]))
			}
			continue
		}
		r := []rune(utf16be(to[0]))
		if len(r) > 0 {
			r[len(r)-1] += rune(c - from)
		}
		f.mean(string(code), string(r))
	}
}

// utf16be reads letters of two bytes.
func utf16be(s string) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	if len(s) == 1 {
		units = append(units, uint16(s[0]))
	}
	return string(utf16.Decode(units))
}

func (f *drawnFont) decode(raw string) string {
	if len(f.means) > 0 {
		var b strings.Builder
		for len(raw) > 0 {
			n := min(len(raw), 1)
			if f.double {
				n = min(len(raw), 2)
			}
			for l := min(f.length, len(raw)); l > 0; l-- {
				if text, ok := f.means[raw[:l]]; ok {
					b.WriteString(text)
					n = l
					break
				}
			}
			raw = raw[n:]
		}
		return b.String()
	}
	if f.enc == nil {
		return raw
	}
	return strings.Map(func(c rune) rune {
		if c == 0 || c == '\ufffd' {
			return -1
		}
		return c
	}, f.enc.Decode(raw))
}
