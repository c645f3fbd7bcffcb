package web

import (
	"net/http"

	"varn/internal/kit/locale"
)

// conflictView shows both texts when somebody else saved first, so that neither is lost.
type conflictView struct {
	Action, Back, Version string
	Once                  string
	Both                  []Both
	// Hidden is everything else that the form holds, as the visitor sent it.
	Hidden []Hidden
}

// Both is one text in two versions: what the visitor wrote, and what stands saved now.
type Both struct {
	Name         string
	Label        locale.Key
	Mine, Theirs string
	Lines        bool
}

// Conflict answers 409 with both texts. What the visitor then sends goes to the same address with
// the version they have now seen; theirs gives what stands saved now in each field of the form.
func (r *Request) Conflict(f *Form, version string, theirs map[string]string) error {
	view := conflictView{Action: r.HTTP.URL.EscapedPath(), Back: r.HTTP.URL.EscapedPath(), Version: version, Once: NewForm().Once()}
	for _, field := range f.Fields() {
		saved, ok := theirs[field.Name]
		if !ok {
			for _, v := range field.values {
				view.Hidden = append(view.Hidden, Hidden{field.Name, v})
			}
			continue
		}
		view.Both = append(view.Both, Both{
			Name: field.Name, Label: field.Label, Mine: field.Value(), Theirs: saved, Lines: field.Kind == areaKind,
		})
	}
	r.form = nil
	r.Status(http.StatusConflict)
	return r.Page("conflict.html", view)
}
