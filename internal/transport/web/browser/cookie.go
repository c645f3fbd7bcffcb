package browser

import (
	"github.com/chromedp/cdproto/network"
)

// Cookie gives the tab a cookie, such as a session that the test has made.
func (tab *Tab) Cookie(address, name, value string) {
	tab.t.Helper()
	Call(tab, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: address})
}

// Cookies names the cookies that the tab would send to an address.
func (tab *Tab) Cookies(address string) []string {
	tab.t.Helper()
	var names []string
	for _, c := range Call(tab, network.GetCookies, network.GetCookiesParams{URLs: []string{address}}).Cookies {
		names = append(names, c.Name)
	}
	return names
}
