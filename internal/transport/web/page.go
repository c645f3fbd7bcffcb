package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"

	"varn/internal/kit/locale"
)

// layoutView is what surrounds every page.
type layoutView struct {
	Lang, Other locale.Lang
	// Here is where the language switch comes back to.
	Here, Path   string
	Title        string
	Failed       bool // the page shows a form that must be mended
	Organisation Organisation
	Service      string
	ThemeHref    string
	Nav          []navLink
	SignedIn     bool
	Name         string
	Leave        bool
	// Steps: the language is switched by the form on the page, so that nothing written is lost.
	Steps   bool
	Content template.HTML
}

// Page answers with the template NAME.html and its view. If the form that was read has errors,
// the status is 422, the title begins with "Fel:" and the error summary takes the focus.
func (r *Request) Page(name string, view any) error {
	s := r.server
	var content bytes.Buffer
	if err := s.views.page(r.Lang, name, &content, view); err != nil {
		return err
	}
	theme, err := s.themes.of(r.Organisation.Colors)
	if err != nil {
		return err
	}
	layout := layoutView{
		Lang: r.Lang, Other: other(r.Lang), Here: r.here(), Path: r.HTTP.URL.Path,
		Title: r.pageTitle(name), Failed: r.form.Failed(), Organisation: r.Organisation,
		Service: r.Organisation.Service, ThemeHref: theme, Nav: s.nav(r),
		SignedIn: r.Session != nil, Leave: r.Route.is(leave), Steps: r.steps, Content: template.HTML(content.String()),
	}
	if r.Session != nil {
		layout.Name = r.Session.Name
	}
	var whole bytes.Buffer
	if err := s.views.page(r.Lang, "layout.html", &whole, layout); err != nil {
		return err
	}
	r.send(whole.Bytes())
	return nil
}

func (r *Request) pageTitle(name string) string {
	if r.title != "" {
		return r.title
	}
	return r.Text(titleKey(name))
}

// titleKey is the text that names a page: start.html has start.title.
func titleKey(name string) locale.Key {
	return locale.Key(name[:len(name)-len(".html")] + ".title")
}

func (r *Request) send(body []byte) {
	status := r.status
	if status == 0 {
		status = http.StatusOK
		if r.form.Failed() {
			status = http.StatusUnprocessableEntity
		}
	}
	if status == http.StatusOK && r.Route.is(kept) {
		if key, ok := r.server.keptKey(r.HTTP); ok {
			r.server.cache.keep(key, body).write(r.W, r.HTTP)
			return
		}
	}
	h := r.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(r.Lang))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	r.W.WriteHeader(status)
	_, _ = r.W.Write(body) // a visitor who left is no failure of ours
}

func other(l locale.Lang) locale.Lang {
	if l == locale.Swedish {
		return locale.English
	}
	return locale.Swedish
}
