package register

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of a file.
const (
	MaxBytes    = 64 << 20
	MaxRows     = 200_000
	maxField    = 500
	maxProblems = 1000
)

// Mapping names columns that the file heads otherwise: header as in the file → column.
type Mapping map[string]Column

// File is what was read. With Problems nothing of it may be used.
type File struct {
	Rows     []Row
	Problems []Problem
	// Columns is how each header was understood; an empty Column was passed over.
	Columns map[string]Column
}

// Read reads a CSV in UTF-8 or Windows-1252, separated by semicolon, comma or tab, or the first sheet of an XLSX. Every
// problem is named with its line and column; only a file that can't be read at all is an error.
func Read(r io.Reader, m Mapping) (File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, err
	}
	if len(raw) > MaxBytes {
		return File{Problems: []Problem{{Line: 1, Code: "import.large"}}}, nil
	}
	if isSheet(raw) {
		if raw, err = fromSheet(raw); err != nil {
			return File{Problems: []Problem{{Line: 1, Code: "import.sheet"}}}, nil
		}
	}
	text, err := decode(raw)
	if err != nil {
		return File{}, err
	}
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma = separator(text)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	header, err := c.Read()
	if err != nil {
		return File{Problems: []Problem{{Line: 1, Code: "import.empty"}}}, nil
	}
	p := &parser{headers: append([]string(nil), header...), out: File{Columns: map[string]Column{}}}
	if !p.understand(m) {
		p.out.Problems = append(p.out.Problems, Problem{Line: 1, Code: "import.no-name"})
		return p.out, nil
	}
	p.rows(c)
	if len(p.out.Problems) > 0 {
		p.out.Rows = nil
	}
	return p.out, nil
}

// decode takes a byte order mark away, and Windows-1252 for what is not UTF-8.
func decode(raw []byte) ([]byte, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if utf8.Valid(raw) {
		return raw, nil
	}
	return charmap.Windows1252.NewDecoder().Bytes(raw)
}

// separator is whichever of the three the first line has most of.
func separator(text []byte) rune {
	line, _, _ := bufio.NewReader(bytes.NewReader(text)).ReadLine()
	best, most := ';', 0
	for _, sep := range []rune{';', ',', '\t'} {
		if n := strings.Count(string(line), string(sep)); n > most {
			best, most = sep, n
		}
	}
	return best
}

type parser struct {
	headers []string
	columns []Column
	seen    map[string]int
	out     File
}

// understand maps the headers; without any name there is nobody to read.
func (p *parser) understand(m Mapping) bool {
	p.seen = map[string]int{}
	named := false
	for _, h := range p.headers {
		h = strings.TrimSpace(h)
		c, ok := m[h]
		if !ok {
			c, _ = known(h)
		}
		p.columns = append(p.columns, c)
		p.out.Columns[h] = c
		named = named || c == Name || c == Family
	}
	return named
}

func (p *parser) rows(c *csv.Reader) {
	for {
		record, err := c.Read()
		line := 0
		if len(record) > 0 {
			line, _ = c.FieldPos(0)
		}
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				line = bad.Line
			}
			p.problem(line, "", "import.quotes")
			return // after a broken quote nothing can be told apart
		case len(p.out.Rows) >= MaxRows:
			p.problem(line, "", "import.many")
			return
		case len(p.out.Problems) >= maxProblems:
			return
		}
		p.row(line, record)
	}
}

func (p *parser) problem(line int, header, code string) {
	p.out.Problems = append(p.out.Problems, Problem{Line: line, Column: header, Code: code})
}

