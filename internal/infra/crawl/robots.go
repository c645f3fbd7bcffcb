package crawl

import (
	"bufio"
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// robots is what a host asks of programs like ours: RFC 9309, and the delay that many write though it is in no
// standard. The zero value asks for nothing.
type robots struct {
	rules    []rule
	delay    time.Duration
	sitemaps []string
	closed   bool // it could not be read: then nothing is visited (RFC 9309, 2.3.1.4)
}

type rule struct {
	allow bool
	path  string
}

// maxRobots is how much of a robots.txt is read (RFC 9309, 2.5: at least 500 KiB).
const maxRobots = 512 << 10

// maxCrawlDelay is the longest rest between two requests that a host is given; who asks for more is given this.
const maxCrawlDelay = 2 * time.Minute

// parseRobots reads a robots.txt for a product token. A line that makes no sense is passed over.
func parseRobots(text []byte, token string) robots {
	var all, own robots
	var named bool // there is a group for our own name
	agents, open := []string{}, false
	lines := bufio.NewScanner(bytes.NewReader(bytes.ToValidUTF8(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), nil)))
	lines.Buffer(make([]byte, 0, 64<<10), maxRobots)
	var sitemaps []string
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch name {
		case "user-agent":
			if open {
				agents, open = nil, false
			}
			agents = append(agents, strings.ToLower(value))
		case "allow", "disallow", "crawl-delay":
			open = true
			for _, a := range agents {
				to := &all
				if a != "*" {
					if agent, _, _ := strings.Cut(a, "/"); !strings.EqualFold(agent, token) {
						continue
					}
					to, named = &own, true
				}
				to.take(name, value)
			}
		case "sitemap":
			sitemaps = append(sitemaps, value)
		}
	}
	out := all
	if named {
		out = own
	}
	out.sitemaps = sitemaps[:min(len(sitemaps), maxSitemaps)]
	return out
}

func (r *robots) take(name, value string) {
	switch name {
	case "crawl-delay":
		if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 {
			r.delay = min(time.Duration(min(s, 1e6)*float64(time.Second)), maxCrawlDelay)
		}
	default:
		if value == "" || len(r.rules) >= 10_000 {
			return // an empty Disallow forbids nothing
		}
		if value[0] != '/' && value[0] != '*' {
			value = "/" + value
		}
		r.rules = append(r.rules, rule{name == "allow", value})
	}
}

// lets tells whether an address may be visited: the longest rule that fits holds, and of two alike the one that
// allows.
func (r robots) lets(u *url.URL) bool {
	if r.closed {
		return false
	}
	at := u.EscapedPath()
	if u.RawQuery != "" {
		at += "?" + u.RawQuery
	}
	if at == "/robots.txt" {
		return true
	}
	allow, longest := true, -1
	for _, one := range r.rules {
		if n := len(one.path); (n > longest || n == longest && one.allow) && fits(one.path, at) {
			allow, longest = one.allow, n
		}
	}
	return allow
}

// fits tells whether a path begins as a rule says; * is any characters, $ at the end is the end. The time is
// bounded by the product of the lengths.
func fits(rule, path string) bool {
	end := strings.HasSuffix(rule, "$")
	parts := strings.Split(strings.TrimSuffix(rule, "$"), "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	for i, p := range parts[1:] {
		if end && i == len(parts)-2 {
			return strings.HasSuffix(path, p)
		}
		at := strings.Index(path, p)
		if at < 0 {
			return false
		}
		path = path[at+len(p):]
	}
	return !end || path == ""
}
