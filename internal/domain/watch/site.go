package watch

import (
	"net"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Site (webbplats) is one of the organisation's own, as somebody has entered it. Nothing else is ever visited.
type Site struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Unit    string      `db:"unit"`  // whose the findings are that no path gives to another
	Owner   string      `db:"owner"` // who is given them; empty: the unit's manager
	Paused  bool        `db:"paused"`
	Ended   clock.Stamp `db:"ended"`
	Sealed  seal.Box    `db:"sealed"`
	Version int64       `db:"version"`
	Created clock.Stamp `db:"created"`
	Changed clock.Stamp `db:"changed"`
	MAC     []byte      `db:"mac"`
}

// Who is what the MAC covers: all of it, since the box says which hosts are visited. A box that a rotation
// seals anew gets a new MAC with it.
func (s Site) Who() seal.AD {
	return seal.Bind("exposure site", s.Org, s.ID, s.Unit, s.Owner).
		With(s.Paused, int64(s.Ended), s.Sealed, s.Version, int64(s.Created), int64(s.Changed))
}

// AD binds the box to its row.
func (s Site) AD() seal.AD { return seal.Bind("exposure card", s.Org, s.ID) }

// Row is what the log remembers.
func (s Site) Row() audit.Row {
	return audit.Row{Kind: "exposure_site", ID: s.ID, Hash: s.Who().Hash()}
}

// Card is the sealed part of a site.
type Card struct {
	Name       string          `json:"name"`
	Start      string          `json:"start"`           // where a visit begins
	Hosts      []string        `json:"hosts,omitempty"` // further ones
	Subdomains bool            `json:"subdomains,omitempty"`
	Units      []PathUnit      `json:"units,omitempty"`
	Domains    []string        `json:"domains,omitempty"` // of official mail addresses
	Kinds      []exposure.Kind `json:"kinds,omitempty"`   // empty: every kind
	Least      float64         `json:"least"`             // confidence from which a hit is work
}

// PathUnit gives what stands under a path to a unit.
type PathUnit struct {
	Path string `json:"path"`
	Unit string `json:"unit"`
}

// Bounds of a card.
const (
	maxName  = 100
	maxHosts = 20
	maxPaths = 200
)

// Check tells what must be mended.
func (c Card) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(c.Name))); n == 0 || n > maxName {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{maxName}})
	}
	if _, err := Start(c.Start); err != nil {
		bad = append(bad, fault.Field{Name: "start", Code: "watch.start-bad"})
	}
	if len(c.Hosts) > maxHosts || slices.ContainsFunc(c.Hosts, func(h string) bool { return !hostname(h) }) {
		bad = append(bad, fault.Field{Name: "hosts", Code: "watch.hosts-bad"})
	}
	if slices.ContainsFunc(c.Domains, func(h string) bool { return !hostname(h) }) {
		bad = append(bad, fault.Field{Name: "domains", Code: "watch.hosts-bad"})
	}
	if len(c.Units) > maxPaths || slices.ContainsFunc(c.Units, func(u PathUnit) bool { return !strings.HasPrefix(u.Path, "/") || u.Unit == "" }) {
		bad = append(bad, fault.Field{Name: "units", Code: "watch.units-bad"})
	}
	if c.Least < 0 || c.Least > 1 {
		bad = append(bad, fault.Field{Name: "least", Code: "watch.least-bad"})
	}
	return fault.Form(bad)
}

// hostname tells whether h is a name with a dot in it, and no address and no port.
func hostname(h string) bool {
	if _, err := netip.ParseAddr(h); err == nil || len(h) > 253 || !strings.Contains(h, ".") || h != strings.ToLower(h) {
		return false
	}
	for label := range strings.SplitSeq(h, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// Start reads the address where a visit begins: http or https of a host, with or without the scheme.
func Start(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Hostname() == "" || len(text) > 1000 {
		return nil, fault.In("start", "watch.start-bad")
	}
	u.Host, u.Fragment = strings.ToLower(u.Host), ""
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err != nil && host != "localhost" && !hostname(host) {
		return nil, fault.In("start", "watch.start-bad")
	}
	return u, nil
}

// Holds tells whether an address is the site's: http or https, and of a host that was entered or, where that
// was chosen, below one. A port is the start's own or the scheme's.
func (c Card) Holds(u *url.URL) bool {
	start, err := Start(c.Start)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	if u.Host == start.Host {
		return true
	}
	if p := u.Port(); p != "" && p != start.Port() && !(u.Scheme == "http" && p == "80" || u.Scheme == "https" && p == "443") {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, own := range append([]string{start.Hostname()}, c.Hosts...) {
		if host == own || c.Subdomains && net.ParseIP(own) == nil && strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	return false
}

// UnitOf is whose a page is: that of the longest path that leads to it; empty: the site's own.
func (c Card) UnitOf(u *url.URL) string {
	at, unit, longest := path.Clean("/"+u.Path), "", -1
	for _, p := range c.Units {
		prefix := strings.TrimSuffix(p.Path, "/")
		if len(prefix) > longest && (at == prefix || strings.HasPrefix(at, prefix+"/")) {
			unit, longest = p.Unit, len(prefix)
		}
	}
	return unit
}

// Watched tells whether hits of a kind are work on the site.
func (c Card) Watched(k exposure.Kind) bool { return len(c.Kinds) == 0 || slices.Contains(c.Kinds, k) }
