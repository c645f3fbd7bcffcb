package mailauth

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"slices"
	"strings"

	"varn/internal/domain/letter"
)

// relaxedField writes a field as relaxed canonicalisation has it: RFC 6376 section 3.4.2. Without its own
// signature where it is the signing field.
func relaxedField(f letter.Field, unsigned bool) string {
	v := f.Value()
	if unsigned {
		v = withoutSignature(v)
	}
	return strings.ToLower(f.Name) + ":" + strings.Join(strings.FieldsFunc(v, blank), " ") + "\r\n"
}

// simpleField is the field as it was written: section 3.4.1.
func simpleField(f letter.Field, unsigned bool) string {
	s := strings.ReplaceAll(strings.ReplaceAll(f.Raw(), "\r\n", "\n"), "\n", "\r\n")
	if unsigned {
		name, v, _ := strings.Cut(s, ":")
		s = name + ":" + withoutSignature(v)
	}
	return s
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

// withoutSignature empties the tag b: section 3.5.
func withoutSignature(v string) string {
	parts := strings.Split(v, ";")
	for i, p := range parts {
		if k, _, ok := strings.Cut(p, "="); ok && strings.TrimSpace(k) == "b" {
			parts[i] = p[:strings.IndexByte(p, '=')+1]
		}
	}
	return strings.Join(parts, ";")
}

// signedHeader is what a signature over a header covers: each named field from the bottom up, and then the
// signing field itself without its signature and its line end: section 5.4.2 and 3.7.
func signedHeader(h letter.Header, names []string, own letter.Field, relaxed bool) []byte {
	write := simpleField
	if relaxed {
		write = relaxedField
	}
	var b []byte
	used := map[string]int{}
	for _, name := range names[:min(len(names), letter.MaxFields)] {
		name = strings.ToLower(strings.TrimSpace(name))
		skip := used[name]
		used[name]++
		for _, f := range slices.Backward(h) {
			if strings.ToLower(f.Name) != name {
				continue
			}
			if skip--; skip < 0 {
				b = append(b, write(f, false)...)
				break
			}
		}
	}
	return append(b, strings.TrimSuffix(write(own, true), "\r\n")...)
}

// bodyHash is SHA-256 of a body in its canonical form: sections 3.4.3 and 3.4.4. It is one pass, whatever the body holds.
func bodyHash(body []byte, relaxed bool) [32]byte {
	w := sha256.New()
	empty, any := 0, false
	for len(body) > 0 {
		line := body
		if i := bytes.IndexByte(body, '\n'); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if relaxed {
			line = bytes.TrimRight(line, " \t")
		}
		if len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			w.Write([]byte("\r\n"))
		}
		writeLine(w, line, relaxed)
		any = true
	}
	if !any && !relaxed {
		w.Write([]byte("\r\n"))
	}
	return [32]byte(w.Sum(nil))
}

func writeLine(w hash.Hash, line []byte, relaxed bool) {
	if relaxed && bytes.ContainsAny(line, "\t ") {
		out := make([]byte, 0, len(line))
		space := false
		for _, c := range line {
			if c == ' ' || c == '\t' {
				space = true
				continue
			}
			if space {
				out = append(out, ' ')
				space = false
			}
			out = append(out, c)
		}
		line = out
	}
	w.Write(line)
	w.Write([]byte("\r\n"))
}
