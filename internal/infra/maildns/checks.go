package maildns

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"blitiri.com.ar/go/spf"
	"golang.org/x/net/publicsuffix"
)

// mx: who takes the domain's mail (RFC 5321, 5.1; RFC 7505 for a domain that takes none).
func (e *examination) mx(ctx context.Context) {
	name := e.domain.Name
	want := Record{name, "MX", "10 " + e.server() + "."}
	found, err := e.resolver.LookupMX(ctx, name)
	if len(found) == 0 {
		if !e.unanswered("mx", name, err) {
			e.say("mx", Wrong, "no MX record: letters have nowhere to go", want)
		}
		return
	}
	for _, mx := range found {
		if host := plain(mx.Host); host != "" {
			e.hosts = append(e.hosts, host)
		}
	}
	if len(e.hosts) == 0 {
		e.say("mx", Wrong, "the MX record says that the domain takes no mail (RFC 7505)", want)
		return
	}
	if e.domain.Host != "" && !slices.Contains(e.hosts, e.domain.Host) {
		e.say("mx", Wrong, "mail goes to "+strings.Join(e.hosts, ", ")+" and not to "+e.domain.Host+"; if that is the municipality's gateway it must pass on to Värn, and this is right", want)
		return
	}
	for _, host := range e.hosts {
		if _, err := netip.ParseAddr(host); err == nil {
			e.say("mx", Wrong, "MX names an address, "+host+": it must name a host", want)
			return
		}
		at, err := e.addresses(ctx, host)
		if len(at) == 0 {
			if !e.unanswered("mx", host, err) {
				e.say("mx", Wrong, host+", which MX names, has no address", Record{host, "A", "<the server's address>"})
			}
			return
		}
	}
	e.say("mx", Right, "mail goes to "+strings.Join(e.hosts, ", "))
}

// spf: who may send as the domain (RFC 7208).
func (e *examination) spf(ctx context.Context) {
	name := e.domain.Name
	want := Record{name, "TXT", "v=spf1 a:" + e.server() + " -all"}
	records, err := e.marked(ctx, name, "v=spf1")
	switch {
	case len(records) == 0:
		if !e.unanswered("spf", name, err) {
			e.say("spf", Wrong, "no SPF record: receivers can't tell the domain's letters from others'", want)
		}
		return
	case len(records) > 1:
		e.say("spf", Wrong, fmt.Sprintf("%d SPF records: receivers ignore them all (RFC 7208, 4.5); keep one", len(records)))
		return
	}
	at, err := e.addresses(ctx, e.server())
	if len(at) == 0 {
		if !e.unanswered("spf", e.server(), err) {
			e.say("spf", Wrong, "it can't be tried, since "+e.server()+" has no address", want)
		}
		return
	}
	for _, a := range at {
		result, err := spf.CheckHostWithSender(a.AsSlice(), e.server(), "postmaster@"+name, spf.WithContext(ctx), spf.WithResolver(e.resolver))
		switch result {
		case spf.Pass:
		case spf.TempError:
			e.say("spf", Unknown, "the name servers gave no whole answer: "+err.Error())
			return
		case spf.PermError:
			e.say("spf", Wrong, fmt.Sprintf("%q can't be read: %v", records[0], err), want)
			return
		default:
			e.say("spf", Wrong, fmt.Sprintf("%q doesn't let %s (%s) send: %s", records[0], e.server(), a, result), Record{name, "TXT", allowing(records[0], e.server())})
			return
		}
	}
	last := strings.ToLower(records[0][strings.LastIndexByte(records[0], ' ')+1:])
	if last != "-all" && last != "~all" && !strings.HasPrefix(last, "redirect=") {
		e.say("spf", Advice, fmt.Sprintf("%q lets anybody send as the domain: end it with -all", records[0]), want)
		return
	}
	e.say("spf", Right, fmt.Sprintf("%q lets %s send", records[0], e.server()))
}

// allowing is the record with the server let in, first of all.
func allowing(record, host string) string {
	version, rest, _ := strings.Cut(record, " ")
	return strings.TrimSpace(version + " a:" + host + " " + rest)
}

// dkim: the key that letters are signed with (RFC 6376, 8301 for its length).
func (e *examination) dkim(ctx context.Context) {
	name := e.domain.Selector + "._domainkey." + e.domain.Name
	key := e.domain.Key
	if key == "" {
		key = "<the public key, base64>"
	}
	kind := e.domain.KeyType
	if kind == "" {
		kind = "rsa"
	}
	want := Record{name, "TXT", "v=DKIM1; k=" + kind + "; p=" + key}
	records, err := e.resolver.LookupTXT(ctx, name)
	records = slices.DeleteFunc(records, func(r string) bool { _, ok := tags(r)["p"]; return !ok })
	switch {
	case len(records) == 0:
		if !e.unanswered("dkim", name, err) {
			e.say("dkim", Wrong, "no key at "+name+": receivers can't check the signatures", want)
		}
		return
	case len(records) > 1:
		e.say("dkim", Wrong, fmt.Sprintf("%d records at %s: a receiver may take either (RFC 6376, 3.6.2.2); keep one", len(records), name), want)
		return
	}
	found := tags(records[0])
	published := strings.Join(strings.Fields(found["p"]), "")
	level, says := judgeKey(found, published)
	if level != Wrong && e.domain.Key != "" && published != e.domain.Key {
		level, says = Wrong, "the key at "+name+" is another than the one that Värn signs with"
	}
	if level == Right {
		e.say("dkim", level, says+" at "+name)
		return
	}
	e.say("dkim", level, says, want)
}