// row reads one person.
func (p *parser) row(line int, record []string) {
	if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
		return
	}
	if len(record) != len(p.headers) {
		p.problem(line, "", "import.fields")
		return
	}
	if !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return
	}
	v := map[Column]string{}
	for i, text := range record {
		c := p.columns[i]
		if c == "" {
			continue
		}
		text = strings.TrimSpace(text)
		if c == From || c == Until {
			text = dayOf(text)
		}
		if code := wrong(c, text); code != "" {
			p.problem(line, p.headers[i], code)
			return
		}
		if v[c] == "" {
			v[c] = text
		}
	}
	if strings.EqualFold(v[Valid], "N") {
		return // a candidate whose place on the list is not valid
	}
	r := Row{Line: line, Name: fullName(v), Address: v[Address], Phone: v[Phone], Title: title(v), Party: v[Party], Source: source(v), Protected: yes(v[Protected])}
	if v[Body] != "" {
		r.Seats = []Seat{{line, v[Body], v[Title], v[From], v[Until], v[District]}}
	}
	if r.Name == "" {
		p.problem(line, p.nameHeader(), "field.required")
		return
	}
	// The same candidate stands on several lists, and a member sits in several boards.
	if at, twice := p.seen[r.Source]; twice {
		p.merge(at, r)
		return
	}
	p.seen[r.Source] = len(p.out.Rows)
	p.out.Rows = append(p.out.Rows, r)
}

// merge adds a person's further assignment to the row that has them already.
func (p *parser) merge(at int, r Row) {
	have := &p.out.Rows[at]
	have.Seats, have.Protected = append(have.Seats, r.Seats...), have.Protected || r.Protected
	if r.Title != "" && !strings.Contains(have.Title, r.Title) && len(have.Title)+len(r.Title) < 190 {
		have.Title = strings.TrimPrefix(have.Title+"; "+r.Title, "; ")
	}
	if have.Address == "" {
		have.Address = r.Address
	}
}

func (p *parser) nameHeader() string {
	for i, c := range p.columns {
		if c == Name || c == Family {
			return p.headers[i]
		}
	}
	return ""
}

// wrong tells what is wrong with a field, if anything.
func wrong(c Column, text string) string {
	switch {
	case len(text) > maxField || ((c == Name || c == Title || c == Party) && len([]rune(text)) > 200):
		return "import.long"
	case strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f || r == utf8.RuneError }):
		return "field.bytes"
	case (c == From || c == Until) && text != "":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "import.day"
		}
	case c == Address && text != "":
		a, err := mail.ParseAddress(text)
		if err != nil || a.Name != "" {
			return "field.address"
		}
	}
	return ""
}

func fullName(v map[Column]string) string {
	if v[Family] != "" || v[Given] != "" {
		return strings.TrimSpace(v[Given] + " " + v[Family])
	}
	// "Efternamn, Förnamn" as some registers write it.
	if family, given, ok := strings.Cut(v[Name], ","); ok {
		return strings.TrimSpace(strings.TrimSpace(given) + " " + strings.TrimSpace(family))
	}
	return v[Name]
}

func title(v map[Column]string) string {
	if v[Body] != "" && v[Title] != "" {
		return v[Title] + ", " + v[Body]
	}
	return v[Title] + v[Body]
}

// source names a person across readings: the register's own id, else address, else name with
// year of birth and party.
func source(v map[Column]string) string {
	switch {
	case v[Source] != "":
		return "id " + v[Source]
	case v[Address] != "":
		return "address " + strings.ToLower(v[Address])
	}
	return "name " + strings.ToLower(fullName(v)) + " " + v[Born] + " " + strings.ToLower(v[Party])
}

// dayOf brings a day to 2026-11-22: written 20261122, with a time after it, or as a sheet counts days.
func dayOf(text string) string {
	text, _, _ = strings.Cut(text, " ")
	text, _, _ = strings.Cut(text, "T")
	if t, err := time.Parse("20060102", text); err == nil {
		return t.Format(time.DateOnly)
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > 20_000 && n < 80_000 {
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)).Format(time.DateOnly)
	}
	return text
}

// yes tells whether a mark is set.
func yes(text string) bool {
	switch strings.ToLower(text) {
	case "j", "ja", "1", "x", "y", "yes", "sant", "true":
		return true
	}
	return false
}
