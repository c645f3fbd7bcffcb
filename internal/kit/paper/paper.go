// Package paper writes documents as PDF that a screen reader can read: every line belongs to an
// element of a structure tree, in the order in which it is to be read.
package paper

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed font/NotoSans-Regular.ttf
var regularFont []byte

//go:embed font/NotoSans-Bold.ttf
var boldFont []byte

const (
	family     = "noto"
	regular    = ""
	bold       = "B"
	textSize   = 10.5 // points
	tableSize  = 9.0
	smallSize  = 8.5
	lineFactor = 0.5 // millimetres for each point
	marginSide = 22.0
	marginTop  = 24.0
	bottom     = 22.0
	padding    = 1.5
)

// Doc is a document in the making. Nothing that is written in it can fail before Bytes is asked.
type Doc struct {
	pdf     *fpdf.Fpdf
	title   string
	lang    string
	page    string // what stands before the page's number
	root    *element
	stack   []*element
	marks   map[int]int
	parents map[int][]*element
}

// New begins an A4 document. lang is as in BCP 47; page is the word before a page's number.
func New(title, lang, page string) *Doc {
	f := fpdf.New("P", "mm", "A4", "")
	d := &Doc{pdf: f, title: title, lang: lang, page: page, root: &element{role: "Document"}, marks: map[int]int{}, parents: map[int][]*element{}}
	d.stack = []*element{d.root}
	f.AddUTF8FontFromBytes(family, regular, regularFont)
	f.AddUTF8FontFromBytes(family, bold, boldFont)
	f.SetCatalogSort(true)
	f.SetLang(lang)
	f.SetTitle(title, true)
	f.SetCreator("Värn", true)
	f.SetProducer("Värn", true)
	f.SetMargins(marginSide, marginTop, marginSide)
	f.SetCellMargin(0)
	f.SetAutoPageBreak(false, 0)
	f.SetHeaderFunc(func() { d.margin(10, "L", title) })
	f.SetFooterFunc(func() {
		_, height := f.GetPageSize()
		d.margin(height-14, "R", d.page+" "+strconv.Itoa(f.PageNo()))
	})
	f.AddPage()
	return d
}

// margin writes what stands on every page and is no part of the text.
func (d *Doc) margin(y float64, align, text string) {
	d.artifact(func() {
		d.font(regular, smallSize)
		d.pdf.SetTextColor(83, 95, 102)
		d.pdf.SetXY(marginSide, y)
		d.pdf.CellFormat(d.width(), 5, d.fit(printable(text)), "", 0, align, false, 0, "")
	})
	d.pdf.SetXY(marginSide, marginTop)
}

// fit cuts a text to one line.
func (d *Doc) fit(text string) string {
	if lines := d.pdf.SplitText(text, d.width()); len(lines) > 1 {
		return lines[0] + " …"
	}
	return text
}

func (d *Doc) font(style string, size float64) { d.pdf.SetFont(family, style, size) }

func (d *Doc) width() float64 {
	w, _ := d.pdf.GetPageSize()
	return w - 2*marginSide
}

// room begins a new page unless so many millimetres are left on this one.
func (d *Doc) room(h float64) bool {
	_, height := d.pdf.GetPageSize()
	if d.pdf.GetY()+h <= height-bottom {
		return false
	}
	d.pdf.AddPage()
	return true
}

func (d *Doc) gap(h float64) { d.pdf.SetY(d.pdf.GetY() + h) }

// Heading writes a heading of level 1 to 3.
func (d *Doc) Heading(level int, text string) {
	level = min(max(level, 1), 3)
	size := []float64{0, 19, 13.5, 11.5}[level]
	d.room(24)
	d.gap([]float64{0, 0, 4, 2.5}[level])
	d.pdf.Bookmark(printable(text), level-1, -1)
	d.in("H"+strconv.Itoa(level), func() { d.lines(bold, size, text, 0) })
	d.gap(1.5)
}

