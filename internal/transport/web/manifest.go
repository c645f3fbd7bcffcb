package web

import "encoding/json"

// manifest lets a phone install the pages and share screenshots and texts with them: they open a
// report at its second step. Nothing needs a service worker.
type manifest struct {
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	ID         string         `json:"id"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
	Share      manifestShare  `json:"share_target"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

type manifestShare struct {
	Action  string         `json:"action"`
	Method  string         `json:"method"`
	Enctype string         `json:"enctype"`
	Params  manifestParams `json:"params"`
}

type manifestParams struct {
	Title string         `json:"title"`
	Text  string         `json:"text"`
	URL   string         `json:"url"`
	Files []manifestFile `json:"files"`
}

type manifestFile struct {
	Name   string   `json:"name"`
	Accept []string `json:"accept"`
}

// webManifest answers with the manifest in the organisation's name and colours.
func (s *Server) webManifest(r *Request) error {
	name, color := r.Organisation.Name, r.Organisation.Colors.Primary
	if name == "" {
		name = r.Text("frame.brand")
	}
	if color == "" {
		color = defaultPrimary
	}
	icons, err := s.icons()
	if err != nil {
		return err
	}
	body, err := json.Marshal(manifest{
		Name: r.Text("frame.brand") + " – " + name, ShortName: r.Text("frame.brand"), Lang: string(r.Lang), Start: "/", Scope: "/", ID: "/",
		Display: "minimal-ui", Background: "#ffffff", Theme: color,
		Icons: icons,
		Share: manifestShare{Action: reportPath + "/dela", Method: "POST", Enctype: "multipart/form-data",
			Params: manifestParams{Title: "title", Text: "text", URL: "url", Files: []manifestFile{{Name: "files", Accept: []string{"image/*", "audio/*", "video/*", "application/pdf", "text/plain", "message/rfc822"}}}}},
	})
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "application/manifest+json; charset=utf-8")
	_, _ = r.W.Write(body)
	return nil
}

// icons are the mark as phones ask for it. The pictures are drawn by tools/icon.
func (s *Server) icons() ([]manifestIcon, error) {
	list := []manifestIcon{
		{"icon-192.png", "192x192", "image/png", "any"}, {"icon-512.png", "512x512", "image/png", "any"},
		{"icon-maskable-512.png", "512x512", "image/png", "maskable"}, {"shield.svg", "any", "image/svg+xml", "any"},
	}
	for i := range list {
		var err error
		if list[i].Source, err = s.assets.href(list[i].Source); err != nil {
			return nil, err
		}
	}
	return list, nil
}
