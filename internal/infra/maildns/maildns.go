// Package maildns asks what the world's name servers say about a domain's mail, and says what is right,
// what is wrong, and what to publish.
package maildns

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Level is how a check went.
type Level string

const (
	// Right: nothing to do.
	Right Level = "right"
	// Advice: mail goes, and would be safer with what is said.
	Advice Level = "advice"
	// Wrong: mail is lost, refused or taken for spam until it is mended.
	Wrong Level = "wrong"
	// Unknown: the question got no answer.
	Unknown Level = "unknown"
)

// Record is one line of a zone, to publish.
type Record struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Finding is what one check says.
type Finding struct {
	Check   string   `json:"check"` // mx, spf, dkim, dmarc, mta-sts, reverse
	Level   Level    `json:"level"`
	Says    string   `json:"says"`
	Publish []Record `json:"publish,omitempty"`
}

// Resolver is what is asked; *net.Resolver is one.
type Resolver interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, address string) ([]string, error)
}

// Fetcher gets the text at an https address, at most so many bytes of it.
type Fetcher func(ctx context.Context, url string) (string, error)

// Domain is what is examined and what it should be.
type Domain struct {
	// Name is the domain of the official addresses.
	Name string
	// Host is the server that should take its mail and that sends; empty: whatever MX says.
	Host string
	// Selector names the DKIM key; empty: "varn1".
	Selector string
	// Key is the public key that should be published, base64 as in p=; empty: any.
	Key string
	// KeyType is "rsa" or "ed25519"; empty: rsa.
	KeyType string
}

// each bounds one check.
const each = 20 * time.Second

// Examine makes every check, in the order that an administrator mends them.
func Examine(ctx context.Context, d Domain, r Resolver, fetch Fetcher) []Finding {
	d.Name = plain(d.Name)
	d.Host = plain(d.Host)
	if d.Selector == "" {
		d.Selector = "varn1"
	}
	e := &examination{domain: d, resolver: r, fetch: fetch}
	for _, check := range []func(context.Context){e.mx, e.spf, e.dkim, e.dmarc, e.sts, e.reverse} {
		ctx, stop := context.WithTimeout(ctx, each)
		check(ctx)
		stop()
	}
	return e.all
}

// Sick tells whether something must be mended or is not known.
func Sick(all []Finding) bool {
	for _, f := range all {
		if f.Level == Wrong || f.Level == Unknown {
			return true
		}
	}
	return false
}

// Valid tells whether a name can be a domain's.
func Valid(name string) bool {
	name = plain(name)
	if len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for _, label := range strings.Split(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return true
}

func plain(name string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
}

type examination struct {
	domain   Domain
	resolver Resolver
	fetch    Fetcher
	hosts    []string // that take the domain's mail
	all      []Finding
}

func (e *examination) say(check string, level Level, says string, publish ...Record) {
	e.all = append(e.all, Finding{check, level, says, publish})
}

// unanswered says that a question got no answer; it is false when the answer is that there is nothing.
func (e *examination) unanswered(check, asked string, err error) bool {
	var dns *net.DNSError
	if err == nil || errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	e.say(check, Unknown, "the name servers gave no answer about "+asked+": "+brief(err)+"; try again, and see whether the zone's servers answer")
	return true
}

func brief(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		if dns.IsTimeout {
			return "no answer in time"
		}
		return dns.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}

// addresses are those of a host.
func (e *examination) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	found, err := e.resolver.LookupIPAddr(ctx, host)
	var out []netip.Addr
	for _, f := range found {
		if a, ok := netip.AddrFromSlice(f.IP); ok {
			out = append(out, a.Unmap())
		}
	}
	return out, err
}

// server is the host that records speak of: the one that is meant, else the first that takes mail.
func (e *examination) server() string {
	switch {
	case e.domain.Host != "":
		return e.domain.Host
	case len(e.hosts) > 0:
		return e.hosts[0]
	}
	return "mail." + e.domain.Name
}

// marked are the TXT records that begin with a version.
func (e *examination) marked(ctx context.Context, name, version string) ([]string, error) {
	all, err := e.resolver.LookupTXT(ctx, name)
	var out []string
	for _, txt := range all {
		if rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(txt)), version); ok && (rest == "" || rest[0] == ' ' || rest[0] == ';') {
			out = append(out, strings.TrimSpace(txt))
		}
	}
	return out, err
}

// tags reads "a=b; c=d", names in small letters.
func tags(record string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(record, ";") {
		if name, value, ok := strings.Cut(part, "="); ok {
			out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	return out
}
