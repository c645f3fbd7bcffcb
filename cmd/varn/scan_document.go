package main

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sort"
	"strings"

	"varn/cmd/varn/wire"
	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/infra/crawl"
	"varn/internal/kit/locale"
	"varn/internal/transport/cli"
)

// document takes a document apart and scans what it holds; what could not be read is said.
func (r *scanRun) document(name, mediaType string, in io.Reader) error {
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case ext == ".html", ext == ".htm", ext == ".xhtml", strings.HasPrefix(mediaType, "text/html"), strings.HasPrefix(mediaType, "application/xhtml"):
		return r.html(name, "", in)
	}
	head := make([]byte, 1024)
	n, _ := io.ReadFull(in, head)
	in = io.MultiReader(bytes.NewReader(head[:n]), in)
	start := bytes.ToLower(bytes.TrimLeft(head[:n], "\ufeff \t\r\n"))
	if bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) {
		return r.html(name, "", in)
	}
	debug.SetMemoryLimit(math.MaxInt64)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	d, err := wire.Documents(self).Read(r.ctx, extract.Subject{Name: filepath.Base(name), Type: mediaType}, in)
	if err != nil {
		return err
	}
	return r.taken(name, d)
}

// html reads a page of any length as it streams by.
func (r *scanRun) html(name, charset string, in io.Reader) error {
	pipe, words := io.Pipe()
	defer func() { _ = pipe.Close() }()
	go func() {
		first := true
		_, err := extract.HTML(in, charset, func(p extract.Part) {
			if !first {
				_, _ = io.WriteString(words, "\n\n")
			}
			first = false
			_, _ = io.WriteString(words, p.Text)
		})
		_ = words.CloseWithError(err) // nil is the end
	}()
	return r.stream(name, newDecoder(pipe))
}

// taken scans the parts of a document, and what the file says about itself.
func (r *scanRun) taken(name string, d extract.Document) error {
	text, starts := d.Text()
	var facts []exposure.Hit
	for _, f := range d.Facts {
		if len(text) > 0 {
			text = append(text, "\n\n"...)
		}
		line := len(text)
		text = append(append(text, f.Name...), ": "...)
		at := len(text)
		text = append(text, f.Value...)
		if f.Kind.Reveals() {
			facts = append(facts, exposure.Hit{Kind: exposure.Metadata, Start: int64(at), End: int64(len(text)), Value: f.Value, Context: string(text[line:]),
				MaskedContext: f.Name + ": " + exposure.Mask(exposure.Metadata, f.Value), Confidence: factConfidence(f.Kind), Rule: "metadata-" + strings.ToLower(string(f.Kind))})
		}
	}
	if r.s.text {
		_, err := r.t.Out.Write(text)
		return err
	}
	hits := append(r.scanner.Scan(text), facts...)
	slices.SortStableFunc(hits, func(a, b exposure.Hit) int { return int(a.Start - b.Start) })
	for _, h := range hits {
		if h.Confidence < r.s.least {
			continue
		}
		page, in := 0, ""
		if k := sort.SearchInts(starts, int(h.Start)+1) - 1; k >= 0 && k < len(d.Parts) && (k+1 < len(starts) || int(h.Start) < starts[k]+len(d.Parts[k].Text)) {
			page, in = d.Parts[k].Page, d.Parts[k].In
		}
		source := name
		if in != "" {
			source += "/" + in
		}
		if err := r.out.one(source, page, h); err != nil {
			return err
		}
	}
	for _, u := range d.Unread {
		source := name
		if u.In != "" {
			source += "/" + u.In
		}
		r.out.notRead(source, u.Page, max(1, u.Count), u.Why)
	}
	return nil
}

// factConfidence says how much a fact gives away.
func factConfidence(k extract.FactKind) float64 {
	switch k {
	case extract.FactGPS, extract.FactLocation:
		return 0.95
	case extract.FactSerial, extract.FactOwner, extract.FactThumbnail:
		return 0.8
	}
	return 0.6
}

// web fetches one page, and follows nothing but what it leads to itself.
func (r *scanRun) web(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return cli.Misuse{Text: address + ": no web address"}
	}
	c := crawl.Crawler{Agent: "varn/1.0", Pages: 1, Delay: -1, Body: extract.MaxContent}
	answered := false
	sum, err := c.Go(r.ctx, crawl.Visit{
		Start: u, Alone: true, Known: []crawl.Known{{URL: address}}, Holds: func(v *url.URL) bool { return v.Host == u.Host },
		Take: func(_ context.Context, a *crawl.Answer) ([]string, error) {
			if a.Class != crawl.Full || a.Status != http.StatusOK {
				return nil, nil
			}
			answered = true
			name := a.URL.String()
			if a.Cut {
				r.out.note(name, 0, extract.WhyTooLarge)
			}
			if strings.HasPrefix(a.Type, "text/html") || strings.HasPrefix(a.Type, "application/xhtml") {
				return nil, r.html(name, a.Charset, bytes.NewReader(a.Body))
			}
			return nil, r.open(name, bytes.NewReader(a.Body))
		},
	})
	if err != nil {
		return err
	}
	if !answered {
		r.out.failed(address, locale.Key("finding.scan.no-answer"), string(sum.Ending))
	}
	return nil
}
