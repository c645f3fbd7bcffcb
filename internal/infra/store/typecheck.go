package store

import (
	"regexp"
	"strings"

	"varn/internal/kit/fault"
)

// clustered stands on the line before a table whose rows are small and always found by their
// primary key: SQLite then keeps them in the key's own tree.
const clustered = "-- clustered\n"

// checkTypes gives every column of a CREATE TABLE and an ADD COLUMN the check of its type:
// SQLite would take a text into a BIGINT without a word.
func checkTypes(text string) (string, error) {
	create := regexp.MustCompile(`(?i)CREATE TABLE\s+(?:IF NOT EXISTS\s+)?\w+\s*\(`)
	var out strings.Builder
	for {
		at := create.FindStringIndex(text)
		if at == nil {
			out.WriteString(text)
			return checkAdded(out.String())
		}
		out.WriteString(text[:at[1]])
		without := strings.HasSuffix(text[:at[0]], clustered)
		body, rest, err := closeParen(text[at[1]:])
		if err != nil {
			return "", err
		}
		for i, def := range splitColumns(body) {
			if i > 0 {
				out.WriteByte(',')
			}
			checked, err := checkColumn(def)
			if err != nil {
				return "", err
			}
			out.WriteString(checked)
		}
		out.WriteByte(')')
		if without {
			out.WriteString(" WITHOUT ROWID")
		}
		text = rest
	}
}

func checkAdded(text string) (string, error) {
	var failed error
	add := regexp.MustCompile(`(?i)(ADD COLUMN\s+)([^;]+)(;)`)
	text = add.ReplaceAllStringFunc(text, func(s string) string {
		parts := add.FindStringSubmatch(s)
		checked, err := checkColumn(parts[2])
		if err != nil {
			failed = err
		}
		return parts[1] + checked + parts[3]
	})
	return text, failed
}

// closeParen cuts after the parenthesis that closes the one already open.
func closeParen(text string) (inside, rest string, err error) {
	depth := 1
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '(':
			depth++
		case text[i] == ')':
			if depth--; depth == 0 {
				return text[:i], text[i+1:], nil
			}
		case text[i] == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return "", "", fault.Detailf("an open quote")
			}
			i += end + 1
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return "", "", fault.Detailf("an open parenthesis")
			}
			i += end
		}
	}
	return "", "", fault.Detailf("an open parenthesis")
}

// splitColumns cuts at the commas between columns; comments go, they could hold a comma.
func splitColumns(body string) []string {
	var parts []string
	var part strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, part.String())
			part.Reset()
			continue
		case strings.HasPrefix(body[i:], "--"):
			comment, _, _ := strings.Cut(body[i:], "\n")
			i += len(comment) - 1
			continue
		}
		part.WriteByte(body[i])
	}
	return append(parts, part.String())
}

func checkColumn(def string) (string, error) {
	words := strings.Fields(def)
	if len(words) < 2 {
		return "", fault.Detailf("a column without a type: %q", def)
	}
	name := words[0]
	switch strings.ToUpper(name) {
	case "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT":
		return def, nil
	}
	def = strings.TrimRight(def, " \t\n")
	switch strings.ToUpper(words[1]) {
	case "BIGINT":
		return def + " CHECK (typeof(" + name + ") IN ('integer', 'null'))", nil
	case "TEXT":
		return def + " CHECK (typeof(" + name + ") IN ('text', 'null'))", nil
	case "BYTEA":
		return def + " CHECK (typeof(" + name + ") IN ('blob', 'null'))", nil
	case "BOOLEAN":
		return def + " CHECK (" + name + " IN (0, 1))", nil
	}
	return "", fault.Detailf("column %s has type %s; only TEXT, BIGINT, BYTEA and BOOLEAN are kept alike by both engines", name, words[1])
}
