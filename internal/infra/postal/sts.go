package postal

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// policy is an MTA-STS policy: RFC 8461. The zero one is of a domain that publishes none.
type policy struct {
	id      string
	mode    string
	hosts   []string
	expires time.Time
}

const (
	mostPolicy   = 64 << 10
	policyTime   = 30 * time.Second
	mostPolicies = 10_000
	mostAge      = 31557600 * time.Second // RFC 8461 3.2
)

func (p policy) enforces() bool { return p.mode == "enforce" }

// names tells whether a host may take the domain's mail: RFC 8461 4.1. A star stands for one label.
func (p policy) names(host string) bool {
	for _, h := range p.hosts {
		if h == host {
			return true
		}
		if rest, ok := strings.CutPrefix(h, "*."); ok {
			if _, parent, ok := strings.Cut(host, "."); ok && parent == rest {
				return true
			}
		}
	}
	return false
}

// policy gives what a domain publishes. One that was known and can't be fetched anew holds on until its time is out. Where none
// has been seen yet, one that can't be fetched is none: RFC 8461 section 5.1.
func (s *Sender) policy(ctx context.Context, domain string) (policy, error) {
	now := time.Now()
	if s.Clock != nil {
		now = s.Clock.Now()
	}
	s.policies.mu.Lock()
	known, ok := s.policies.known[domain]
	s.policies.mu.Unlock()
	if ok && now.After(known.expires) {
		known, ok = policy{}, false
	}
	id := s.policyID(ctx, domain)
	if id == "" || ok && id == known.id {
		return known, nil
	}
	fresh, err := s.download(ctx, domain)
	if err != nil {
		return known, nil
	}
	fresh.id, fresh.expires = id, now.Add(min(fresh.expires.Sub(time.Time{}), mostAge))
	s.policies.mu.Lock()
	defer s.policies.mu.Unlock()
	if s.policies.known == nil || len(s.policies.known) >= mostPolicies {
		s.policies.known = map[string]policy{}
	}
	s.policies.known[domain] = fresh
	return fresh, nil
}

func (s *Sender) policyID(ctx context.Context, domain string) string {
	all, err := s.Resolver.LookupTXT(ctx, "_mta-sts."+domain+".")
	if err != nil {
		return ""
	}
	id := ""
	for _, one := range all {
		if !strings.HasPrefix(one, "v=STSv1;") {
			continue
		}
		if id != "" {
			return "" // two records are none
		}
		for _, part := range strings.Split(one, ";") {
			if v, ok := strings.CutPrefix(strings.TrimSpace(part), "id="); ok {
				id = v
			}
		}
	}
	return id
}

// download fetches a policy by HTTPS with a certificate that holds, from a public address, without redirects.
func (s *Sender) download(ctx context.Context, domain string) (policy, error) {
	ctx, cancel := context.WithTimeout(ctx, policyTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://mta-sts."+domain+"/.well-known/mta-sts.txt", nil)
	if err != nil {
		return policy{}, err
	}
	res, err := s.client().Do(req)
	if err != nil {
		return policy{}, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		return policy{}, &Failed{Class: "mta_sts"}
	}
	return readPolicy(io.LimitReader(res.Body, mostPolicy))
}

func (s *Sender) client() *http.Client {
	if s.fetch != nil {
		return s.fetch
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: s.Roots, MinVersion: tls.VersionTLS12},
			DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
				return s.dial(ctx, target{address: address})
			}},
	}
}

// readPolicy reads key-value pairs, a line each; the last word of a field that may stand once holds.
func readPolicy(r io.Reader) (policy, error) {
	var p policy
	version := ""
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "version":
			version = value
		case "mode":
			p.mode = value
		case "mx":
			p.hosts = append(p.hosts, strings.ToLower(value))
		case "max_age":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return p, &Failed{Class: "mta_sts"}
			}
			p.expires = time.Time{}.Add(min(time.Duration(min(n, int64(mostAge/time.Second)))*time.Second, mostAge))
		}
	}
	if version != "STSv1" || p.mode == "" || p.expires.IsZero() || p.mode != "none" && len(p.hosts) == 0 || lines.Err() != nil {
		return p, &Failed{Class: "mta_sts"}
	}
	return p, nil
}
