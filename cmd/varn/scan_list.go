package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"varn/internal/domain/exposure"
	"varn/internal/kit/seal"
)

// listColumns are what the columns of a list may be called, in small letters without accents and signs.
var listColumns = map[string]string{
	"ref": "ref", "id": "ref", "referens": "ref", "nummer": "ref",
	"name": "name", "namn": "name", "person": "name", "fullname": "name", "names": "name", "fullstandigtnamn": "name",
	"first": "first", "firstname": "first", "fornamn": "first", "givenname": "first", "tilltalsnamn": "first",
	"last": "last", "lastname": "last", "efternamn": "last", "surname": "last", "familyname": "last",
	"address": "address", "adress": "address", "gatuadress": "address", "street": "address", "streetaddress": "address", "hemadress": "address", "bostadsadress": "address", "addresses": "address",
	"phone": "phone", "telefon": "phone", "tel": "phone", "mobil": "phone", "telefonnummer": "phone", "mobilnummer": "phone", "mobile": "phone", "phones": "phone", "phonenumber": "phone",
	"email": "mail", "mail": "mail", "epost": "mail", "epostadress": "mail", "mejl": "mail", "privatemail": "mail", "privatepost": "mail", "emails": "mail",
	"plate": "plate", "regnr": "plate", "registreringsnummer": "plate", "bil": "plate", "vehicle": "plate", "vehicleregistration": "plate", "plates": "plate", "fordon": "plate",
}

// readList makes the tokens of a CSV file of protected persons under a key of this run alone. A
// column may hold several values with a semicolon between where commas part the columns, and otherwise a bar.
func readList(name string) (*exposure.List, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in := bufio.NewReader(newDecoder(file))
	head, err := in.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	comma := ','
	for _, c := range ";\t" {
		if strings.Count(head, string(c)) > strings.Count(head, string(comma)) {
			comma = c
		}
	}
	columns, headed := columnsOf(head, comma)
	rows := csv.NewReader(in)
	if !headed {
		rows = csv.NewReader(io.MultiReader(strings.NewReader(head), in))
	}
	rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord, rows.Comma = -1, true, true, comma
	about := 16
	if info, err := file.Stat(); err == nil {
		about = int(min(info.Size()/48, 1<<20)) + 16
	}
	var failed error
	people := func(yield func(exposure.Listing) bool) {
		for n := 1; ; n++ {
			row, err := rows.Read()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					failed = err
				}
				return
			}
			if !yield(listing(n, columns, row, comma)) {
				return
			}
		}
	}
	list := exposure.ListOf(seal.NewKey(), people, about)
	if failed != nil {
		return nil, failed
	}
	if list.Size() == 0 {
		return nil, fmt.Errorf("%s: nobody is in it; the first line names the columns: name,address,phone,email,plate", name)
	}
	return list, nil
}

func columnsOf(head string, comma rune) ([]string, bool) {
	fields := strings.Split(strings.TrimPrefix(head, "\ufeff"), string(comma))
	out, known := make([]string, len(fields)), false
	for i, f := range fields {
		out[i] = listColumns[plainWord(f)]
		known = known || out[i] != ""
	}
	if !known {
		return []string{"name", "address", "phone", "mail", "plate"}, false
	}
	return out, true
}

// plainWord is a column's name in small letters, without accents, spaces and signs.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); r {
		case 'å', 'ä':
			return 'a'
		case 'ö':
			return 'o'
		}
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, s)
}

func listing(n int, columns, row []string, comma rune) exposure.Listing {
	l := exposure.Listing{Ref: fmt.Sprint(n)}
	between := "|"
	if comma == ',' {
		between = ";|"
	}
	var first, last string
	for i, field := range row {
		if i >= len(columns) || strings.TrimSpace(field) == "" {
			continue
		}
		values := strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune(between, r) })
		for k := range values {
			values[k] = strings.Clone(strings.TrimSpace(values[k]))
		}
		switch columns[i] {
		case "ref":
			l.Ref = strings.Clone(field)
		case "name":
			l.Names = append(l.Names, values...)
		case "first":
			first = values[0]
		case "last":
			last = values[0]
		case "address":
			l.Addresses = append(l.Addresses, values...)
		case "phone":
			l.Phones = append(l.Phones, values...)
		case "mail":
			l.Mails = append(l.Mails, values...)
		case "plate":
			l.Plates = append(l.Plates, values...)
		}
	}
	if first != "" && last != "" {
		l.Names = append(l.Names, first+" "+last)
	}
	return l
}
