package register

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const maxCells = 100 // columns of a sheet

var errSheet = errors.New("register: not a sheet that can be read")

// isSheet tells whether a file is a zip archive, as an XLSX is.
func isSheet(raw []byte) bool { return bytes.HasPrefix(raw, []byte("PK\x03\x04")) }

// fromSheet gives the first sheet of an XLSX (ECMA-376) as CSV; line n is row n. What an archive unpacks to
// is bounded, however small it is.
func fromSheet(raw []byte) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, errSheet
	}
	var shared struct {
		Items []struct {
			Text string   `xml:"t"`
			Runs []string `xml:"r>t"`
		} `xml:"si"`
	}
	if err := part(archive, "xl/sharedStrings.xml", &shared); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	words := make([]string, len(shared.Items))
	for i, s := range shared.Items {
		words[i] = s.Text + strings.Join(s.Runs, "")
	}
	var sheet struct {
		Rows []struct {
			Number int `xml:"r,attr"`
			Cells  []struct {
				Place  string `xml:"r,attr"`
				Kind   string `xml:"t,attr"`
				Value  string `xml:"v"`
				Inline string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := part(archive, "xl/worksheets/sheet1.xml", &sheet); err != nil {
		return nil, errSheet
	}
	var rows [][]string
	width := 0
	for _, r := range sheet.Rows {
		if r.Number > MaxRows+1 || len(rows) > MaxRows {
			return nil, errSheet
		}
		for len(rows)+1 < r.Number {
			rows = append(rows, nil)
		}
		var line []string
		for _, c := range r.Cells {
			at := column(c.Place, len(line))
			if at >= maxCells {
				return nil, errSheet
			}
			for len(line) <= at {
				line = append(line, "")
			}
			line[at] = oneLine(cell(c.Kind, c.Value, c.Inline, words))
		}
		width = max(width, len(line))
		rows = append(rows, line)
	}
	return written(rows, width)
}

func cell(kind, value, inline string, words []string) string {
	switch kind {
	case "s":
		n := 0
		for _, d := range value {
			if d < '0' || d > '9' || n > len(words) {
				return ""
			}
			n = n*10 + int(d-'0')
		}
		if n < len(words) && value != "" {
			return words[n]
		}
		return ""
	case "inlineStr":
		return inline
	}
	return value
}

// column reads the letters of a cell's place: AB12 is the 28th column, counted from 0.
func column(place string, next int) int {
	n := 0
	for _, r := range place {
		if r < 'A' || r > 'Z' || n > maxCells {
			break
		}
		n = n*26 + int(r-'A') + 1
	}
	if n == 0 {
		return next
	}
	return n - 1
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// written writes rows of one width; a row without anything is written as empty fields.
func written(rows [][]string, width int) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = '\t'
	for _, r := range rows {
		for len(r) < max(width, 2) {
			r = append(r, "")
		}
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// part reads one file of the archive; io.EOF when it is not there.
func part(archive *zip.Reader, name string, into any) error {
	f, err := archive.Open(name)
	if err != nil {
		return io.EOF
	}
	defer func() { _ = f.Close() }()
	in := &io.LimitedReader{R: f, N: MaxBytes}
	if err := xml.NewDecoder(in).Decode(into); err != nil || in.N <= 0 {
		return errSheet
	}
	return nil
}
