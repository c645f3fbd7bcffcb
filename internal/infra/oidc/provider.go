// Package oidc asks an identity provider who somebody is, by OpenID Connect. An answer
// identifies; it never unlocks.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Config is one identity provider as the operator configures it.
type Config struct {
	Name   string // as people know it
	Issuer string
	Client string
	Secret string
	Claim  string // the claim that carries the address; empty: email
	// Callback is our own address that the provider sends people back to.
	Callback string
	Clock    clock.Clock
}

// Provider is an identity provider. It is asked for its addresses and keys at the first use, so
// that an installation starts while its provider is down.
type Provider struct {
	Config
	client *http.Client
	mu     sync.Mutex
	found  *oidc.Provider
}

// New makes a provider; nothing is asked of it yet.
func New(c Config) *Provider {
	if c.Claim == "" {
		c.Claim = "email"
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	return &Provider{Config: c, client: &http.Client{Timeout: 20 * time.Second}}
}

// Slug is the provider's name as it stands in an address.
func (p *Provider) Slug() string {
	slug := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(p.Name))
	return strings.Trim(slug, "-")
}

// Ceremony is what must be remembered between the question and the answer: it is kept sealed.
type Ceremony struct {
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // PKCE, RFC 7636
}

// Begin gives the address to send the visitor to; state comes back with the answer.
func (p *Provider) Begin(ctx context.Context, state string) (address string, c Ceremony, err error) {
	config, _, err := p.ask(ctx)
	if err != nil {
		return "", c, err
	}
	c = Ceremony{Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	return config.AuthCodeURL(state, oidc.Nonce(c.Nonce), oauth2.S256ChallengeOption(c.Verifier)), c, nil
}

// Identity is whom the provider has named.
type Identity struct {
	Address string
	// Level is the assurance level (tillitsnivå) as the provider states it, in the claim acr.
	Level string
}

// Finish exchanges the answer's code and checks the token: signature, issuer, audience, time by
// the library, and by us the nonce, the authorised party and that the address is verified.
func (p *Provider) Finish(ctx context.Context, c Ceremony, code string) (Identity, error) {
	config, found, err := p.ask(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	answer, err := config.Exchange(ctx, code, oauth2.VerifierOption(c.Verifier))
	if err != nil {
		return Identity{}, refused("the code was not exchanged")
	}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return Identity{}, refused("no id token")
	}
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.Client, Now: p.Clock.Now}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, refused("the token does not hold")
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(c.Nonce)) != 1 || c.Nonce == "" {
		return Identity{}, refused("another nonce")
	}
	return p.identity(token)
}

func (p *Provider) identity(token *oidc.IDToken) (Identity, error) {
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return Identity{}, refused("the claims can't be read")
	}
	if party, _ := claims["azp"].(string); party != "" && party != p.Client || party == "" && len(token.Audience) > 1 {
		return Identity{}, refused("made for another party")
	}
	if verified, said := claims["email_verified"]; p.Claim == "email" && said && !slices.Contains([]any{true, "true"}, verified) {
		return Identity{}, refused("the address is not verified")
	}
	address, _ := claims[p.Claim].(string)
	if address == "" {
		return Identity{}, refused("no claim " + p.Claim)
	}
	level, _ := claims["acr"].(string)
	if len(level) > 200 {
		level = ""
	}
	return Identity{Address: address, Level: level}, nil
}

// ask finds the provider's addresses, once.
func (p *Provider) ask(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// What is found outlives the visit that asked: its keys are fetched with the same context.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Issuer)
		if err != nil {
			return nil, nil, fault.New(fault.Unavailable, "signin.provider-away", p.Name+" does not answer at "+p.Issuer)
		}
		p.found = found
	}
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: p.found.Endpoint(), RedirectURL: p.Callback,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}, p.found, nil
}

// refused is the one answer to every token that does not hold; the detail is the operator's and
// quotes nothing of it.
func refused(detail string) error { return fault.New(fault.Denied, "signin.provider-failed", detail) }

func random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
