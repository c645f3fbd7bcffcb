// Package extract takes out of a document every word that whoever gets the document can find in it: what is
// shown, what is hidden, and what the file says about itself. It is to be run where nothing can be reached:
// what it reads is not trusted.
package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"varn/internal/kit/code"
)

// Argument is the program's one argument when it is started anew to read a document.
const Argument = "extract-in-jail"

// Bounds of what is read and answered.
const (
	MaxContent = 64 << 20 // bytes of a document; larger texts are read as a stream, by HTML and Text
	MaxAnswer  = 96 << 20 // bytes of an answer
	maxText    = 32 << 20 // bytes of all words of a document
	maxParts   = 200_000
	maxFacts   = 2000
	maxLinks   = 20_000
	maxUnread  = 2000
	maxValue   = 2000 // bytes of a fact
)

// Format (format) is what a document is.
type Format string

// The formats.
const (
	FormatHTML    Format = "HTML"
	FormatPDF     Format = "PDF"
	FormatDOCX    Format = "DOCX"
	FormatXLSX    Format = "XLSX"
	FormatPPTX    Format = "PPTX"
	FormatODT     Format = "ODT"
	FormatODS     Format = "ODS"
	FormatODP     Format = "ODP"
	FormatText    Format = "TEXT"
	FormatCSV     Format = "CSV"
	FormatEML     Format = "EML"
	FormatMSG     Format = "MSG"
	FormatZIP     Format = "ZIP"
	FormatJPEG    Format = "JPEG"
	FormatPNG     Format = "PNG"
	FormatHEIC    Format = "HEIC"
	FormatWebP    Format = "WEBP"
	FormatMovie   Format = "MOVIE" // MP4 and MOV
	FormatUnknown Format = "UNKNOWN"
)

// Formats lists every format.
func Formats() []Format {
	return []Format{FormatHTML, FormatPDF, FormatDOCX, FormatXLSX, FormatPPTX, FormatODT, FormatODS, FormatODP, FormatText, FormatCSV, FormatEML, FormatMSG,
		FormatZIP, FormatJPEG, FormatPNG, FormatHEIC, FormatWebP, FormatMovie, FormatUnknown}
}

// Term is the key of its text.
func (f Format) Term() string { return code.Term("extract.format", f) }

// Place (plats) is where in a document words stand.
type Place string

// The places.
const (
	PlaceText       Place = "TEXT"
	PlaceHidden     Place = "HIDDEN" // not seen, and in the file all the same
	PlaceComment    Place = "COMMENT"
	PlaceAttribute  Place = "ATTRIBUTE"
	PlaceData       Place = "DATA"    // JSON-LD, scripts, data islands
	PlaceTracked    Place = "TRACKED" // put in or taken out while changes were tracked
	PlaceAnnotation Place = "ANNOTATION"
	PlaceAttachment Place = "ATTACHMENT" // the name of a file inside
	PlaceCell       Place = "CELL"
	PlaceMetadata   Place = "METADATA"
)

// Places lists every place.
func Places() []Place {
	return []Place{PlaceText, PlaceHidden, PlaceComment, PlaceAttribute, PlaceData, PlaceTracked, PlaceAnnotation, PlaceAttachment, PlaceCell, PlaceMetadata}
}

// Term is the key of its text.
func (p Place) Term() string { return code.Term("extract.place", p) }

// FactKind (slag av uppgift) is what a fact tells.
type FactKind string

// The kinds of fact.
const (
	FactGPS       FactKind = "GPS" // decimal degrees: latitude, longitude
	FactSerial    FactKind = "SERIAL"
	FactOwner     FactKind = "OWNER"
	FactAuthor    FactKind = "AUTHOR"
	FactCompany   FactKind = "COMPANY"
	FactThumbnail FactKind = "THUMBNAIL" // a small picture inside, which may show what was cut away
	FactLocation  FactKind = "LOCATION"  // a place in words
	FactDate      FactKind = "DATE"
	FactSoftware  FactKind = "SOFTWARE"
	FactOther     FactKind = "OTHER"
)

// FactKinds lists every kind of fact.
func FactKinds() []FactKind {
	return []FactKind{FactGPS, FactSerial, FactOwner, FactAuthor, FactCompany, FactThumbnail, FactLocation, FactDate, FactSoftware, FactOther}
}

// Term is the key of its text.
func (k FactKind) Term() string { return code.Term("extract.fact", k) }

// Reveals tells whether a fact of this kind says something of a person: who, where or with what.
func (k FactKind) Reveals() bool {
	switch k {
	case FactGPS, FactSerial, FactOwner, FactAuthor, FactCompany, FactThumbnail, FactLocation:
		return true
	}
	return false
}

