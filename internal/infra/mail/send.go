package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/smtp"
	"net/textproto"
	"strconv"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Sender sends one message at a time. The zero value uses the system's certificates and clock.
type Sender struct {
	Clock clock.Clock
	// Roots are the certificates that mail servers are checked against; nil: the system's.
	Roots *x509.CertPool
}

// patience bounds a whole conversation with a mail server.
const patience = 45 * time.Second

// Send hands a message over; nil means that the server has taken responsibility for it. Every
// failure is Unavailable with a code that says which step failed, and nothing that the server said.
func (s *Sender) Send(ctx context.Context, a Account, m Message) error {
	if err := a.Check(); err != nil {
		return err
	}
	now := time.Now()
	if s.Clock != nil {
		now = s.Clock.Now()
	}
	body, err := compose(a, m, now)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := s.connect(ctx, a)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := authenticate(c, a); err != nil {
		return err
	}
	return hand(c, a.From, m.To, body)
}

// connect opens a protected conversation.
func (s *Sender) connect(ctx context.Context, a Account) (*smtp.Client, error) {
	conn, err := dialer(a.Security == Plain).DialContext(ctx, "tcp", net.JoinHostPort(a.Host, strconv.Itoa(a.Port)))
	if err != nil {
		return nil, failed(err, "mail.unreachable")
	}
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	secure := &tls.Config{ServerName: a.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	if a.Security == TLS {
		over := tls.Client(conn, secure)
		if err := over.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, failed(err, "mail.unreachable")
		}
		conn = over
	}
	c, err := smtp.NewClient(conn, a.Host)
	if err != nil {
		_ = conn.Close()
		return nil, failed(err, "mail.unreachable")
	}
	if err := greet(c, a, secure); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// greet says who we are and, where TLS is to come by command, goes no further without it.
func greet(c *smtp.Client, a Account, secure *tls.Config) error {
	if err := c.Hello(domainOf(a.From)); err != nil {
		return failed(err, "mail.unreachable")
	}
	if a.Security != StartTLS {
		return nil
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return fault.New(fault.Unavailable, "mail.no-tls")
	}
	if err := c.StartTLS(secure); err != nil {
		return failed(err, "mail.no-tls")
	}
	return nil
}

func authenticate(c *smtp.Client, a Account) error {
	if a.User == "" {
		return nil
	}
	ok, ways := c.Extension("AUTH")
	if !ok {
		return fault.New(fault.Unavailable, "mail.auth")
	}
	if err := c.Auth(authOf(a, ways)); err != nil {
		return failed(err, "mail.auth")
	}
	return nil
}

// hand gives the server sender, recipient and text; only its answer to the text counts.
func hand(c *smtp.Client, from, to string, body []byte) error {
	if err := c.Mail(from); err != nil {
		return failed(err, "mail.sender")
	}
	if err := c.Rcpt(to); err != nil {
		return failed(err, "mail.recipient")
	}
	w, err := c.Data()
	if err != nil {
		return failed(err, "mail.refused")
	}
	if _, err := w.Write(body); err != nil {
		return failed(err, "mail.refused")
	}
	if err := w.Close(); err != nil {
		return failed(err, "mail.refused")
	}
	_ = c.Quit() // the message is the server's already
	return nil
}

// failed keeps the step and drops the server's words, which may quote an address.
func failed(err error, code string) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f
	}
	if errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &invalid) {
		code = "mail.certificate"
	}
	out := fault.New(fault.Unavailable, code)
	var said *textproto.Error
	if errors.As(err, &said) {
		out.Detail = "the server answered " + strconv.Itoa(said.Code)
	}
	return out
}
