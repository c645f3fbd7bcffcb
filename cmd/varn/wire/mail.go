package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"varn/internal/infra/filter"
	"varn/internal/infra/hook"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/postal"
	"varn/internal/kit/locale"
	"varn/internal/transport/smtpd"
	"varn/internal/usecase/mailroom"
)

// MailNet is what mail asks of the world. Tests give their own.
type MailNet struct {
	Resolver mailauth.Resolver
	// Near lets letters go to this machine and private networks; Port is every receiver's.
	Near bool
	Port string
}

func (m Mail) check() error {
	if m.Listen != "" && len(m.Domains) == 0 {
		return errors.New("mail.domains: give the domains that letters are taken for, or leave mail.listen out")
	}
	for _, d := range m.Domains {
		if d == "" || strings.ContainsAny(d, "@ /:") {
			return errors.New("mail.domains: give domains such as fortroende.example.se")
		}
	}
	if _, err := m.trusted(); err != nil {
		return err
	}
	if m.Gateway != "" {
		if _, _, err := net.SplitHostPort(m.Gateway); err != nil {
			return errors.New("mail.gateway: give host:port, such as mail.example.se:25")
		}
	}
	if u, err := url.Parse(m.Rspamd); m.Rspamd != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("mail.rspamd: give the address of rspamd's worker, such as http://127.0.0.1:11333")
	}
	if _, _, err := net.SplitHostPort(m.Clamd); m.Clamd != "" && !strings.HasPrefix(m.Clamd, "/") && err != nil {
		return errors.New("mail.clamd: give a socket's path, such as /run/clamav/clamd.ctl, or host:port")
	}
	switch mailroom.Signing(m.Sign) {
	case "", mailroom.SignAndSeal, mailroom.SignAlone, mailroom.SignNot:
	default:
		return errors.New("mail.sign: give arc, dkim or none")
	}
	if m.Size < 0 {
		return errors.New("mail.size: give a number of bytes")
	}
	return nil
}

func (m Mail) trusted() ([]netip.Prefix, error) {
	all, err := networks(m.Trusted)
	if err != nil {
		return nil, errors.New("mail.trusted: give networks such as 10.0.0.0/8")
	}
	return all, nil
}

// mailroom puts together what takes letters in and sends them.
func (h *House) mailroom(host string, texts *locale.Texts, world MailNet) {
	c := h.Config.Mail
	if c.Host != "" {
		host = c.Host
	}
	if world.Resolver == nil {
		world.Resolver = &net.Resolver{PreferGo: true}
	}
	h.Mail = &mailroom.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Blob: h.Blob, Texts: texts, Hook: &hook.Caller{Clock: h.Clock},
		Check: mailauth.NewChecker(world.Resolver), Host: host, Domains: c.Domains, Origin: strings.TrimSuffix(h.Config.Origin, "/"), MaxSize: c.Size, Signing: mailroom.Signing(c.Sign),
		Post: &postal.Sender{Resolver: world.Resolver, Host: host, Gateway: c.Gateway, Clock: h.Clock, Near: world.Near, Port: world.Port}}
	if c.Rspamd != "" {
		h.Mail.Spam = filter.Rspamd{URL: c.Rspamd}
	}
	if strings.HasPrefix(c.Clamd, "/") {
		h.Mail.Virus = filter.Clam{Network: "unix", Address: c.Clamd}
	} else if c.Clamd != "" {
		h.Mail.Virus = filter.Clam{Network: "tcp", Address: c.Clamd}
	}
	h.Queue = &mailroom.Queue{Desk: h.Mail, Log: h.Log}
	h.Mail.Woken = h.Queue.Wake
}

// MailServer takes letters in.
func (h *House) MailServer() (*smtpd.Server, error) {
	secure, err := h.TLS()
	if err != nil {
		return nil, err
	}
	if secure != nil {
		secure = secure.Clone()
		secure.NextProtos = nil
	}
	trusted, err := h.Config.Mail.trusted()
	if err != nil {
		return nil, err
	}
	return smtpd.New(smtpd.Config{Host: h.Mail.Host, TLS: secure, Trusted: trusted, MaxSize: h.Config.Mail.Size, Log: h.Log}, h.Mail), nil
}

// mailRest is how long letters under way may take once the program is told to stop.
const mailRest = 20 * time.Second

// ServeMail begins to take letters where that is configured. What it gives ends it, and waits.
func (h *House) ServeMail(ctx context.Context) (end func() error, err error) {
	if h.Config.Mail.Listen == "" {
		return func() error { return nil }, nil
	}
	ln, err := net.Listen("tcp", h.Config.Mail.Listen)
	if err != nil {
		return nil, fmt.Errorf("mail.listen: %w", err)
	}
	server, err := h.MailServer()
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	return func() error {
		rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailRest)
		defer cancel()
		if err := server.Shutdown(rest); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return <-done
	}, nil
}
