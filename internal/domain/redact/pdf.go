package redact

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Page is a page that is a picture, with the words that may still be read.
type Page struct {
	JPEG          []byte
	Width, Height int     // of the picture, in pixels
	Wide, High    float64 // of the page, in points
	Words         []Word
}

// Word is a word and where it stands on its page.
type Word struct {
	Text string
	Box  Box
}

// PDF makes a document of pages that are pictures, with their words in a layer that can be searched, read aloud and
// copied and that is not drawn. Nothing is in it but what is given.
func PDF(pages []Page, lang string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+3*i)
	}
	object("<</Type /Catalog /Pages 2 0 R /Lang (%s)>>", lang)
	object("<</Type /Pages /Count %d /Kids [%s]>>", len(pages), kids.String())
	object("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>")
	for i, p := range pages {
		n := 4 + 3*i
		object("<</Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Resources <</Font <</F 3 0 R>> /XObject <</I %d 0 R>>>> /Contents %d 0 R>>", p.Wide, p.High, n+1, n+2)
		object("<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length %d>>\nstream\n%s\nendstream", p.Width, p.Height, len(p.JPEG), p.JPEG)
		text := layer(p)
		object("<</Length %d>>\nstream\n%s\nendstream", len(text), text)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// layer draws the picture, and over it the words in the mode that draws nothing (3).
func layer(p Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "q %.2f 0 0 %.2f 0 0 cm /I Do Q\nBT 3 Tr\n", p.Wide, p.High)
	for _, w := range p.Words {
		raw, err := charmap.Windows1252.NewEncoder().String(w.Text)
		if err != nil || raw == "" {
			continue
		}
		size := max(1, (w.Box.Y1-w.Box.Y0)/1000*p.High*0.8)
		wide := (w.Box.X1 - w.Box.X0) / 1000 * p.Wide
		scale := max(10, min(400, wide/(0.5*size*float64(len(raw)))*100)) // the mean width of Helvetica is half its size
		fmt.Fprintf(&b, "/F %.2f Tf %.1f Tz 1 0 0 1 %.2f %.2f Tm (%s ) Tj\n", size, scale, w.Box.X0/1000*p.Wide, p.High-w.Box.Y1/1000*p.High+0.2*size,
			strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`, "\r", " ", "\n", " ").Replace(raw))
	}
	b.WriteString("ET")
	return b.String()
}
