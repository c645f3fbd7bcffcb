package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/publish"
)

// checkedBody is what was found in a document. Values are clear: whoever asks has sent the document.
type checkedBody struct {
	Clean    bool             `json:"clean" doc:"Nothing was found, and everything was read."`
	Format   extract.Format   `json:"format"`
	Pages    int              `json:"pages"`
	Findings []checkedFinding `json:"findings"`
	Facts    []extract.Fact   `json:"facts" doc:"What the file says of a person: who, where or with what."`
	Layers   []checkedLayer   `json:"layers" doc:"What is in the document and not seen in it, and how much."`
	Unread   []extract.Unread `json:"unread" doc:"What could not be read. A document with any is never clean."`
	Copy     *checkedCopy     `json:"copy,omitempty"`
	NoCopy   extract.Reason   `json:"no_copy,omitempty" doc:"Why there is no copy though one was asked for."`
}

type checkedFinding struct {
	exposure.Finding
	In    string        `json:"in,omitempty" doc:"The file inside, of an archive or a letter."`
	Place extract.Place `json:"place"`
}

type checkedLayer struct {
	Place extract.Place `json:"place"`
	Count int           `json:"count"`
}

type checkedCopy struct {
	Name    string       `json:"name"`
	Type    string       `json:"type"`
	Clean   bool         `json:"clean" doc:"The copy was looked through like any document, and nothing was found."`
	Content []byte       `json:"content"`
	Left    *checkedBody `json:"left" doc:"What is in the copy still."`
}

// checkTime bounds how long one may take.
const checkTime = 5 * time.Minute

// checking registers the check before publishing: the body is the document as it is.
func checking(s *Server, e Endpoint) {
	op := e.operation(http.StatusOK)
	op.Path = e.Path
	text := func(about string) *huma.Schema { return &huma.Schema{Type: "string", Description: about} }
	op.Parameters = []*huma.Param{
		{Name: "name", In: "query", Description: "The file's name: its ending tells text formats apart.", Schema: &huma.Schema{Type: "string"}},
		{Name: "copy", In: "query", Description: "true: a cleaned copy too. mask: one in which what was found is redacted.", Schema: &huma.Schema{Type: "string", Enum: []any{"true", "mask"}}},
		{Name: "lang", In: "query", Description: "sv or en: the reasons.", Schema: &huma.Schema{Type: "string", Enum: []any{"sv", "en"}}},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: text("The document, at most " + strconv.Itoa(publish.MaxDocument>>20) + " MB.")}}}
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[checkedBody](), true, "CheckedBody")
	op.Responses = map[string]*huma.Response{"200": {Description: "What was found", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc(e.Method+" "+Prefix+e.Path, func(w http.ResponseWriter, r *http.Request) {
		who, err := s.caller(r, e.Need)
		if err == nil && !who.Has(e.Need.roles...) {
			err = fault.New(fault.Denied, "fault.denied")
		}
		if err != nil {
			s.deny(w, err)
			return
		}
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(checkTime))
		_ = control.SetWriteDeadline(time.Now().Add(checkTime))
		q := r.URL.Query()
		got, err := s.Publish.Check(r.Context(), who, publish.Ask{Name: q.Get("name"), Type: r.Header.Get("Content-Type"), Copy: q.Get("copy") != "", Mask: q.Get("copy") == "mask"},
			http.MaxBytesReader(w, r.Body, publish.MaxDocument+1))
		if err != nil {
			s.deny(w, err)
			return
		}
		lang := locale.Prefer(r.Header.Get("Accept-Language"))
		if l, ok := locale.Known(q.Get("lang")); ok {
			lang = l
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(s.checked(lang, got)) // a caller who has gone is no failure
	})
}

func (s *Server) checked(lang locale.Lang, got publish.Report) checkedBody {
	out := checkedBody{Clean: got.Clean(), Format: got.Format, Pages: got.Pages, Findings: []checkedFinding{}, Facts: some(got.Facts), Layers: []checkedLayer{}, Unread: some(got.Unread), NoCopy: got.NoCopy}
	for _, f := range got.Findings {
		reason := ""
		if key := exposure.Why(f.Rule); key != "" {
			reason = s.texts.Say(lang, key)
		}
		out.Findings = append(out.Findings, checkedFinding{f.Finding(got.Name, f.Page, reason, true), f.In, f.Place})
	}
	for _, l := range got.Layers {
		out.Layers = append(out.Layers, checkedLayer{l.Place, l.Count})
	}
	if c := got.Copy; c != nil {
		left := s.checked(lang, c.Left)
		out.Copy = &checkedCopy{Name: c.Name, Type: c.Type, Clean: c.Clean(), Content: c.Content, Left: &left}
	}
	return out
}
