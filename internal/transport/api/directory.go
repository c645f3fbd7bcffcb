package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"varn/internal/domain/directory"
	"varn/internal/kit/locale"
)

// shared is how long others may keep what the public directory says, in seconds; a consent that is withdrawn
// is gone everywhere after it.
const shared = 300

// export is one form in which the public directory is given.
type export struct {
	kind string // media type
	make func(directory.Public, directory.About) ([]byte, error)
}

// exporting registers an export of the public directory: anybody's, from any site, and the same official data
// as on the pages.
func exporting(x export) func(*Server, Endpoint) {
	return func(s *Server, e Endpoint) {
		op := e.operation(http.StatusOK)
		op.Path = e.Path
		op.Parameters = []*huma.Param{{Name: "lang", In: "query", Description: "sv or en: the headings of a sheet.", Schema: &huma.Schema{Type: "string", Enum: []any{"sv", "en"}}}}
		op.Responses = map[string]*huma.Response{"200": {Description: "The public directory", Content: map[string]*huma.MediaType{x.kind: {Schema: &huma.Schema{Type: "string"}}}}, "304": {Description: "Not changed"}}
		s.api.OpenAPI().AddOperation(&op)
		s.mux.HandleFunc(e.Method+" "+Prefix+e.Path, func(w http.ResponseWriter, r *http.Request) {
			guest, err := s.Guest()
			if err != nil {
				s.deny(w, err)
				return
			}
			public, err := s.Directory.Public(r.Context(), guest.Org)
			if err != nil {
				s.deny(w, err)
				return
			}
			profile, err := s.People.ShownProfile(r.Context(), guest.Org)
			if err != nil {
				s.deny(w, err)
				return
			}
			lang := locale.Prefer(r.Header.Get("Accept-Language"))
			if l, ok := locale.Known(r.URL.Query().Get("lang")); ok {
				lang = l
			}
			body, err := x.make(public, directory.About{Name: profile.Name, Origin: strings.TrimSuffix(s.Directory.Origin, "/"), Lang: string(lang)})
			if err != nil {
				s.deny(w, err)
				return
			}
			sum := sha256.Sum256(body)
			tag := `"` + hex.EncodeToString(sum[:12]) + `"`
			h := w.Header()
			h.Set("Cache-Control", "public, max-age="+strconv.Itoa(shared))
			h.Set("Etag", tag)
			h.Set("Vary", "Accept-Language")
			h.Set("Access-Control-Allow-Origin", "*")
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			h.Set("Content-Type", x.kind)
			_, _ = w.Write(body) // a caller who has gone is no failure
		})
	}
}

func asJSON(p directory.Public, _ directory.About) ([]byte, error) { return json.Marshal(p) }

func asCards(p directory.Public, a directory.About) ([]byte, error) {
	return directory.VCard(p.People, a), nil
}
