package browser

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The keys that walks press.
const (
	KeyTab    = kb.Tab
	KeyEnter  = kb.Enter
	KeyEscape = kb.Escape
	KeySpace  = " "
	KeyDown   = kb.ArrowDown
)

// Open goes to an address and gives the status it answered with.
func (tab *Tab) Open(address string) int {
	tab.t.Helper()
	answer, err := chromedp.RunResponse(tab.ctx, chromedp.Navigate(address))
	if err != nil {
		tab.t.Fatalf("%s: %v", address, err)
	}
	return int(answer.Status)
}

// Follow clicks what leads to another page and waits for it; it gives the status.
func (tab *Tab) Follow(css string) int {
	tab.t.Helper()
	answer, err := chromedp.RunResponse(tab.ctx, chromedp.Click(chromedp.CSS(css)))
	if err != nil {
		tab.t.Fatalf("%s: %v", css, err)
	}
	return int(answer.Status)
}

// Click presses something that stays on the page.
func (tab *Tab) Click(css string) { tab.t.Helper(); tab.do(chromedp.Click(chromedp.CSS(css))) }

// Type writes into a field as from a keyboard.
func (tab *Tab) Type(css, text string) {
	tab.t.Helper()
	tab.do(chromedp.SendKeys(chromedp.CSS(css), text))
}

// Set gives a field its value at once: dates, selects, long texts.
func (tab *Tab) Set(css, value string) {
	tab.t.Helper()
	tab.do(chromedp.SetValue(chromedp.CSS(css), value))
}

// Attach chooses files in a file field.
func (tab *Tab) Attach(css string, files ...string) {
	tab.t.Helper()
	tab.do(chromedp.SetUploadFiles(chromedp.CSS(css), files))
}

// Press sends keys to whatever has the focus.
func (tab *Tab) Press(keys ...string) {
	tab.t.Helper()
	for _, k := range keys {
		tab.do(chromedp.KeyEvent(k))
	}
}

// PressAndGo sends a key that leads to another page and waits for it.
func (tab *Tab) PressAndGo(key string) int {
	tab.t.Helper()
	answer, err := chromedp.RunResponse(tab.ctx, chromedp.KeyEvent(key))
	if err != nil {
		tab.t.Fatalf("key %q: %v", key, err)
	}
	return int(answer.Status)
}

// Wait waits until something is seen.
func (tab *Tab) Wait(css string) { tab.t.Helper(); tab.do(chromedp.WaitVisible(chromedp.CSS(css))) }

// Text is what a person reads in an element.
func (tab *Tab) Text(css string) string {
	tab.t.Helper()
	s, err := chromedp.Run(tab.ctx, chromedp.Text(chromedp.CSS(css)))
	if err != nil {
		tab.t.Fatalf("%s: %v", css, err)
	}
	return s
}

// Address is where the tab is now.
func (tab *Tab) Address() string {
	tab.t.Helper()
	s, err := chromedp.Run(tab.ctx, chromedp.Location())
	if err != nil {
		tab.t.Fatal(err)
	}
	return s
}

// Title is the page's title.
func (tab *Tab) Title() string {
	tab.t.Helper()
	s, err := chromedp.Run(tab.ctx, chromedp.Title())
	if err != nil {
		tab.t.Fatal(err)
	}
	return s
}

// Focused is the text or label of what has the focus.
func (tab *Tab) Focused() string {
	tab.t.Helper()
	return Eval[string](tab, `(e => (e.labels?.[0]?.textContent || e.textContent || e.getAttribute('aria-label') || e.tagName).trim().replace(/\s+/g, ' '))(document.activeElement)`)
}

// TabTo presses Tab until what has the focus reads as text; it fails when the page ends first.
func (tab *Tab) TabTo(text string) {
	tab.t.Helper()
	for range 60 {
		tab.Press(KeyTab)
		if tab.Focused() == text {
			return
		}
	}
	tab.t.Fatalf("the keyboard never reaches %q", text)
}

// WaitFor waits until a script says true.
func WaitFor(tab *Tab, script string) {
	tab.t.Helper()
	Eval[bool](tab, `new Promise(done => { const look = () => (`+script+`) ? done(true) : setTimeout(look, 20); look(); })`)
}
