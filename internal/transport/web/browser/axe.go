package browser

import (
	_ "embed"
	"strings"
)

//go:embed testdata/axe.min.js
var axe string

type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	}
}

// Axe fails for every violation of WCAG 2.2 A and AA, EN 301 549 and good practice that the
// checker finds in what is shown now.
func (tab *Tab) Axe() {
	tab.t.Helper()
	tab.axe(`['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549', 'best-practice']`)
}

// axeColours asks the rules that depend on the colours: between light and dark nothing else differs.
func (tab *Tab) axeColours() {
	tab.t.Helper()
	tab.axe(`{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`)
}

// axe runs the rules. Only one that is off by default would want the style sheets fetched once more.
func (tab *Tab) axe(rules string) {
	tab.t.Helper()
	if tab.plain {
		tab.t.Fatal("the checker is a script, and this tab runs none: inspect the page in another")
	}
	if Eval[bool](tab, `typeof axe === 'undefined'`) {
		Eval[bool](tab, axe+"\ntrue")
	}
	found := Eval[[]violation](tab, `axe.run(document, {preload: false, runOnly: `+rules+`, resultTypes: ['violations']}).then(r => r.violations)`)
	for _, v := range found {
		var where []string
		for _, n := range v.Nodes {
			where = append(where, n.HTML+"\n  "+strings.ReplaceAll(n.FailureSummary, "\n", "\n  "))
		}
		tab.t.Errorf("%s: %s (%s) %s\n%s", tab.Address(), v.ID, v.Impact, v.Help, strings.Join(where, "\n"))
	}
}

// Inspect opens a page and checks it as every page must be: at 390 and 1280 px, light and dark,
// with no violation, nothing that scrolls sideways at usual and at double text size, and no
// small targets. It keeps pictures under the name. It leaves the tab at 1280 px, light.
func (tab *Tab) Inspect(name, address string) {
	tab.t.Helper()
	tab.Open(address)
	tab.InspectHere(name)
}

// InspectHere inspects the page that is shown.
func (tab *Tab) InspectHere(name string) {
	tab.t.Helper()
	for _, width := range []struct {
		pixels int64
		name   string
	}{{390, "390"}, {1280, "1280"}} {
		tab.Width(width.pixels)
		for _, colors := range []struct {
			set, check func()
			name       string
		}{{tab.Dark, tab.axeColours, "dark"}, {tab.Light, tab.Axe, "light"}} {
			colors.set()
			colors.check()
			tab.Shot(name + "-" + width.name + "-" + colors.name)
		}
		tab.FitsSideways()
		tab.TargetsAreLarge()
		tab.TextSize("200")
		tab.FitsSideways()
		tab.Shot(name + "-" + width.name + "-200")
		tab.TextSize("100")
	}
}
