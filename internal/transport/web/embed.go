package web

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"varn/internal/domain/directory"
	"varn/internal/kit/locale"
)

// embedCache lets the municipality's own site keep what it shows for five minutes, and a day when we are away.
const embedCache = "public, max-age=300, stale-if-error=86400"

// embedView (inbäddning) is a piece of the public directory for another site: a fragment, or a frame's document.
type embedView struct {
	Origin string // ours, since links are followed from elsewhere
	Frame  bool
	Lang   locale.Lang
	Body   *directory.PublicBody
	Person *directory.Person
	People []directory.Person
}

// embed answers with a fragment for a server or for the web component, or with a frame's document. Sites that
// the organisation has named may show it; what it holds is public to everybody.
func (s *Server) embed(r *Request) error {
	if r.Organisation.ID == "" {
		return s.unknown(r)
	}
	v, err := s.Desks.Directory.View(r.Context(), r.Organisation.ID)
	if err != nil {
		return err
	}
	view := embedView{Origin: strings.TrimSuffix(s.Desks.Origin, "/"), Frame: r.Path("how") == "ram", Lang: r.Lang}
	if r.Path("how") != "ram" && r.Path("how") != "del" {
		return s.unknown(r)
	}
	switch slug := r.Query("slug"); r.Path("what") {
	case "person":
		one, ok := v.Public.Person(slug)
		if !ok {
			return s.unknown(r)
		}
		view.Person = &one
	case "organ":
		one, ok := v.Public.Body(slug)
		if !ok {
			return s.unknown(r)
		}
		view.Body = &one
	case "alla":
		view.People = v.Public.People
	default:
		return s.unknown(r)
	}
	var b bytes.Buffer
	if err := s.views.page(r.Lang, "embed.html", &b, view); err != nil {
		return err
	}
	s.embedded(r, v.Register.Settings.Embed)
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = r.W.Write(b.Bytes())
	return nil
}

// embedded sets what lets a named site, and no other, read the answer or frame it.
func (s *Server) embedded(r *Request, sites []string) {
	h := r.W.Header()
	ancestors := "'none'"
	if len(sites) > 0 {
		ancestors = strings.Join(sites, " ")
	}
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "+ancestors)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", embedCache)
	h.Set("Vary", "Origin, Accept-Language")
	h.Del("Cross-Origin-Opener-Policy")
	if origin := r.HTTP.Header.Get("Origin"); slices.Contains(sites, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// embedFile gives the web component and its style sheet under addresses that stay.
func (s *Server) embedFile(r *Request) error {
	name := r.Path("file")
	if name != "embed.js" && name != "embed.css" {
		return s.unknown(r)
	}
	file := s.assets.plain(name)
	if file == nil {
		return s.unknown(r)
	}
	h := r.W.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Cache-Control", embedCache)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // the same for everybody
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(file.body)
	return nil
}
