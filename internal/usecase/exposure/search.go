package exposure

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"io"
	"net/http"
	"path"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/domain/watch"
	"varn/internal/infra/crawl"
	"varn/internal/kit/keyring"
)

// hit is a value that stands on a page, however often.
type hit struct {
	exposure.Hit
	unit, tag, norm string
	spot            watch.Spot
}

// Bounds of what is kept of one page.
const (
	maxHits    = 2000
	maxContext = 600 // bytes
	maxTitle   = 200
)

// full looks at what was sent: unless it is what stood there before, it is searched.
func (t *trip) full(ctx context.Context, a *crawl.Answer, l *look) []string {
	sh := l.sheet
	sum := sha256.Sum256(a.Body)
	content := t.k.For(keyring.Lookup).Tag("exposure content", t.edition+hex.EncodeToString(sum[:]))
	sh.Misses = 0
	etag, modified := a.ETag, a.Modified
	if a.Rendered { // the page's scripts may fetch other words though the page is the same
		etag, modified = "", ""
	}
	if sh.Content == content && sh.Standing == watch.Read {
		if sh.ETag != etag || sh.Modified != modified {
			sh.ETag, sh.Modified, l.put = etag, modified, true
		}
		return nil
	}
	found := t.d.search(ctx, t.scanner, a)
	sh.Content, sh.Edition, sh.ETag, sh.Modified, sh.Type = content, t.edition, etag, modified, a.Type
	sh.Title, sh.Unread = clip(found.title, maxTitle), nil
	for _, u := range found.unread {
		if !slices.Contains(sh.Unread, string(u.Why)) {
			sh.Unread = append(sh.Unread, string(u.Why))
		}
	}
	sh.Standing = watch.Read
	if found.nothing {
		sh.Standing = watch.Skipped
	}
	l.put, l.searched = true, true
	l.hits = t.grouped(a, found)
	t.run.Fresh++
	return found.links
}

// found is what a search of one answer gave.
type found struct {
	hits    []exposure.Hit
	doc     extract.Document
	starts  []int
	facts   int // how many of the last hits are facts that the file tells of itself
	links   []string
	title   string
	unread  []extract.Unread
	nothing bool // it holds nothing that is read
}

// search takes the words out of an answer and searches them. A reader or a detector that breaks stops this answer
// alone, and it is then said to be unread.
func (d *Desk) search(ctx context.Context, scanner *exposure.Scanner, a *crawl.Answer) (f found) {
	defer func() {
		if recover() != nil {
			f.unread = append(f.unread, extract.Unread{Count: 1, Why: extract.WhyStopped})
		}
	}()
	f.title = path.Base(a.URL.Path)
	switch kind := kindOf(a); {
	case len(a.Body) == 0:
		f.nothing = true
		return f
	case kind == "text/html":
		links, err := extract.HTML(bytes.NewReader(a.Body), a.Charset, func(p extract.Part) { f.doc.Parts = append(f.doc.Parts, p) })
		if err != nil {
			f.unread = append(f.unread, extract.Unread{Count: 1, Why: extract.WhyDamaged})
		}
		f.links = based(a, links)
		if title := titleOf(a.Body, a.Charset); title != "" {
			f.title = title
		}
	case strings.HasPrefix(kind, "text/"):
		if a.Charset != "" {
			kind += "; charset=" + a.Charset
		}
		f.doc = extract.Read(extract.Subject{Name: path.Base(a.URL.Path), Type: kind, Size: int64(len(a.Body))}, a.Body)
	default:
		doc, err := d.Documents.Read(ctx, extract.Subject{Name: path.Base(a.URL.Path), Type: a.Type, Size: int64(len(a.Body))}, bytes.NewReader(a.Body))
		if err != nil {
			doc = extract.Failed(extract.FormatUnknown, extract.WhyStopped)
		}
		f.doc, f.links = doc, doc.Links
		if doc.Format == extract.FormatUnknown && len(doc.Parts) == 0 && onlyUnknown(doc.Unread) {
			f.nothing, f.doc = true, extract.Document{}
			return f
		}
	}
	f.unread = append(f.unread, f.doc.Unread...)
	if a.Cut {
		f.unread = append(f.unread, extract.Unread{Count: 1, Why: extract.WhyTooLarge})
	}
	if a.Hollow {
		f.unread = append(f.unread, extract.Unread{Count: 1, Why: whyScripts})
	}
	var text []byte
	text, f.starts = f.doc.Text()
	f.hits = scanner.Scan(text)
	facts := factHits(f.doc.Facts)
	f.facts = len(facts)
	f.hits = append(f.hits, facts...)
	return f
}

// whyScripts: a page is made by its scripts, and nobody ran them.
const whyScripts extract.Reason = "SCRIPTS"

func onlyUnknown(all []extract.Unread) bool {
	return !slices.ContainsFunc(all, func(u extract.Unread) bool { return u.Why != extract.WhyUnknown })
}

