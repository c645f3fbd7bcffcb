// Package postal hands letters over to the servers of their receivers, by MX or by the organisation's own gateway.
package postal

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/idna"

	"varn/internal/kit/clock"
	"varn/internal/kit/network"
)

// Resolver asks the DNS. net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
}

// Sender hands letters over.
type Sender struct {
	Resolver Resolver
	Host     string // the name that we go by
	// Gateway is host:port of the organisation's own server, which everything goes by; empty: by MX.
	Gateway string
	// Roots are the certificate authorities; nil: the system's.
	Roots *x509.CertPool
	Clock clock.Clock
	// Near lets letters go to addresses of private networks and of this machine, and Port is the port of every
	// server: for tests. Zero: 25.
	Near bool
	Port string

	policies policies
	idle     lines
	fetch    *http.Client // of MTA-STS policies; nil: our own
}

// Failed is why a letter was not handed over. Class holds no content and no address.
type Failed struct {
	Class   string
	ForGood bool // another try would not help
}

// Error is the class.
func (f *Failed) Error() string { return f.Class }

// Permanent tells whether another try would not help.
func (f *Failed) Permanent() bool { return f.ForGood }

const (
	connectTime = 30 * time.Second
	sendTime    = 10 * time.Minute // RFC 5321 4.5.3.2 asks for as long after the last line
	mostHosts   = 5
)

// Send hands one letter over; nil means that the receiver's server has taken it. Lines must end with CRLF. An error is
// a *Failed.
func (s *Sender) Send(ctx context.Context, from, to string, raw []byte, utf8 bool) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	l := load{from: from, to: to, raw: raw, utf8: utf8}
	if s.Gateway != "" {
		host, _, err := net.SplitHostPort(s.Gateway)
		if err != nil {
			return &Failed{Class: "gateway_address"}
		}
		return s.try(ctx, target{host: host, address: s.Gateway, gateway: true}, l)
	}
	_, domain, _ := strings.Cut(to, "@")
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || ascii == "" {
		return &Failed{Class: "domain", ForGood: true}
	}
	hosts, err := s.servers(ctx, ascii)
	if err != nil {
		return err
	}
	policy, err := s.policy(ctx, ascii)
	if err != nil {
		return err
	}
	var last error = &Failed{Class: "no_server"}
	for _, host := range hosts {
		strict := policy.enforces()
		if strict && !policy.names(host) {
			last = &Failed{Class: "mta_sts_host"}
			continue
		}
		last = s.try(ctx, target{host: host, address: net.JoinHostPort(host, s.port()), strict: strict}, l)
		var f *Failed
		if last == nil || errors.As(last, &f) && f.ForGood {
			return last
		}
	}
	return last
}

func (s *Sender) port() string {
	if s.Port == "" {
		return "25"
	}
	return s.Port
}

// servers are the hosts that take a domain's mail, the nearest first: RFC 5321 5.1. A domain that says that it
// takes none (RFC 7505) is refused for good.
func (s *Sender) servers(ctx context.Context, domain string) ([]string, error) {
	all, err := s.Resolver.LookupMX(ctx, domain+".")
	var dns *net.DNSError
	if err != nil && (!errors.As(err, &dns) || !dns.IsNotFound) {
		return nil, &Failed{Class: "dns"}
	}
	if len(all) == 0 {
		if _, err := s.Resolver.LookupIPAddr(ctx, domain+"."); errors.As(err, &dns) && dns.IsNotFound {
			return nil, &Failed{Class: "no_domain", ForGood: true}
		}
		return []string{domain}, nil
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Pref < all[j].Pref })
	var out []string
	for _, mx := range all {
		host := strings.ToLower(strings.TrimSuffix(mx.Host, "."))
		if host == "" {
			return nil, &Failed{Class: "takes_no_mail", ForGood: true}
		}
		if len(out) < mostHosts {
			out = append(out, host)
		}
	}
	return out, nil
}

// target is one server to try.
type target struct {
	host, address string
	strict        bool // TLS with a certificate of that name, or not at all
	gateway       bool
}

// load is what is handed over.
type load struct {
	from, to string
	raw      []byte
	utf8     bool
}

// try hands the letter to one server. Encryption is used wherever it is offered; where nobody has promised it, one
// that fails is left out, as a letter in the clear is better than none (RFC 7435).
func (s *Sender) try(ctx context.Context, t target, l load) error {
	err := s.once(ctx, t, l, true)
	var f *Failed
	if errors.As(err, &f) && f.Class == "tls" && !t.strict && !t.gateway {
		return s.once(ctx, t, l, false)
	}
	return err
}

func (s *Sender) once(ctx context.Context, t target, l load, secure bool) error {
	if c := s.idle.take(t, secure); c != nil {
		err := s.over(ctx, c, t, l, secure)
		var f *Failed
		if err == nil || !errors.As(err, &f) || f.Class != "sender_broken" && f.Class != "sender_421" {
			return err
		}
		// The server has ended the connection, or is about to: nothing of the letter was said on it.
	}
	c, err := s.begin(ctx, t, secure)
	if err != nil {
		return err
	}
	return s.over(ctx, c, t, l, secure)
}

