// Package register reads lists of people out of the files that municipalities have: the
// Election Authority's members and candidates, and exports of a register of members of boards.
package register

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Column is what a column of a file means to us.
type Column string

// The columns that are read. Every other is passed over.
const (
	Name    Column = "name"
	Given   Column = "given_name"
	Family  Column = "family_name"
	Address Column = "address"
	Phone   Column = "phone"
	Title   Column = "title"
	Party   Column = "party"
	Body    Column = "body"
	Source  Column = "source"
	Born    Column = "born"
	Valid   Column = "valid"
	From    Column = "from"
	Until   Column = "until"
	// District is the constituency; Protected marks whoever has protected personal data.
	District  Column = "district"
	Protected Column = "protected"
)

// Columns lists every column that a mapping can name.
func Columns() []Column {
	return []Column{Name, Given, Family, Address, Phone, Title, Party, Body, Source, Born, Valid, From, Until, District, Protected}
}

// Row is one person of a file. Line counts from 1, the header included.
type Row struct {
	Line    int
	Name    string
	Address string
	Phone   string
	Title   string
	Party   string
	// Source names the person in the register that the file comes from, so that the next
	// reading finds them again.
	Source string
	// Seats are the assignments that the file gives the person, one for each of its lines.
	Seats     []Seat
	Protected bool
}

// Seat is one assignment of a file: dates as 2026-11-22, empty where the file has none.
type Seat struct {
	Line                              int
	Body, Role, From, Until, District string
}

// Problem is one thing in a file that must be mended: where, and what.
type Problem struct {
	Line   int
	Column string // the header as the file has it; empty: the line as a whole
	Code   string // text key
}

// known maps the headers of the layouts we know, folded, to columns. Valmyndigheten's
// "kandidaturer" and "nuvarande ledamöter" vary from year to year in headers and encoding.
func known(header string) (Column, bool) {
	c, ok := map[string]Column{
		"namn": Name, "name": Name, "ledamot": Name,
		"fornamn": Given, "tilltalsnamn": Given, "givenname": Given,
		"efternamn": Family, "surname": Family, "familyname": Family,
		"epost": Address, "epostadress": Address, "mejl": Address, "mail": Address, "email": Address, "mailadress": Address,
		"telefon": Phone, "mobil": Phone, "mobiltelefon": Phone, "telefonnummer": Phone, "phone": Phone,
		"uppdrag": Title, "roll": Title, "befattning": Title, "titel": Title, "funktion": Title, "title": Title,
		"parti": Party, "partibeteckning": Party, "partinamn": Party, "party": Party,
		"organ": Body, "namnd": Body, "styrelse": Body, "forsamling": Body,
		"kandidatnummer": Source, "personid": Source, "anvandarid": Source, "anstallningsnummer": Source, "id": Source,
		"fodelsear": Born,
		"giltig":    Valid,
		"from":      From, "franochmed": From, "fran": From, "tilltradesdatum": From, "startdatum": From, "fromdatum": From,
		"tom": Until, "tillochmed": Until, "till": Until, "avgangsdatum": Until, "slutdatum": Until, "tomdatum": Until,
		"valkrets": District, "valkretsnamn": District,
		"skyddad": Protected, "skyddadepersonuppgifter": Protected,
	}[fold(header)]
	return c, ok
}

// fold makes headers comparable: no case, no marks over letters, letters and digits alone.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
