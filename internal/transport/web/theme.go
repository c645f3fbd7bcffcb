package web

import (
	"cmp"
	"fmt"
	"strings"
	"sync"

	"varn/internal/kit/fault"
)

// Colors are the organisation's own two, as "#0B5C73": the main one, and one for what stands out.
type Colors struct{ Primary, Accent string }

const (
	defaultPrimary = "#0B5C73"
	defaultAccent  = "#6B3FA0"
)

// step is one of the sixteen roles that a colour plays in Designsystemet.
type step struct {
	name        string
	light, dark float64 // luminance
}

// steps are the luminances of Designsystemet 1.15 (MIT); the five "base" steps are computed apart.
func steps() []step {
	return []step{
		{"background-default", 1, .009}, {"background-tinted", .9, .014},
		{"surface-default", 1, .021}, {"surface-tinted", .81, .027},
		{"surface-hover", .7, .036}, {"surface-active", .59, .056},
		{"border-subtle", .5, .08}, {"border-default", .19, .22}, {"border-strong", .11, .39},
		{"text-subtle", .11, .39}, {"text-default", .0245, .84},
	}
}

// scale is a colour's steps by name.
type scale map[string]rgb

func newScale(c rgb, dark bool) scale {
	s := scale{}
	mix := c
	if dark {
		mix = c.pale()
	}
	for _, st := range steps() {
		if dark {
			s[st.name] = mix.at(st.dark)
		} else {
			s[st.name] = mix.at(st.light)
		}
	}
	s.base(c, dark)
	return s
}

// base is the colour as a filled surface, under the pointer and pressed, and the text on it.
func (s scale) base(c rgb, dark bool) {
	l := c.lightness()
	s["base-default"] = c
	if dark {
		if l <= 30 {
			l = 70
		} else {
			l = 100 - l
		}
		s["base-default"] = c.at(fromLightness(l))
	}
	change := -8.0
	if l <= 30 || l >= 49 && l <= 65 {
		change = 8
	}
	s["base-hover"] = c.at(fromLightness(l + change))
	s["base-active"] = c.at(fromLightness(l + 2*change))
	s["base-contrast-default"], s["base-contrast-subtle"] = onTop(s["base-default"])
}

// onTop is the text that can be read on a colour.
func onTop(c rgb) (strong, subtle rgb) {
	black, white := rgb{}, rgb{255, 255, 255}
	l := c.lightness()
	by := 50.0
	if l <= 40 || l >= 60 {
		by = 60
	}
	if c.contrast(white) >= c.contrast(black) {
		return white, c.at(fromLightness(l + by))
	}
	return black, c.at(fromLightness(l - by))
}

// pair is two steps of a scale that must be told apart.
type pair struct {
	over, under string
	least       float64
}

// pairs are WCAG 2.2 1.4.3 (text, 4.5:1) and 1.4.11 (what is needed to see a control, 3:1).
func pairs() []pair {
	list := []pair{
		{"base-contrast-default", "base-default", 4.5}, {"base-contrast-default", "base-hover", 4.5},
		{"border-default", "background-default", 3}, {"border-default", "surface-default", 3},
		{"border-strong", "background-default", 3}, {"border-strong", "surface-tinted", 3},
		{"base-default", "background-default", 3},
	}
	for _, under := range []string{"background-default", "background-tinted", "surface-default", "surface-tinted"} {
		list = append(list, pair{"text-default", under, 4.5}, pair{"text-subtle", under, 4.5})
	}
	return list
}

// check says which two steps are too alike, if any are.
func (s scale) check() error {
	for _, p := range pairs() {
		if got := s[p.over].contrast(s[p.under]); got < p.least-0.005 {
			return fmt.Errorf("%s on %s has the contrast %.2f; it must be at least %.1f", p.over, p.under, got, p.least)
		}
	}
	return nil
}

// css writes the organisation's colours as custom properties for light and dark. Colours on which
// nothing can be read are refused with what to change.
func (c Colors) css() (string, error) {
	var light, dark strings.Builder
	for _, one := range []struct{ name, hex string }{
		{"primary", cmp.Or(c.Primary, defaultPrimary)}, {"accent", cmp.Or(c.Accent, defaultAccent)},
	} {
		parsed, err := parseColor(one.hex)
		if err != nil {
			return "", &fault.Error{Kind: fault.Invalid, Code: "theme.no-color", Detail: err.Error()}
		}
		for _, side := range []struct {
			dark bool
			to   *strings.Builder
		}{{false, &light}, {true, &dark}} {
			sc := newScale(parsed, side.dark)
			if err := sc.check(); err != nil {
				return "", &fault.Error{Kind: fault.Invalid, Code: "theme.contrast", Detail: one.name + " " + one.hex + ": " + err.Error()}
			}
			sc.write(side.to, one.name)
		}
	}
	return "@layer organisation{:root,[data-color-scheme]{" + light.String() +
		"}@media (prefers-color-scheme:dark){[data-color-scheme=auto]{" + dark.String() + "}}}\n", nil
}

// Check tells whether the colours can be used; the error's code names the text that says why not.
func (c Colors) Check() error {
	_, err := c.css()
	return err
}

func (s scale) write(to *strings.Builder, name string) {
	names := []string{"base-default", "base-hover", "base-active", "base-contrast-subtle", "base-contrast-default"}
	for _, st := range steps() {
		names = append(names, st.name)
	}
	for _, n := range names {
		fmt.Fprintf(to, "--ds-color-%s-%s:%s;", name, n, s[n].hex())
	}
}

// themes keeps each organisation's colours as a style sheet among the assets.
type themes struct {
	assets *assets
	mu     sync.Mutex
	hrefs  map[Colors]string
}

func newThemes(a *assets) *themes { return &themes{assets: a, hrefs: map[Colors]string{}} }

// of gives the address of the style sheet. Unusable colours, which nobody could have saved, give
// the built-in ones: a page in the wrong colour is better than none.
func (t *themes) of(c Colors) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if href, ok := t.hrefs[c]; ok {
		return href, nil
	}
	css, err := c.css()
	if err != nil {
		if css, err = (Colors{}).css(); err != nil {
			return "", err
		}
	}
	t.hrefs[c] = t.assets.add("colors.css", []byte(css))
	return t.hrefs[c], nil
}
