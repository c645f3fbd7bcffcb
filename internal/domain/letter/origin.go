package letter

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Outcome is the result of one method: RFC 8601 section 2.7.
type Outcome string

// The outcomes.
const (
	None      Outcome = "none"
	Pass      Outcome = "pass"
	Fail      Outcome = "fail"
	SoftFail  Outcome = "softfail"
	Neutral   Outcome = "neutral"
	TempError Outcome = "temperror" // DNS did not answer in time
	PermError Outcome = "permerror" // what is published or written can't be read
)

// Signature is what came of one DKIM signature.
type Signature struct {
	Domain  string  `json:"domain"`
	Outcome Outcome `json:"outcome"`
	Why     string  `json:"why,omitempty"`
}

// Results are what was found when a letter came in. They are sealed with it.
type Results struct {
	From       string      `json:"from"` // the domain of the From field
	SPF        Outcome     `json:"spf"`
	SPFDomain  string      `json:"spf_domain,omitempty"`
	DKIM       []Signature `json:"dkim,omitempty"`
	DMARC      Outcome     `json:"dmarc"`
	Policy     string      `json:"policy,omitempty"` // what the domain asks for: none, quarantine, reject
	ARC        Outcome     `json:"arc"`
	ARCSets    int         `json:"arc_sets,omitempty"`
	Relayed    bool        `json:"relayed,omitempty"` // it came by a trusted gateway: SPF is what that host wrote
	Unfinished bool        `json:"unfinished,omitempty"`
}

// Aligned tells whether DKIM or SPF proves the domain of an address, as DMARC counts it when relaxed:
// RFC 7489 section 3.1.
func (r Results) Aligned(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	if !ok {
		return false
	}
	for _, s := range r.DKIM {
		if s.Outcome == Pass && Related(s.Domain, domain) {
			return true
		}
	}
	return r.SPF == Pass && Related(r.SPFDomain, domain)
}

// Line writes the results as the value of an Authentication-Results field: RFC 8601.
func (r Results) Line(host string) string {
	var b strings.Builder
	b.WriteString(host)
	b.WriteString(";\r\n\tspf=" + string(or(r.SPF)))
	if r.SPFDomain != "" {
		b.WriteString(" smtp.mailfrom=" + token(r.SPFDomain))
	}
	if len(r.DKIM) == 0 {
		b.WriteString(";\r\n\tdkim=none")
	}
	for _, s := range r.DKIM {
		b.WriteString(";\r\n\tdkim=" + string(s.Outcome) + " header.d=" + token(s.Domain))
	}
	b.WriteString(";\r\n\tdmarc=" + string(or(r.DMARC)))
	if r.From != "" {
		b.WriteString(" header.from=" + token(r.From))
	}
	b.WriteString(";\r\n\tarc=" + string(or(r.ARC)))
	return b.String()
}

func or(o Outcome) Outcome {
	if o == "" {
		return None
	}
	return o
}

// token keeps what a domain may have.
func token(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, s)
}

// Related tells whether two domains belong to the same organisation.
func Related(a, b string) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	return a != "" && (a == b || Organisation(a) == Organisation(b))
}

// Organisation gives the domain that somebody registered: RFC 7489 section 3.2.
func Organisation(domain string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return d
}
