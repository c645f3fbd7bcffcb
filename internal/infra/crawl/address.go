package crawl

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of an address, and of how many like one another are followed. A calendar that goes on for ever, and a site
// that hands out a new address at every visit, would otherwise never end.
const (
	maxAddress  = 2000 // bytes
	maxSegments = 24
	maxSame     = 3 // equal segments in a path
	maxParams   = 10
	maxVariants = 1000 // addresses that differ by what stands after the question mark
	maxDates    = 1000 // addresses that differ by the date in their path
)

// session and tracking parameters make a new address of a page that is the same.
func passing(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "phpsessid", "jsessionid", "sessionid", "session_id", "session", "sid", "asp.net_sessionid", "cfid", "cftoken", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "_ga", "_gl":
		return true
	}
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "aspsessionid")
}

// Clean gives an address its one form: no fragment, no port that goes without saying, no session. False when it
// is none that is followed: another scheme, somebody's password in it, or too long.
func Clean(u *url.URL) (*url.URL, bool) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, false
	}
	c := *u
	c.Fragment, c.RawFragment, c.ForceQuery = "", "", false
	c.Host = strings.ToLower(strings.TrimSuffix(u.Host, "."))
	if c.Scheme == "http" {
		c.Host = strings.TrimSuffix(c.Host, ":80")
	} else {
		c.Host = strings.TrimSuffix(c.Host, ":443")
	}
	if i := strings.Index(strings.ToLower(c.Path), ";jsessionid="); i >= 0 {
		c.Path, c.RawPath = c.Path[:i], ""
	}
	if c.Path == "" {
		c.Path, c.RawPath = "/", ""
	}
	if c.RawQuery != "" {
		var kept []string
		for _, p := range strings.Split(c.RawQuery, "&") {
			name, _, _ := strings.Cut(p, "=")
			if p != "" && !passing(name) {
				kept = append(kept, p)
			}
		}
		c.RawQuery = strings.Join(kept, "&")
	}
	return &c, len(c.String()) <= maxAddress
}

// traps counts addresses that are like one another.
type traps struct {
	variants, dates map[string]int
}

// caught tells whether an address belongs to a set without end. What a sitemap names is the site's own word, and
// is asked only for its length and its segments.
func (t *traps) caught(u *url.URL, named bool) bool {
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(segments) > maxSegments {
		return true
	}
	for i, s := range segments {
		n := 0
		for _, other := range segments[i:] {
			if s != "" && s == other {
				n++
			}
		}
		if n > maxSame {
			return true
		}
	}
	if named {
		return false
	}
	if t.variants == nil {
		t.variants, t.dates = map[string]int{}, map[string]int{}
	}
	if u.RawQuery != "" {
		if strings.Count(u.RawQuery, "&") >= maxParams {
			return true
		}
		at := u.Host + figures(u.Path)
		if t.variants[at]++; t.variants[at] > maxVariants {
			return true
		}
	}
	if dated(segments) {
		at := u.Host + figures(u.Path)
		if t.dates[at]++; t.dates[at] > maxDates {
			return true
		}
	}
	return false
}

// figures writes every run of figures as one 0.
func figures(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		if r >= '0' && r <= '9' {
			if !in {
				b.WriteByte('0')
			}
			in = true
			continue
		}
		in = false
		b.WriteRune(r)
	}
	return b.String()
}

// dated tells whether a path has four figures and then a month or a week in it: 2026/11, 2026-11 or 2026-11-22. A
// calendar without end goes past any year that is one.
func dated(segments []string) bool {
	var numbers []string
	for _, s := range segments {
		numbers = append(numbers, strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })...)
	}
	i := slices.IndexFunc(numbers, func(s string) bool { return len(s) == 4 })
	if i < 0 || i+1 >= len(numbers) {
		return false
	}
	month, err := strconv.Atoi(numbers[i+1])
	return err == nil && month >= 1 && month <= 53
}