// Reason (skäl) is why something could not be read.
type Reason string

// The reasons.
const (
	WhyPicture   Reason = "PICTURE" // a page or a part that is only a picture
	WhyScanned   Reason = "SCANNED" // a picture whose words were read with eyes, and perhaps wrongly
	WhyPartly    Reason = "PARTLY"  // its words were read; its notes, its files and what it says of itself were not
	WhyEncrypted Reason = "ENCRYPTED"
	WhyDamaged   Reason = "DAMAGED"
	WhyTooLarge  Reason = "TOO_LARGE"
	WhyTooDeep   Reason = "TOO_DEEP"
	WhyUnknown   Reason = "UNKNOWN" // a format that no reader knows
	WhyNoJail    Reason = "NO_JAIL" // the system can't shut a reader in
	WhyStopped   Reason = "STOPPED" // it took too much, or broke
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{WhyPicture, WhyScanned, WhyPartly, WhyEncrypted, WhyDamaged, WhyTooLarge, WhyTooDeep, WhyUnknown, WhyNoJail, WhyStopped}
}

// Term is the key of its text.
func (r Reason) Term() string { return code.Term("extract.why", r) }

// Terms are the keys of every text of the package.
func Terms() []string {
	var all []string
	all = append(all, code.Terms("extract.format", Formats())...)
	all = append(all, code.Terms("extract.place", Places())...)
	all = append(all, code.Terms("extract.fact", FactKinds())...)
	return append(all, code.Terms("extract.why", Reasons())...)
}

// Subject is what is known of a document beforehand. Type is a media type, perhaps with a charset.
type Subject struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"` // in bytes; 0: not known
}

// Part is some words and where they stand.
type Part struct {
	In    string `json:"in,omitempty"`   // the file inside, "brev.eml/bilaga.docx"; empty: the document itself
	Page  int    `json:"page,omitempty"` // from 1; a sheet or a slide is a page; 0: no pages
	Place Place  `json:"place"`
	Name  string `json:"name,omitempty"` // a cell, an attribute, a sheet: B7, alt, Blad2
	Text  string `json:"text"`
}

// Fact is something that a file says about itself, as it is called there.
type Fact struct {
	In    string   `json:"in,omitempty"`
	Page  int      `json:"page,omitempty"`
	Kind  FactKind `json:"kind"`
	Name  string   `json:"name"`
	Value string   `json:"value"`
}

// Unread is what could not be read: Count pages or parts from Page on. A document with any is never clean.
type Unread struct {
	In    string `json:"in,omitempty"`
	Page  int    `json:"page,omitempty"`
	Count int    `json:"count"`
	Why   Reason `json:"why"`
}

// Document is everything that was found in a document.
type Document struct {
	Format Format   `json:"format"`
	Pages  int      `json:"pages,omitempty"`
	Parts  []Part   `json:"parts,omitempty"`
	Facts  []Fact   `json:"facts,omitempty"`
	Unread []Unread `json:"unread,omitempty"`
	Links  []string `json:"links,omitempty"`
}

// Text joins the parts to one text, a blank line between each two; starts[i] is the byte where part i begins.
func (d Document) Text() (text []byte, starts []int) {
	var b bytes.Buffer
	starts = make([]int, len(d.Parts))
	for i, p := range d.Parts {
		if i > 0 {
			b.WriteString("\n\n")
		}
		starts[i] = b.Len()
		b.WriteString(p.Text)
	}
	return b.Bytes(), starts
}

// Request writes what Answer reads: the subject in one line, then the content.
func Request(s Subject, content io.Reader) (io.Reader, error) {
	line, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return io.MultiReader(bytes.NewReader(append(line, '\n')), content), nil
}

// Answer reads a request and gives the document, encoded.
func Answer(in io.Reader) ([]byte, error) {
	r := bufio.NewReaderSize(in, 64<<10)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	var s Subject
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxContent+1))
	if err != nil {
		return nil, err
	}
	return json.Marshal(Read(s, content))
}

// Decode reads an encoded document; what a jailed process says is not trusted either.
func Decode(b []byte) (Document, error) {
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return Document{}, err
	}
	d.Parts, d.Facts = d.Parts[:min(len(d.Parts), maxParts)], d.Facts[:min(len(d.Facts), maxFacts)]
	d.Links, d.Unread = d.Links[:min(len(d.Links), maxLinks)], d.Unread[:min(len(d.Unread), maxUnread)]
	return d, nil
}

// Failed is the document of a content that could not be read at all.
func Failed(f Format, why Reason) Document {
	return Document{Format: f, Unread: []Unread{{Count: 1, Why: why}}}
}