// kindOf is what an answer is: its own first bytes are believed before what the server says.
func kindOf(a *crawl.Answer) string {
	seen, _, _ := strings.Cut(http.DetectContentType(a.Body), ";")
	said := a.Type
	switch {
	case a.Rendered, seen == "text/html":
		return "text/html"
	case seen == "application/pdf", seen == "application/zip", strings.HasPrefix(seen, "image/"), strings.HasPrefix(seen, "video/"):
		return seen
	case said == "application/xhtml+xml":
		return "text/html"
	case said == "application/json", said == "application/ld+json", said == "application/xml", strings.HasSuffix(said, "+json"), strings.HasSuffix(said, "+xml"):
		return "text/plain"
	case said == "" || said == "application/octet-stream":
		if seen == "text/plain" && path.Ext(a.URL.Path) == "" {
			return seen
		}
		return "application/octet-stream"
	}
	return said
}

// based are the links as they lead from a page that says where they begin (<base href>).
func based(a *crawl.Answer, links []string) []string {
	head := a.Body[:min(len(a.Body), 64<<10)]
	i := bytes.Index(head, []byte("<base "))
	if i < 0 {
		return links
	}
	tag, _, _ := bytes.Cut(head[i:], []byte(">"))
	_, value, ok := bytes.Cut(tag, []byte("href="))
	if !ok {
		return links
	}
	to := strings.TrimSpace(string(value))
	if quoted := strings.IndexAny(to, `"'`); quoted == 0 {
		to, _, _ = strings.Cut(to[1:], to[:1])
	} else {
		to, _, _ = strings.Cut(to, " ")
	}
	base, err := a.URL.Parse(html.UnescapeString(strings.ToValidUTF8(to, "")))
	if err != nil {
		return links
	}
	out := make([]string, 0, len(links))
	for _, l := range links {
		if u, err := base.Parse(l); err == nil {
			out = append(out, u.String())
		}
	}
	return out
}

// titleOf is what stands between a page's title tags.
func titleOf(body []byte, set string) string {
	head := body[:min(len(body), 64<<10)]
	low := make([]byte, len(head)) // letters alone: every byte stays where it is
	for i, c := range head {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	i := bytes.Index(low, []byte("<title"))
	if i < 0 {
		return ""
	}
	from, to := bytes.IndexByte(low[i:], '>'), bytes.Index(low[i:], []byte("</title"))
	if from < 0 || to < from {
		return ""
	}
	title := head[i+from+1 : i+to]
	if set == "" && !utf8.Valid(title) {
		set = "windows-1252"
	}
	text, err := io.ReadAll(extract.Decoded(bytes.NewReader(title), set))
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(strings.ToValidUTF8(string(text), "�"))), " ")
}

// factHits are the facts that a file tells of itself and that say something of a person.
func factHits(facts []extract.Fact) []exposure.Hit {
	var out []exposure.Hit
	for _, f := range facts {
		if !f.Kind.Reveals() || strings.TrimSpace(f.Value) == "" {
			continue
		}
		h := exposure.Hit{Kind: exposure.Metadata, Value: f.Value, Context: f.Name + ": " + f.Value, Rule: "metadata", Confidence: 0.7}
		switch f.Kind {
		case extract.FactGPS:
			h.Kind, h.Confidence = exposure.Coordinates, 0.95
		case extract.FactAuthor, extract.FactCompany, extract.FactThumbnail:
			h.Confidence = 0.4
		}
		h.MaskedContext = f.Name + ": " + h.Masked()
		out = append(out, h)
	}
	return out
}

// grouped makes one of hits that are the same value, and leaves out what is no work on this site.
func (t *trip) grouped(a *crawl.Answer, f found) map[string]*hit {
	unit := t.card.UnitOf(a.URL)
	if unit == "" {
		unit = t.site.Unit
	}
	out := map[string]*hit{}
	for i, h := range f.hits {
		if !h.Listed && (!t.card.Watched(h.Kind) || h.Confidence < t.card.Least) {
			continue
		}
		norm := normal(h.Value)
		tag := t.findingTag(unit, h.Kind, norm)
		if old := out[tag]; old != nil {
			old.spot.Count++
			old.Confidence, old.Listed = max(old.Confidence, h.Confidence), old.Listed || h.Listed
			continue
		}
		if len(out) >= maxHits {
			break
		}
		one := &hit{Hit: h, unit: unit, tag: tag, norm: norm, spot: watch.Spot{Context: clip(h.Context, maxContext), Masked: clip(h.MaskedContext, maxContext), Count: 1}}
		if i >= len(f.hits)-f.facts {
			one.spot.Where = string(extract.PlaceMetadata)
		} else if n := sort.SearchInts(f.starts, int(h.Start)+1) - 1; n >= 0 && n < len(f.doc.Parts) {
			one.spot.Where, one.spot.Sheet = string(f.doc.Parts[n].Place), f.doc.Parts[n].Page
		}
		out[tag] = one
	}
	return out
}

func (t *trip) findingTag(unit string, kind exposure.Kind, norm string) string {
	return t.k.For(keyring.Lookup).Tag("exposure finding", strings.Join([]string{t.site.ID, unit, string(kind), norm}, "\n"))
}

// normal is a value without what is only its way of being written.
func normal(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '@' || r == '.' {
			return unicode.ToLower(r)
		}
		return -1
	}, value)
}
