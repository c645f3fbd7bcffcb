// Package hook calls other systems' hooks: one signed POST each, bounded in time, size and address.
package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Caller makes one call at a time. The zero value uses the system's certificates and clock.
type Caller struct {
	Clock clock.Clock
	// Roots are the certificates that receivers are checked against; nil: the system's.
	Roots *x509.CertPool
	// Patience bounds a whole call; zero: ten seconds.
	Patience time.Duration
}

// Call is what is sent. ID is the same at every try, so that the receiver can tell a repeated call.
type Call struct {
	Address string
	Secret  string
	ID      string
	Body    []byte // JSON
}

const (
	patience  = 10 * time.Second
	maxHeader = 16 << 10
	maxAnswer = 64 << 10
)

// Post makes the call; nil means that the receiver has answered 2xx. Every failure is Unavailable,
// with a code that says what failed, and nothing that the receiver said.
func (c *Caller) Post(ctx context.Context, call Call) error {
	to, err := url.Parse(call.Address)
	if err != nil || to.Host == "" {
		return fault.New(fault.Unavailable, "hook.unreachable", "the hook's address can't be read")
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, call.Address, bytes.NewReader(call.Body))
	if err != nil {
		return fault.New(fault.Unavailable, "hook.unreachable", "the hook's address can't be read")
	}
	c.sign(r, call)
	client := c.client(to.Scheme != "https")
	defer client.CloseIdleConnections()
	answer, err := client.Do(r)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fault.New(fault.Unavailable, "hook.refused", "the hook answered "+strconv.Itoa(answer.StatusCode))
	}
	return nil
}

func (c *Caller) patience() time.Duration {
	if c.Patience == 0 {
		return patience
	}
	return c.Patience
}

// sign says which call it is, when it was made and that it is ours.
func (c *Caller) sign(r *http.Request, call Call) {
	now := time.Now()
	if c.Clock != nil {
		now = c.Clock.Now()
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "varn")
	r.Header.Set("Idempotency-Key", call.ID)
	r.Header.Set("Webhook-Id", call.ID)
	r.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("Webhook-Signature", seal.CallSignature(call.Secret, call.ID, now, call.Body))
}

// client follows no redirect and no proxy: the address that was decided is the one that is called.
func (c *Caller) client(plain bool) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer(plain).DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true,
			MaxResponseHeaderBytes: maxHeader,
		},
	}
}
