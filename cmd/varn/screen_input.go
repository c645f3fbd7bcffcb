package main

import (
	"bytes"
	"strings"

	"varn/internal/domain/letter"
	"varn/internal/domain/screening"
)

// toScreen makes a file what is screened: the subject and readable text of a letter, or plain text.
func toScreen(raw []byte) screening.Input {
	if looksLikeLetter(raw) {
		if l, err := letter.Read(raw); err == nil {
			return screening.Input{Subject: l.Subject, Text: l.Text}
		}
	}
	return screening.Input{Text: string(raw)}
}

// looksLikeLetter tells whether the text begins with the header of a letter: fields until an empty
// line, two of them such as every letter has.
func looksLikeLetter(raw []byte) bool {
	usual := 0
	for i := 0; i < 1000 && len(raw) > 0; i++ {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		raw = rest
		line = bytes.TrimRight(line, "\r")
		switch {
		case len(line) == 0:
			return usual >= 2
		case line[0] == ' ' || line[0] == '\t':
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t") {
			return false
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "message-id", "received", "mime-version", "return-path", "content-type":
			usual++
		}
	}
	return false
}
