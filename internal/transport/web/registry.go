package web

// pageViews names each page's view. The tests execute every template in every language with
// an empty and with a filled one, so that a template and its view cannot drift apart.
func pageViews() map[string]any {
	return map[string]any{
		"about.html":         aboutView{},
		"accessibility.html": accessibilityView{},
		"conflict.html":      conflictView{},
		"confirm.html":       Confirm{},
		"error.html":         errorView{},
		"layout.html":        layoutView{},
		"personal.html":      personalView{},
		"start.html":         startView{},
	}
}
