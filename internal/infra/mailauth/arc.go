package mailauth

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"varn/internal/domain/letter"
)

const maxSets = 50 // RFC 8617 section 4.2.1

var errARC = errors.New("the chain is broken")

// arcSet is the three fields of one hop.
type arcSet struct{ results, message, seal letter.Field }

// arcSets sorts the fields of a chain by their instance: RFC 8617 section 5.2, steps 1 to 3.
func arcSets(h letter.Header) ([]arcSet, error) {
	found := map[int]*arcSet{}
	count := 0
	for _, f := range h {
		name := strings.ToLower(f.Name)
		if !strings.HasPrefix(name, "arc-") {
			continue
		}
		i, err := strconv.Atoi(instance(f.Value()))
		if err != nil || i < 1 || i > maxSets {
			return nil, errARC
		}
		s := found[i]
		if s == nil {
			s = &arcSet{}
			found[i] = s
		}
		var place *letter.Field
		switch name {
		case "arc-authentication-results":
			place = &s.results
		case "arc-message-signature":
			place = &s.message
		case "arc-seal":
			place = &s.seal
		default:
			continue
		}
		if place.Name != "" {
			return nil, errARC
		}
		*place, count = f, count+1
	}
	if count != 3*len(found) {
		return nil, errARC
	}
	out := make([]arcSet, 0, len(found))
	for i := 1; i <= len(found); i++ {
		if found[i] == nil {
			return nil, errARC
		}
		out = append(out, *found[i])
	}
	return out, nil
}

func instance(value string) string {
	for part := range strings.SplitSeq(value, ";") {
		if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == "i" {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// tags reads a tag list: RFC 6376 section 3.2.
func tags(value string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(value, ";") {
		if k, v, ok := strings.Cut(part, "="); ok {
			out[strings.TrimSpace(k)] = strings.Join(strings.Fields(v), "")
		}
	}
	return out
}

// ARC validates the chain of a letter: RFC 8617 section 5.2. It gives none without a chain, and how many hops.
func (c *Checker) ARC(ctx context.Context, raw []byte) (Outcome, int) {
	h, body, err := letter.Split(raw)
	if err != nil {
		return Fail, 0
	}
	sets, err := arcSets(h)
	if err != nil {
		return Fail, 0
	}
	if len(sets) == 0 {
		return None, 0
	}
	for i, s := range sets {
		cv := tags(s.seal.Value())["cv"]
		if i == 0 && cv != "none" || i > 0 && cv != "pass" {
			return Fail, len(sets)
		}
	}
	if err := c.message(ctx, h, body, sets[len(sets)-1].message); err != nil {
		return outcome(ctx), len(sets)
	}
	for i := len(sets) - 1; i >= 0; i-- {
		if err := c.sealed(ctx, sets[:i+1]); err != nil {
			return outcome(ctx), len(sets)
		}
	}
	return Pass, len(sets)
}

func outcome(ctx context.Context) Outcome {
	if ctx.Err() != nil {
		return TempError
	}
	return Fail
}

// message checks an ARC-Message-Signature, which is a DKIM signature with an instance: section 4.1.2.
func (c *Checker) message(ctx context.Context, h letter.Header, body []byte, f letter.Field) error {
	t := tags(f.Value())
	headRelaxed, bodyRelaxed, err := canonical(t["c"])
	if err != nil || strings.Contains(":"+strings.ToLower(t["h"])+":", ":arc-seal:") {
		return errARC
	}
	sum := bodyHash(body, bodyRelaxed)
	if t["bh"] != base64.StdEncoding.EncodeToString(sum[:]) || t["l"] != "" {
		return errARC
	}
	return c.verify(ctx, t, signedHeader(h, strings.Split(t["h"], ":"), f, headRelaxed))
}

// sealed checks the ARC-Seal of the last of some sets: section 5.1.1. Its fields are always relaxed.
func (c *Checker) sealed(ctx context.Context, sets []arcSet) error {
	return c.verify(ctx, tags(sets[len(sets)-1].seal.Value()), sealInput(sets))
}

func sealInput(sets []arcSet) []byte {
	var b []byte
	for i, s := range sets {
		b = append(b, relaxedField(s.results, false)...)
		b = append(b, relaxedField(s.message, false)...)
		if i < len(sets)-1 {
			b = append(b, relaxedField(s.seal, false)...)
		} else {
			b = append(b, strings.TrimSuffix(relaxedField(s.seal, true), "\r\n")...)
		}
	}
	return b
}

func canonical(c string) (head, body bool, err error) {
	hc, bc, ok := strings.Cut(c, "/")
	if !ok {
		bc = "simple"
	}
	if hc == "" {
		hc = "simple"
	}
	for _, s := range []string{hc, bc} {
		if s != "simple" && s != "relaxed" {
			return false, false, errARC
		}
	}
	return hc == "relaxed", bc == "relaxed", nil
}

// verify checks one signature with the key that its domain publishes.
func (c *Checker) verify(ctx context.Context, t map[string]string, input []byte) error {
	sig, err := base64.StdEncoding.DecodeString(t["b"])
	if err != nil || t["d"] == "" || t["s"] == "" {
		return errARC
	}
	records, err := c.resolver.LookupTXT(ctx, t["s"]+"._domainkey."+t["d"])
	if err != nil {
		return err
	}
	key, err := publicKey(strings.Join(records, ""), t["a"])
	if err != nil {
		return err
	}
	sum := sha256.Sum256(input)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], sig)
	case ed25519.PublicKey:
		if ed25519.Verify(k, sum[:], sig) {
			return nil
		}
	}
	return errARC
}

// publicKey reads a key record: RFC 6376 section 3.6.1. Keys under 1,024 bits prove nothing.
func publicKey(record, algorithm string) (crypto.PublicKey, error) {
	t := tags(record)
	der, err := base64.StdEncoding.DecodeString(t["p"])
	if err != nil || len(der) == 0 {
		return nil, errARC
	}
	switch algorithm {
	case "rsa-sha256":
		if k, err := x509.ParsePKIXPublicKey(der); err == nil {
			if r, ok := k.(*rsa.PublicKey); ok && r.N.BitLen() >= 1024 && r.N.BitLen() <= 8192 {
				return r, nil
			}
		}
	case "ed25519-sha256":
		if t["k"] == "ed25519" && len(der) == ed25519.PublicKeySize {
			return ed25519.PublicKey(der), nil
		}
	}
	return nil, errARC
}
