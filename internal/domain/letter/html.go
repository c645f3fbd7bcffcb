package letter

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlText gives the words a person sees in HTML. Nothing is fetched, run or kept of the markup; a link whose
// words hide its address has the address beside it.
func htmlText(s string) string {
	var b strings.Builder
	t := html.NewTokenizer(strings.NewReader(s))
	t.SetMaxBuf(1 << 20)
	skip, href, shown := 0, "", 0
	for b.Len() < 2*MaxText {
		switch t.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if skip == 0 {
				b.WriteString(strings.Join(strings.Fields(" "+string(t.Text())+" "), " "))
				b.WriteByte(' ')
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := t.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript:
				skip++
			case atom.Br, atom.P, atom.Div, atom.Tr, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Table, atom.Hr:
				b.WriteByte('\n')
			case atom.A:
				href, shown = "", b.Len()
				for more {
					var k, v []byte
					k, v, more = t.TagAttr()
					if string(k) == "href" {
						href = string(v)
					}
				}
			case atom.Body:
				skip = 0
			}
		case html.EndTagToken:
			name, _ := t.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript:
				skip = max(0, skip-1)
			case atom.P, atom.Div, atom.Tr, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Table:
				b.WriteByte('\n')
			case atom.A:
				if words := strings.TrimSpace(b.String()[min(shown, b.Len()):]); skip == 0 && hides(words, href) {
					b.WriteString("(" + oneLine(href) + ") ")
				}
				href = ""
			}
		}
	}
	return tidy(b.String())
}

// hides tells whether a link's words leave out where it leads.
func hides(words, href string) bool {
	return (strings.HasPrefix(href, "http://") || strings.HasPrefix(href, "https://")) && len(href) < 500 && !strings.Contains(href, words) || words == "" && len(href) > 0 && len(href) < 500 && strings.HasPrefix(href, "http")
}

// tidy ends lines without spaces and leaves at most one empty line.
func tidy(s string) string {
	var out []string
	empty := true
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "" && empty {
			continue
		}
		empty = line == ""
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
