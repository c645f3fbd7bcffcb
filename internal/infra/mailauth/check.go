package mailauth

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-msgauth/dmarc"

	"varn/internal/domain/letter"
)

// Resolver asks the DNS. net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

const (
	maxSignatures = 5
	patience      = 10 * time.Second // for all the questions of one letter
)

// Envelope is how a letter was handed over.
type Envelope struct {
	IP   netip.Addr
	Helo string
	From string // the return path; empty for bounces
	// Relayed: IP is a trusted gateway's, whose own host it would be wrong to judge. SPF is then not asked.
	Relayed bool
}

// Checker asks what there is to know of a letter's origin. It never refuses anything.
type Checker struct{ resolver *cached }

// NewChecker asks through a resolver, and remembers answers for five minutes.
func NewChecker(r Resolver) *Checker { return &Checker{resolver: newCached(r)} }

// Check evaluates SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617). DNS that does not
// answer within ten seconds makes temperror, never a wait without end.
func (c *Checker) Check(ctx context.Context, e Envelope, raw []byte) Results {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := Results{SPF: None, DMARC: None, ARC: None, Relayed: e.Relayed}
	l, err := letter.ReadHeader(raw)
	if err != nil {
		r.DMARC = PermError
		return r
	}
	_, r.From, _ = strings.Cut(l.From, "@")
	c.spf(ctx, e, &r)
	r.DKIM = c.DKIM(ctx, raw)
	c.dmarc(ctx, l, &r)
	r.ARC, r.ARCSets = c.ARC(ctx, raw)
	r.Unfinished = ctx.Err() != nil
	return r
}

func (c *Checker) spf(ctx context.Context, e Envelope, r *Results) {
	if e.Relayed || !e.IP.IsValid() {
		return
	}
	_, r.SPFDomain, _ = strings.Cut(e.From, "@")
	if r.SPFDomain == "" {
		r.SPFDomain = e.Helo
	}
	got, _ := spf.CheckHostWithSender(net.IP(e.IP.Unmap().AsSlice()), e.Helo, e.From, spf.WithContext(ctx), spf.WithResolver(c.resolver))
	r.SPF = Outcome(got)
	if ctx.Err() != nil {
		r.SPF = TempError
	}
}

// DKIM checks each signature of a letter, the first five. What was stored can be checked anew while the key is
// still published.
func (c *Checker) DKIM(ctx context.Context, raw []byte) []Signature {
	var out []Signature
	for _, one := range letter.OneSignatureEach(raw, maxSignatures) {
		all, err := dkim.VerifyWithOptions(bytes.NewReader(one), &dkim.VerifyOptions{
			MaxVerifications: 1,
			LookupTXT:        func(name string) ([]string, error) { return c.resolver.LookupTXT(ctx, name) },
		})
		if err != nil || len(all) == 0 {
			out = append(out, Signature{Outcome: PermError})
			continue
		}
		s := Signature{Domain: strings.ToLower(all[0].Domain), Outcome: Pass}
		switch err := all[0].Err; {
		case err == nil:
		case dkim.IsTempFail(err):
			s.Outcome, s.Why = TempError, reason(err)
		case dkim.IsPermFail(err):
			s.Outcome, s.Why = PermError, reason(err)
		default:
			s.Outcome, s.Why = Fail, reason(err)
		}
		out = append(out, s)
	}
	return out
}

// reason cuts an error to something that can be shown beside the outcome.
func reason(err error) string {
	s := strings.TrimPrefix(err.Error(), "dkim: ")
	return s[:min(len(s), 120)]
}

func (c *Checker) dmarc(ctx context.Context, l letter.Letter, r *Results) {
	if r.From == "" || len(l.Header.All("From")) != 1 {
		r.DMARC = PermError
		return
	}
	ask := &dmarc.LookupOptions{LookupTXT: func(name string) ([]string, error) { return c.resolver.LookupTXT(ctx, name) }}
	rec, err := dmarc.LookupWithOptions(r.From, ask)
	top := letter.Organisation(r.From)
	inherited := false
	if errors.Is(err, dmarc.ErrNoPolicy) && top != r.From {
		rec, err = dmarc.LookupWithOptions(top, ask)
		inherited = true
	}
	switch {
	case errors.Is(err, dmarc.ErrNoPolicy):
		return
	case ctx.Err() != nil || dmarc.IsTempFail(err):
		r.DMARC = TempError
		return
	case err != nil:
		r.DMARC = PermError
		return
	}
	r.Policy = string(rec.Policy)
	if inherited && rec.SubdomainPolicy != "" {
		r.Policy = string(rec.SubdomainPolicy)
	}
	r.DMARC = Fail
	for _, s := range r.DKIM {
		if s.Outcome == Pass && aligned(rec.DKIMAlignment, s.Domain, r.From) {
			r.DMARC = Pass
		}
	}
	if r.SPF == Pass && aligned(rec.SPFAlignment, r.SPFDomain, r.From) {
		r.DMARC = Pass
	}
}

func aligned(mode dmarc.AlignmentMode, domain, from string) bool {
	if mode == dmarc.AlignmentStrict {
		return strings.EqualFold(domain, from)
	}
	return letter.Related(domain, from)
}
