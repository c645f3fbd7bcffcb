package doctor

import (
	"strings"

	"varn/internal/infra/jail"
)

// readers looks which of the system's programs help with reading documents. None is needed.
func (p *Patient) readers() {
	if !jail.Walls() {
		p.unwise("documents", "the kernel can't wall a program in (Landlock): PDFs are not drawn, and scanned pages are not read", "use Linux 5.13 or later with Landlock")
		return
	}
	var missing []string
	programs := &jail.Programs{Self: "varn"}
	for _, one := range []struct{ name, without string }{
		{jail.PDFText, "pdftotext (poppler-utils): PDFs that our own reader can't read are told of and not read"},
		{jail.PDFPage, "pdftoppm (poppler-utils): no pictures of pages and no cleaned copies of PDFs"},
		{jail.Tesseract, "tesseract (tesseract-ocr, tesseract-ocr-swe): scanned pages are told of and not read"},
	} {
		if !programs.Has(one.name) {
			missing = append(missing, one.without)
		}
	}
	if len(missing) == 0 {
		p.fine("documents", "pdftotext, pdftoppm and tesseract are installed")
		return
	}
	p.fine("documents", "not installed, and not needed: "+strings.Join(missing, "; "))
}
