package web

import (
	"embed"
	"html/template"
	"io"
	"time"

	"varn/internal/kit/locale"
)

//go:embed *.html parts/*.html
var pageFiles embed.FS

// views holds every template once per language, so that {{t "key"}} needs no language.
type views struct {
	by map[locale.Lang]*template.Template
}

func loadViews(texts *locale.Texts, a *assets) (*views, error) {
	v := &views{by: map[locale.Lang]*template.Template{}}
	for _, l := range locale.Langs() {
		set, err := template.New("").Funcs(templateFuncs(texts, l, a)).Option("missingkey=error").
			ParseFS(pageFiles, "*.html", "parts/*.html")
		if err != nil {
			return nil, err
		}
		v.by[l] = set
	}
	return v, nil
}

func (v *views) page(l locale.Lang, name string, w io.Writer, view any) error {
	return v.by[l].ExecuteTemplate(w, name, view)
}

// templateFuncs is the whole vocabulary of the templates besides Go's own.
func templateFuncs(texts *locale.Texts, l locale.Lang, a *assets) template.FuncMap {
	return template.FuncMap{
		// t says a text: {{t "start.title"}}, {{t "case.members" .Count}}
		"t": func(k locale.Key, args ...any) string { return texts.Say(l, k, spread(args)...) },
		// n says a text by number: {{n "case.members" 3}} takes case.members.one or .other
		"n":      func(k locale.Key, n int, args ...any) string { return texts.Count(l, k, n, args...) },
		"asset":  a.href,
		"lang":   func() locale.Lang { return l },
		"day":    func(t time.Time) string { return l.Day(t) },
		"clock":  func(t time.Time) string { return l.Clock(t) },
		"moment": func(t time.Time) string { return l.Moment(t) },
		"iso":    func(t time.Time) string { return t.In(locale.Zone()).Format(time.RFC3339) },
		"number": func(n int) string { return l.Number(int64(n)) },
		"size":   func(n int64) string { return l.Size(n) },
		// The parts' parameters, typed:
		"alert":   func(color, title, text string) Alert { return Alert{color, title, text} },
		"empty":   func(title, text, href, button string) Empty { return Empty{title, text, href, button} },
		"tag":     func(color, text string) Tag { return Tag{color, text} },
		"details": func(summary, text string) Details { return Details{summary, text} },
		"steps":   func(now int, keys ...locale.Key) Stepper { return Stepper{now, keys} },
		"plus":    func(a, b int) int { return a + b },
		// say gives the label of a code of the closed lists, explain its explanation: {{say .Kind.Term}}
		"say":     func(term string) string { return texts.Say(l, locale.Key(term)) },
		"explain": func(term string) string { return texts.Say(l, locale.Key(term)+"-text") },
	}
}

// spread lets a template pass on a list of arguments that came as one: {{t .Code .Args}}.
func spread(args []any) []any {
	if len(args) == 1 {
		if list, ok := args[0].([]any); ok {
			return list
		}
	}
	return args
}