func judgeKey(found map[string]string, published string) (Level, string) {
	if v, ok := found["v"]; ok && v != "DKIM1" {
		return Wrong, "the record's version is " + strconv.Quote(v) + ": receivers ignore it"
	}
	if published == "" {
		return Wrong, "the key is revoked: p= is empty"
	}
	raw, err := base64.StdEncoding.DecodeString(published)
	if err != nil {
		return Wrong, "p= is not base64"
	}
	switch found["k"] {
	case "ed25519":
		if len(raw) != ed25519.PublicKeySize {
			return Wrong, "p= is no Ed25519 key (RFC 8463)"
		}
		return Advice, "the only key is Ed25519, which some large receivers can't check: publish an RSA key beside it"
	case "", "rsa":
	default:
		return Wrong, "no receiver knows keys of kind " + strconv.Quote(found["k"])
	}
	size := 0
	if any, err := x509.ParsePKIXPublicKey(raw); err == nil {
		if key, ok := any.(*rsa.PublicKey); ok {
			size = key.N.BitLen()
		}
	} else if key, err := x509.ParsePKCS1PublicKey(raw); err == nil {
		size = key.N.BitLen()
	}
	switch {
	case size == 0:
		return Wrong, "p= is no RSA key"
	case size < 1024:
		return Wrong, fmt.Sprintf("the key has %d bits: receivers refuse fewer than 1,024 (RFC 8301)", size)
	case size < 2048:
		return Advice, fmt.Sprintf("the key has %d bits: 2,048 is what is advised (RFC 8301)", size)
	}
	if strings.Contains(found["t"], "y") {
		return Advice, "the key is marked as a test (t=y): receivers treat its letters as unsigned"
	}
	return Right, fmt.Sprintf("an RSA key of %d bits", size)
}

// dmarc: what receivers do with letters that are not the domain's (RFC 7489).
func (e *examination) dmarc(ctx context.Context) {
	name := "_dmarc." + e.domain.Name
	want := Record{name, "TXT", "v=DMARC1; p=quarantine; rua=mailto:postmaster@" + e.domain.Name}
	records, err := e.marked(ctx, name, "v=dmarc1")
	if e.unanswered("dmarc", name, err) {
		return
	}
	of := ""
	if len(records) == 0 {
		// 6.6.3: a subdomain without a record has that of its organisation.
		if org, err := publicsuffix.EffectiveTLDPlusOne(e.domain.Name); err == nil && org != e.domain.Name {
			records, err = e.marked(ctx, "_dmarc."+org, "v=dmarc1")
			if e.unanswered("dmarc", "_dmarc."+org, err) {
				return
			}
			of = " (of " + org + ")"
		}
	}
	if len(records) != 1 {
		says := "no DMARC record: anybody may send as the domain"
		if len(records) > 1 {
			says = fmt.Sprintf("%d DMARC records: receivers ignore them all; keep one", len(records))
		}
		e.say("dmarc", Wrong, says, want)
		return
	}
	found := tags(records[0])
	policy := strings.ToLower(found["p"])
	if sub, ok := found["sp"]; ok && of != "" {
		policy = strings.ToLower(sub)
	}
	switch policy {
	case "reject", "quarantine":
		if pct, ok := found["pct"]; ok && pct != "100" {
			e.say("dmarc", Advice, fmt.Sprintf("%q%s holds for %s %% of letters only", records[0], of, pct), want)
			return
		}
		e.say("dmarc", Right, fmt.Sprintf("%q%s", records[0], of))
	case "none":
		e.say("dmarc", Advice, fmt.Sprintf("%q%s only asks for reports: others' letters as the domain come through", records[0], of), want)
	default:
		e.say("dmarc", Wrong, fmt.Sprintf("%q%s has no policy that receivers know", records[0], of), want)
	}
}

// reverse: whether the server's addresses lead back to it, as large receivers demand.
func (e *examination) reverse(ctx context.Context) {
	host := e.server()
	at, err := e.addresses(ctx, host)
	if len(at) == 0 {
		if !e.unanswered("reverse", host, err) {
			e.say("reverse", Wrong, host+" has no address", Record{host, "A", "<the server's address>"})
		}
		return
	}
	for _, a := range at {
		want := Record{reverseName(a), "PTR", host + "."}
		names, err := e.resolver.LookupAddr(ctx, a.String())
		if len(names) == 0 {
			if !e.unanswered("reverse", a.String(), err) {
				e.say("reverse", Wrong, a.String()+" has no name: large receivers refuse letters from it. Whoever owns the address publishes this", want)
			}
			return
		}
		back := slices.ContainsFunc(names, func(n string) bool { return e.leads(ctx, plain(n), a) })
		own := slices.ContainsFunc(names, func(n string) bool { return plain(n) == host })
		switch {
		case !back:
			e.say("reverse", Wrong, fmt.Sprintf("%s is called %s, which doesn't lead back to it", a, plain(names[0])), want)
			return
		case !own:
			e.say("reverse", Advice, fmt.Sprintf("%s is called %s; best is the name that the server greets with, %s", a, plain(names[0]), host), want)
			return
		}
	}
	e.say("reverse", Right, "every address of "+host+" leads back to it")
}

func (e *examination) leads(ctx context.Context, name string, to netip.Addr) bool {
	at, err := e.addresses(ctx, name)
	return err == nil && slices.Contains(at, to)
}

// reverseName is the name under in-addr.arpa or ip6.arpa.
func reverseName(a netip.Addr) string {
	if a.Is4() {
		b := a.As4()
		return fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa", b[3], b[2], b[1], b[0])
	}
	var out strings.Builder
	b := a.As16()
	for i := len(b) - 1; i >= 0; i-- {
		fmt.Fprintf(&out, "%x.%x.", b[i]&15, b[i]>>4)
	}
	return out.String() + "ip6.arpa"
}