// over hands a letter over on a connection, which is kept for the next one when that went well.
func (s *Sender) over(ctx context.Context, c *line, t target, l load, secure bool) error {
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	err := s.submit(c.Client, l)
	if !stop() || err != nil {
		_ = c.Close()
		return err
	}
	s.idle.give(t, secure, c)
	return nil
}

// begin opens a connection up to where a letter can be handed over.
func (s *Sender) begin(ctx context.Context, t target, secure bool) (*line, error) {
	conn, err := s.dial(ctx, t)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c := smtp.NewClient(conn)
	c.CommandTimeout, c.SubmissionTimeout = time.Minute, sendTime
	if err := c.Hello(s.name()); err != nil {
		_ = conn.Close()
		return nil, failure(err, "greeting")
	}
	offered, _ := c.Extension("STARTTLS")
	switch {
	case offered && secure:
		_ = conn.Close()
		if c, err = s.encrypted(ctx, t); err != nil {
			return nil, err
		}
	case t.strict, t.gateway && !local(conn):
		_ = conn.Close()
		return nil, &Failed{Class: "no_tls"}
	}
	return &line{Client: c}, nil
}

// encrypted begins anew on a connection of its own that turns to TLS at once.
func (s *Sender) encrypted(ctx context.Context, t target) (*smtp.Client, error) {
	conn, err := s.dial(ctx, t)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{ServerName: t.host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12, InsecureSkipVerify: !t.strict && !t.gateway} // opportunistic: RFC 7435
	c, err := smtp.NewClientStartTLS(conn, config)
	if err != nil {
		_ = conn.Close()
		return nil, &Failed{Class: "tls"}
	}
	c.CommandTimeout, c.SubmissionTimeout = time.Minute, sendTime
	if err := c.Hello(s.name()); err != nil {
		_ = c.Close()
		if f, ok := failure(err, "greeting").(*Failed); ok && f.Class != "greeting_broken" {
			return nil, f
		}
		return nil, &Failed{Class: "tls"} // the handshake is made with the first word that is said
	}
	return c, nil
}

func (s *Sender) submit(c *smtp.Client, l load) error {
	o := &smtp.MailOptions{UTF8: l.utf8}
	if l.utf8 {
		if ok, _ := c.Extension("SMTPUTF8"); !ok {
			return &Failed{Class: "no_smtputf8", ForGood: true}
		}
	}
	if bytes.ContainsFunc(l.raw, func(r rune) bool { return r >= 0x80 }) {
		if ok, _ := c.Extension("8BITMIME"); ok {
			o.Body = smtp.Body8BitMIME
		}
	}
	if err := c.Mail(l.from, o); err != nil {
		return failure(err, "sender")
	}
	if err := c.Rcpt(l.to, nil); err != nil {
		return failure(err, "recipient")
	}
	w, err := c.Data()
	if err != nil {
		return failure(err, "data")
	}
	if _, err := w.Write(l.raw); err != nil {
		return failure(err, "data")
	}
	if err := w.Close(); err != nil {
		return failure(err, "data")
	}
	return nil
}

func (s *Sender) name() string {
	if s.Host == "" {
		return "localhost"
	}
	return s.Host
}

// failure keeps of an error where it came and its code, and nothing of the words: they may name an address.
func failure(err error, where string) error {
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return &Failed{Class: where + "_" + digits(said.Code), ForGood: said.Code >= 500 && said.Code < 600}
	}
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return &Failed{Class: where + "_timeout"}
	}
	return &Failed{Class: where + "_broken"}
}

func digits(n int) string {
	if n < 100 || n > 999 {
		return "000"
	}
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// dial looks at the address that a name has at the moment when it is dialled: a receiver's server stands on the
// public net, and no name leads us to a machine of our own. The gateway is configured, and may stand anywhere.
func (s *Sender) dial(ctx context.Context, t target) (net.Conn, error) {
	host, port, err := net.SplitHostPort(t.address)
	if err != nil {
		return nil, &Failed{Class: "address"}
	}
	ips, err := s.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !t.gateway && !s.Near && !network.Public(at.Addr()) {
			return &Failed{Class: "address"}
		}
		return nil
	}}
	var last error = &Failed{Class: "no_address"}
	for _, ip := range ips {
		conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(ip, port))
		if err == nil {
			return conn, nil
		}
		last = &Failed{Class: "connect"}
		var f *Failed
		if errors.As(err, &f) {
			last = f
		}
	}
	return nil, last
}

func (s *Sender) addresses(ctx context.Context, host string) ([]string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return []string{host}, nil
	}
	all, err := s.Resolver.LookupIPAddr(ctx, host+".")
	if err != nil {
		return nil, &Failed{Class: "dns"}
	}
	var out []string
	for _, a := range all {
		out = append(out, a.IP.String())
	}
	return out, nil
}

func local(c net.Conn) bool {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// policies remember what domains have published (RFC 8461), as long as they ask for it.
type policies struct {
	mu    sync.Mutex
	known map[string]policy
}
