// Package redact (maskering) makes a copy of a document without the words that may not be published and without what the
// file says about itself: the words are gone, not covered. It is to be run where nothing can be reached: what
// it reads is not trusted.
package redact

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"varn/internal/domain/extract"
	"varn/internal/domain/letter"
)

// Argument is the program's one argument when it is started anew for this.
const Argument = "redact-in-jail"

// MaxAnswer bounds what is answered, in bytes.
const MaxAnswer = 128 << 20

// Block stands for a letter that is gone.
const Block = '█'

// Work is what is to be done with a content.
type Work struct {
	// Paint: the content is a PNG of a page, and boxes are drawn on it; else it is a document to be cleaned.
	Paint  bool           `json:"paint,omitempty"`
	Format extract.Format `json:"format,omitempty"`
	// Terms are the words that are to go, as they were read.
	Terms []string `json:"terms,omitempty"`
	Boxes []Box    `json:"boxes,omitempty"`
	// Solid: what is in the boxes is gone; else it is marked.
	Solid bool `json:"solid,omitempty"`
	// Side is the longest side of what is drawn, in pixels; 0: as it is.
	Side int `json:"side,omitempty"`
}

// Box is a rectangle, in thousandths of the width and the height of its page from the upper left corner.
type Box struct {
	X0 float64 `json:"x0"`
	Y0 float64 `json:"y0"`
	X1 float64 `json:"x1"`
	Y1 float64 `json:"y1"`
}

// Result is what became of a content. Why tells why there is nothing.
type Result struct {
	Content []byte         `json:"content,omitempty"`
	Width   int            `json:"width,omitempty"`
	Height  int            `json:"height,omitempty"`
	Why     extract.Reason `json:"why,omitempty"`
}

// Request writes what Answer reads: the work in one line, then the content.
func Request(w Work, content io.Reader) (io.Reader, error) {
	line, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	return io.MultiReader(bytes.NewReader(append(line, '\n')), content), nil
}

// Answer reads a request and gives the result, encoded.
func Answer(in io.Reader) ([]byte, error) {
	r := bufio.NewReader(in)
	line, err := r.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var w Work
	if err := json.Unmarshal(line, &w); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, extract.MaxContent+1))
	if err != nil {
		return nil, err
	}
	return json.Marshal(Do(w, content))
}

// Decode reads an encoded result.
func Decode(b []byte) (Result, error) {
	var r Result
	err := json.Unmarshal(b, &r)
	return r, err
}

// Do does the work. A content that can't be cleaned is not changed a little: there is no copy of it, and why.
func Do(w Work, content []byte) (out Result) {
	defer func() {
		if recover() != nil { // a fault in reading somebody else's format
			out = Result{Why: extract.WhyDamaged}
		}
	}()
	if len(content) > extract.MaxContent {
		return Result{Why: extract.WhyTooLarge}
	}
	if w.Paint {
		return paint(w, content)
	}
	terms := longest(w.Terms)
	switch w.Format {
	case extract.FormatText, extract.FormatCSV:
		return Result{Content: []byte(masked(decoded(content), terms))}
	case extract.FormatHTML:
		return Result{Content: page([]byte(decoded(content)), terms)}
	case extract.FormatDOCX, extract.FormatXLSX, extract.FormatPPTX, extract.FormatODT, extract.FormatODS, extract.FormatODP:
		return packaged(content, terms)
	case extract.FormatJPEG, extract.FormatPNG, extract.FormatWebP:
		return Result{Content: stripped(content)}
	case extract.FormatHEIC:
		return strippedHEIC(content)
	}
	return Result{Why: extract.WhyUnknown}
}

// Cleans tells whether documents of a format can be cleaned here. A PDF is rebuilt of its pages instead: see PDF.
func Cleans(f extract.Format) bool {
	return slices.Contains([]extract.Format{extract.FormatText, extract.FormatCSV, extract.FormatHTML, extract.FormatDOCX, extract.FormatXLSX, extract.FormatPPTX, extract.FormatODT,
		extract.FormatODS, extract.FormatODP, extract.FormatJPEG, extract.FormatPNG, extract.FormatWebP, extract.FormatHEIC}, f)
}

func decoded(content []byte) string {
	b, _ := io.ReadAll(extract.Decoded(bytes.NewReader(content), ""))
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// longest puts the longest first, so that no part of one is left; what is shorter than three letters is left out.
func longest(terms []string) []string {
	var out []string
	for _, t := range terms {
		if t = strings.TrimSpace(t); len([]rune(t)) >= 3 && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// blocks is as many blocks as a text has letters; its blanks stay.
func blocks(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' {
			return r
		}
		return Block
	}, s)
}

func masked(s string, terms []string) string {
	for _, t := range terms {
		s = strings.ReplaceAll(s, t, blocks(t))
	}
	return s
}

// stripped takes away what a picture says about itself. How it is to be turned stays, and nothing else.
func stripped(b []byte) []byte {
	if len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" {
		return strippedWebP(b)
	}
	out := letter.Strip(b)
	if turn := extract.Orientation(b); turn > 1 && bytes.HasPrefix(out, []byte{0xff, 0xd8}) {
		exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
		exif[29] = byte(turn)
		out = slices.Concat(out[:2], exif, out[2:])
	}
	return out
}

// strippedWebP leaves out the chunks that are not the picture, and says so in its header.
func strippedWebP(b []byte) []byte {
	out := slices.Clone(b[:12])
	for at := 12; at+8 <= len(b); {
		size := int(uint32(b[at+4]) | uint32(b[at+5])<<8 | uint32(b[at+6])<<16 | uint32(b[at+7])<<24)
		end := at + 8 + size + size%2
		if size < 0 || end > len(b) {
			break
		}
		switch name := string(b[at : at+4]); name {
		case "VP8X":
			head := slices.Clone(b[at:end])
			head[8] &^= 0x0c // neither EXIF nor XMP
			out = append(out, head...)
		case "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP":
			out = append(out, b[at:end]...)
		}
		at = end
	}
	size := uint32(len(out) - 8)
	copy(out[4:8], []byte{byte(size), byte(size >> 8), byte(size >> 16), byte(size >> 24)})
	return out
}
