package redact

import (
	"bytes"
	"html"
	"slices"
	"strings"
)

// token is a tag, or the text between two.
type token struct {
	raw         []byte
	name        string // of a tag, without its prefix
	text        bool
	close, self bool
}

// tokens parts markup into its tags and texts, as they stand; nothing is put right.
func tokens(b []byte) []token {
	var out []token
	for len(b) > 0 {
		i := bytes.IndexByte(b, '<')
		if i != 0 {
			if i < 0 {
				i = len(b)
			}
			out = append(out, token{raw: b[:i], text: true})
			b = b[i:]
			continue
		}
		end := tagEnd(b)
		t := token{raw: b[:end]}
		inner := bytes.TrimSuffix(bytes.TrimPrefix(t.raw, []byte("<")), []byte(">"))
		t.close, t.self = bytes.HasPrefix(inner, []byte("/")), bytes.HasSuffix(inner, []byte("/"))
		inner = bytes.Trim(inner, "/")
		if k := bytes.IndexAny(inner, " \t\r\n/"); k >= 0 {
			inner = inner[:k]
		}
		if k := bytes.IndexByte(inner, ':'); k >= 0 {
			inner = inner[k+1:]
		}
		t.name = string(inner)
		out = append(out, t)
		b = b[end:]
	}
	return out
}

// tagEnd is where a tag ends, whatever stands in its quotes; comments and CDATA are a tag each.
func tagEnd(b []byte) int {
	for start, end := range map[string]string{"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"} {
		if bytes.HasPrefix(b, []byte(start)) {
			if i := bytes.Index(b, []byte(end)); i >= 0 {
				return i + len(end)
			}
			return len(b)
		}
	}
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case i > 0 && (c == '"' || c == '\''):
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(b)
}

// attribute gives an attribute's value as it stands.
func (t token) attribute(name string) string {
	for _, quote := range []string{`"`, `'`} {
		if i := bytes.Index(t.raw, []byte(" "+name+"="+quote)); i >= 0 {
			rest := t.raw[i+len(name)+3:]
			if end := bytes.Index(rest, []byte(quote)); end >= 0 {
				return string(rest[:end])
			}
		}
	}
	return ""
}

func (t *token) set(name, value string) {
	was := t.attribute(name)
	t.raw = bytes.Replace(t.raw, []byte(" "+name+`="`+was+`"`), []byte(" "+name+`="`+value+`"`), 1)
}

// without takes elements away with everything in them, and of others only the tags.
func without(all []token, gone, unwrapped []string) []token {
	var out []token
	depth := 0
	for _, t := range all {
		switch {
		case !t.text && slices.Contains(gone, t.name):
			if t.self {
				continue
			}
			if t.close {
				depth = max(0, depth-1)
			} else {
				depth++
			}
		case depth > 0 || !t.text && slices.Contains(unwrapped, t.name):
		default:
			out = append(out, t)
		}
	}
	return out
}

// blank masks the terms in a markup's texts, joined as far as within says that words go on over tags, and in its
// attributes.
func blank(all []token, terms []string, within func(token) bool) {
	var run []int
	end := func() {
		blankRun(all, run, terms)
		run = run[:0]
	}
	for i := range all {
		t := &all[i]
		switch {
		case t.text:
			run = append(run, i)
		default:
			if bytes.IndexByte(t.raw, '=') >= 0 {
				t.raw = blankTag(t.raw, terms)
			}
			if !within(*t) {
				end()
			}
		}
	}
	end()
}

// blankTag masks the terms in a tag's attributes, as they are and as markup writes them.
func blankTag(raw []byte, terms []string) []byte {
	for _, term := range terms {
		for _, written := range []string{term, html.EscapeString(term)} {
			if bytes.Contains(raw, []byte(written)) {
				raw = bytes.ReplaceAll(raw, []byte(written), []byte(blocks(term)))
			}
		}
	}
	return raw
}

// blankRun masks the terms in texts that stand together, each of them perhaps in several.
func blankRun(all []token, run []int, terms []string) {
	if len(run) == 0 || len(terms) == 0 {
		return
	}
	plain := make([]string, len(run))
	var joined strings.Builder
	starts := make([]int, len(run)+1)
	for k, i := range run {
		plain[k] = html.UnescapeString(string(all[i].raw))
		joined.WriteString(plain[k])
		starts[k+1] = joined.Len()
	}
	s := joined.String()
	hit := make([]bool, len(s))
	found := false
	for _, term := range terms {
		for at := 0; ; {
			i := strings.Index(s[at:], term)
			if i < 0 {
				break
			}
			for k := at + i; k < at+i+len(term); k++ {
				hit[k] = true
			}
			found = true
			at += i + len(term)
		}
	}
	if !found {
		return
	}
	for k, i := range run {
		if !slices.Contains(hit[starts[k]:starts[k+1]], true) {
			continue
		}
		var b strings.Builder
		for at, r := range plain[k] {
			if hit[starts[k]+at] && r != ' ' && r != '\t' && r != '\n' {
				r = Block
			}
			b.WriteRune(r)
		}
		all[i].raw = []byte(html.EscapeString(b.String()))
	}
}

func joined(all []token) []byte {
	var b bytes.Buffer
	for _, t := range all {
		b.Write(t.raw)
	}
	return b.Bytes()
}

// page masks a web page: its comments go, words go on over the tags within a line.
func page(b []byte, terms []string) []byte {
	inline := []string{"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
	all := slices.DeleteFunc(tokens(b), func(t token) bool { return !t.text && bytes.HasPrefix(t.raw, []byte("<!--")) })
	blank(all, terms, func(t token) bool { return slices.Contains(inline, strings.ToLower(t.name)) })
	return joined(all)
}