// Paragraph writes a text; an empty line in it begins a new paragraph.
func (d *Doc) Paragraph(text string) {
	for _, one := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(one) == "" {
			continue
		}
		d.in("P", func() { d.lines(regular, textSize, one, 0) })
		d.gap(2)
	}
}

// Quote writes somebody's own words, set in and with a line beside them.
func (d *Doc) Quote(text string) {
	d.in("BlockQuote", func() {
		d.in("P", func() {
			d.eachLine(regular, textSize, text, 5, func(y, height float64) {
				d.artifact(func() {
					d.pdf.SetFillColor(113, 122, 128)
					d.pdf.Rect(marginSide, y, 0.8, height, "F")
				})
			})
		})
	})
	d.gap(2)
}

// List writes a list.
func (d *Doc) List(items ...string) {
	d.in("L", func() {
		for _, item := range items {
			d.in("LI", func() {
				d.room(textSize * lineFactor)
				y := d.pdf.GetY()
				d.in("Lbl", func() { d.line(regular, textSize, "•", marginSide+1, y, 4) })
				d.pdf.SetY(y)
				d.in("LBody", func() { d.lines(regular, textSize, item, 6) })
			})
		}
	})
	d.gap(2)
}

// Fact is a label and what belongs to it.
type Fact struct{ Label, Text string }

// Facts writes a table of labels and texts. A text may be long.
func (d *Doc) Facts(label, text string, facts []Fact) {
	rows := make([][]string, len(facts))
	for i, f := range facts {
		rows[i] = []string{f.Label, f.Text}
	}
	d.Table(Table{Head: []string{label, text}, Widths: []float64{3, 7}, Rows: rows})
}

// Table is a table whose first column names its row.
type Table struct {
	Head   []string
	Widths []float64 // in relation to each other
	Rows   [][]string
}

// Table writes a table; its head stands again on each page that it comes to.
func (d *Doc) Table(t Table) {
	if len(t.Rows) == 0 {
		return
	}
	all := 0.0
	for _, w := range t.Widths {
		all += w
	}
	widths := make([]float64, len(t.Widths))
	for i, w := range t.Widths {
		widths[i] = w / all * d.width()
	}
	d.in("Table", func() {
		d.in("THead", func() { d.row(widths, t.Head, headRow) })
		d.in("TBody", func() {
			for _, cells := range t.Rows {
				d.tall(widths, cells, t.Head)
			}
		})
	})
	d.gap(4)
}

type rowKind int

const (
	headRow rowKind = iota
	headAgain
	bodyRow
)

// tall writes a row in as many parts as the pages take: each part is a row of its own, so that
// nothing is cut off.
func (d *Doc) tall(widths []float64, cells, head []string) {
	_, height := d.pdf.GetPageSize()
	most := int((height - marginTop - bottom - 16) / d.cellLine())
	split := d.split(widths, cells, bodyRow)
	for from := 0; ; from += most {
		part, more := make([][]string, len(split)), false
		for i, lines := range split {
			part[i] = lines[min(from, len(lines)):min(from+most, len(lines))]
			more = more || len(lines) > from+most
		}
		if d.room(d.rowHeight(part)) {
			d.row(widths, head, headAgain)
		}
		d.cells(widths, part, bodyRow)
		if !more {
			return
		}
	}
}

func (d *Doc) row(widths []float64, cells []string, kind rowKind) {
	split := d.split(widths, cells, kind)
	d.room(d.rowHeight(split) + 3*d.cellLine())
	if kind == headAgain {
		d.artifact(func() { d.cells(widths, split, kind) })
		return
	}
	d.cells(widths, split, kind)
}

func (d *Doc) cellLine() float64 { return tableSize*lineFactor + 0.3 }

func (d *Doc) rowHeight(cells [][]string) float64 {
	most := 1
	for _, lines := range cells {
		most = max(most, len(lines))
	}
	return float64(most)*d.cellLine() + 2*padding
}

func styleOf(column int, kind rowKind) string {
	if kind != bodyRow || column == 0 {
		return bold
	}
	return regular
}

