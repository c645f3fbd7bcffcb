package browser

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Width sets the width of the window in CSS pixels: 390 is a phone, 1280 a desk.
func (tab *Tab) Width(pixels int64) {
	tab.t.Helper()
	tab.do(chromedp.EmulateViewport(pixels, 900))
}

// Light, Dark and ForcedColors set the colours that the visitor's system asks for.
func (tab *Tab) Light() { tab.media("prefers-color-scheme", "light") }

// Dark asks for dark pages.
func (tab *Tab) Dark() { tab.media("prefers-color-scheme", "dark") }

// ForcedColors asks for the system's few colours, as Windows' contrast themes do.
func (tab *Tab) ForcedColors() { tab.media("forced-colors", "active") }

func (tab *Tab) media(name, value string) {
	tab.t.Helper()
	Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: name, Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// Print shows the page as it would be printed.
func (tab *Tab) Print() {
	tab.t.Helper()
	Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
}

// TextSize sets the size of text in percent of the usual.
func (tab *Tab) TextSize(percent string) {
	tab.t.Helper()
	Eval[bool](tab, `(document.documentElement.style.fontSize = '`+percent+`%') !== ''`)
}

// FitsSideways fails when something makes the page scroll sideways, and names what sticks out.
func (tab *Tab) FitsSideways() {
	tab.t.Helper()
	out := Eval[[]string](tab, `(w => document.documentElement.scrollWidth <= w ? [] :
		[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1)
		.slice(0, 5).map(e => e.outerHTML.slice(0, 120)))(document.documentElement.clientWidth)`)
	if len(out) > 0 {
		tab.t.Errorf("%s scrolls sideways:\n%s", tab.Address(), strings.Join(out, "\n"))
	}
}

// TargetsAreLarge fails for buttons and controls under 44 × 44 px, and links in lists of links.
func (tab *Tab) TargetsAreLarge() {
	tab.t.Helper()
	small := Eval[[]string](tab, `[...document.querySelectorAll('button, .ds-button, nav a, .site-tools a, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])')]
		.filter(e => e.offsetParent && (r => r.height < 43.5 || r.width < 24)(e.getBoundingClientRect())).map(e => e.outerHTML.slice(0, 120))`)
	if len(small) > 0 {
		tab.t.Errorf("%s has small targets:\n%s", tab.Address(), strings.Join(small, "\n"))
	}
}

// Shot keeps a picture of the whole page as NAME.png in the folder that VARN_SHOTS names, if any.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	dir := os.Getenv("VARN_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(tab.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		tab.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		tab.t.Fatal(err)
	}
}
