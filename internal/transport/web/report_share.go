package web

import (
	"strings"

	"varn/internal/domain/incident"
	"varn/internal/usecase/casework"
)

// reportShared (dela) takes what a phone shares with the installed page, a screenshot or a text, and
// opens the report at its second step with it in a draft.
func (s *Server) reportShared(r *Request) error {
	if r.Organisation.ID == "" {
		return r.Redirect("/")
	}
	r.arrive()
	f := NewForm(append(reportFiles(), Area("title", "report.words").Optional(), Area("text", "report.words").Optional(), Area("url", "report.words").Optional())...)
	files, err := s.readFiles(r, f)
	if err != nil {
		return err
	}
	var words []string
	for _, name := range []string{"title", "text", "url"} {
		if text := f.Text(name); text != "" && !f.Failed() {
			words = append(words, text)
		}
	}
	v := reportDraft{Files: files.all()}
	if len(words)+len(v.Files) == 0 {
		return r.Redirect(reportPath)
	}
	if len(words) > 0 {
		text := []rune(strings.Join(words, "\n"))
		v.Values = map[string][]string{"words": {string(text[:min(len(text), incident.MaxWords)])}}
	}
	d, err := s.saveReport(r, casework.NewDraft(), v)
	if err != nil {
		return err
	}
	return s.reportPage(r, d, v, reportShown{step: 2})
}