func (d *Doc) split(widths []float64, cells []string, kind rowKind) [][]string {
	out := make([][]string, len(widths))
	for i := range widths {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		d.font(styleOf(i, kind), tableSize)
		out[i] = d.broken(text, widths[i]-2*padding)
	}
	return out
}

// cells draws one row. What is only paint is no part of the text.
func (d *Doc) cells(widths []float64, cells [][]string, kind rowKind) {
	h, y, x := d.rowHeight(cells), d.pdf.GetY(), marginSide
	draw := func(fn func()) { fn() }
	if kind != headAgain {
		draw = d.artifact
	}
	if kind != bodyRow {
		draw(func() {
			d.pdf.SetFillColor(224, 234, 237)
			d.pdf.Rect(marginSide, y, d.width(), h, "F")
		})
	}
	write := func() {
		for i, lines := range cells {
			d.cell(cellAt{x, y, widths[i]}, lines, i, kind)
			x += widths[i]
		}
	}
	if kind == headAgain {
		write()
	} else {
		d.in("TR", write)
	}
	draw(func() {
		d.pdf.SetDrawColor(113, 122, 128)
		d.pdf.SetLineWidth(0.2)
		d.pdf.Line(marginSide, y+h, marginSide+d.width(), y+h)
	})
	d.pdf.SetY(y + h)
}

type cellAt struct{ x, y, width float64 }

func (d *Doc) cell(at cellAt, lines []string, column int, kind rowKind) {
	style := styleOf(column, kind)
	each := func(line func(float64, string)) {
		for n, text := range lines {
			line(at.y+padding+float64(n)*d.cellLine(), text)
		}
	}
	if kind == headAgain {
		each(func(y float64, text string) { d.paint(style, tableSize, text, at.x+padding, y, at.width-2*padding) })
		return
	}
	role, attr := "TD", ""
	if style == bold {
		role, attr = "TH", "/A <</O /Table /Scope /"+map[bool]string{true: "Column", false: "Row"}[kind == headRow]+">> "
	}
	e := d.open(role)
	e.attr = attr
	each(func(y float64, text string) { d.line(style, tableSize, text, at.x+padding, y, at.width-2*padding) })
	d.close()
}

// lines lays a text out itself, so that no part of the tree lies on two pages at once.
func (d *Doc) lines(style string, size float64, text string, indent float64) {
	d.eachLine(style, size, text, indent, func(float64, float64) {})
}

func (d *Doc) eachLine(style string, size float64, text string, indent float64, beside func(y, height float64)) {
	height := size * lineFactor
	d.font(style, size)
	for _, one := range d.broken(text, d.width()-indent) {
		d.room(height)
		y := d.pdf.GetY()
		beside(y, height)
		d.line(style, size, one, marginSide+indent, y, d.width()-indent)
		d.pdf.SetY(y + height)
	}
}

// broken breaks a text into lines in the present font.
func (d *Doc) broken(text string, width float64) []string {
	var out []string
	for _, paragraph := range strings.Split(printable(text), "\n") {
		out = append(out, d.pdf.SplitText(paragraph, width)...)
		if paragraph == "" {
			out = append(out, "")
		}
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// line writes one line as content of the present element. A space after it keeps words apart for
// whoever reads the text and not the page.
func (d *Doc) line(style string, size float64, text string, x, y, width float64) {
	d.marked(func() { d.paint(style, size, text+" ", x, y, width) })
}

func (d *Doc) paint(style string, size float64, text string, x, y, width float64) {
	d.font(style, size)
	d.pdf.SetTextColor(31, 45, 53)
	d.pdf.SetXY(x, y)
	d.pdf.CellFormat(width, size*lineFactor, text, "", 0, "L", false, 0, "")
}

// printable leaves what the font can show; any other character is named by its number, so that
// nothing is lost and nothing pretends to be something else.
func printable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case r == '\t' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case r < 0x20 || r == 0x7f || !drawn(r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Lang gives the document's language.
func (d *Doc) Lang() string { return cmp.Or(d.lang, "sv-SE") }
