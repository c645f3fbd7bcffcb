package browser

import (
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
)

// Command is a command of the browser's protocol.
type Command[P, R any] = cdp.Command[P, R]

func (tab *Tab) problem(text string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.problems = append(tab.problems, text)
}

func (tab *Tab) requested(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	if host := u.Hostname(); host != "localhost" && host != "127.0.0.1" {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		tab.outside[host] = true
	}
}

// Expect lets a complaint that contains the text pass: a page that answers 404 logs an error
// on the console, and here it should.
func (tab *Tab) Expect(text string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.expected = append(tab.expected, text)
}

func (tab *Tab) finish() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, p := range tab.problems {
		if !tab.expects(p) {
			tab.t.Errorf("the page complains: %s", p)
		}
	}
	for host := range tab.outside {
		tab.t.Errorf("the page asked %s", host)
	}
}

func (tab *Tab) expects(problem string) bool {
	for _, e := range tab.expected {
		if strings.Contains(problem, e) {
			return true
		}
	}
	return false
}
