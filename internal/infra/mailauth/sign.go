package mailauth

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"varn/internal/domain/letter"
)

// Signer signs what leaves for one domain: RSA with SHA-256, relaxed, RFC 6376.
type Signer struct {
	Domain   string
	Selector string
	Key      *rsa.PrivateKey
	Now      func() time.Time // nil: the time of the machine
}

// NewKey makes a key of 2,048 bits, and NewSigner reads one.
func NewKey() ([]byte, error) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(k)
}

// NewSigner reads a private key as NewKey made it.
func NewSigner(domain, selector string, key []byte) (Signer, error) {
	k, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return Signer{}, errors.New("the signing key can't be read")
	}
	r, ok := k.(*rsa.PrivateKey)
	if !ok {
		return Signer{}, errors.New("the signing key is no RSA key")
	}
	return Signer{Domain: domain, Selector: selector, Key: r}, nil
}

// Record is what to publish as TXT at SELECTOR._domainkey.DOMAIN.
func (s Signer) Record() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&s.Key.PublicKey)
	if err != nil {
		return "", err
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), nil
}

// signed are the fields that a signature covers where they are present; From also once more than it is there,
// so that none can be added: RFC 6376 section 8.15.
var signed = []string{"From", "From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"}

func covered(h letter.Header) []string {
	names := []string{}
	for i, n := range signed {
		if n == "From" && i > 0 || h.Get(n) != "" {
			names = append(names, strings.ToLower(n))
		}
	}
	return names
}

// Sign puts a DKIM signature on top of a letter. Its lines must end with CRLF.
func (s Signer) Sign(raw []byte) ([]byte, error) {
	h, body, err := letter.Split(raw)
	if err != nil {
		return nil, err
	}
	sum := bodyHash(body, true)
	names := covered(h)
	value := fmt.Sprintf("v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s; t=%d;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb=",
		s.Domain, s.Selector, s.now().Unix(), fold(names), base64.StdEncoding.EncodeToString(sum[:]))
	field, err := s.field("DKIM-Signature", value, func(f letter.Field) []byte { return signedHeader(h, names, f, true) })
	if err != nil {
		return nil, err
	}
	return append(field, raw...), nil
}

// Seal adds a set to the ARC chain of a letter: RFC 8617 section 5.1. A chain that already failed gets a set
// that says so and covers itself alone; one of 50 sets gets none.
func (s Signer) Seal(raw []byte, host string, r Results) ([]byte, error) {
	h, body, err := letter.Split(raw)
	if err != nil {
		return nil, err
	}
	cv := "none"
	sets, err := arcSets(h)
	switch {
	case err != nil:
		return raw, nil // the chain can't even be counted: there is no instance to give
	case len(sets) >= maxSets:
		return raw, nil
	case len(sets) > 0 && r.ARC == Pass:
		cv = "pass"
	case len(sets) > 0:
		cv = "fail"
	}
	i := len(sets) + 1
	results := letter.NewField("ARC-Authentication-Results", fmt.Sprintf("i=%d; %s", i, r.Line(host)))
	sum := bodyHash(body, true)
	names := covered(h)
	if h.Get("DKIM-Signature") != "" {
		names = append(names, "dkim-signature")
	}
	value := fmt.Sprintf("i=%d; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s; t=%d;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb=",
		i, s.Domain, s.Selector, s.now().Unix(), fold(names), base64.StdEncoding.EncodeToString(sum[:]))
	message, err := s.field("ARC-Message-Signature", value, func(f letter.Field) []byte { return signedHeader(h, names, f, true) })
	if err != nil {
		return nil, err
	}
	value = fmt.Sprintf("i=%d; a=rsa-sha256; cv=%s; d=%s; s=%s; t=%d;\r\n\tb=", i, cv, s.Domain, s.Selector, s.now().Unix())
	own := arcSet{results: results, message: letter.RawField(message)}
	top, err := s.field("ARC-Seal", value, func(f letter.Field) []byte {
		own.seal = f
		if cv == "fail" {
			return sealInput([]arcSet{own})
		}
		return sealInput(append(append([]arcSet{}, sets...), own))
	})
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{top, message, []byte(results.Raw()), raw}, nil), nil
}

// field signs the input that a field makes, and writes the field with its signature.
func (s Signer) field(name, value string, input func(letter.Field) []byte) ([]byte, error) {
	sum := sha256.Sum256(input(letter.NewField(name, value)))
	sig, err := rsa.SignPKCS1v15(nil, s.Key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, err
	}
	b := base64.StdEncoding.EncodeToString(sig)
	var lines []string
	for len(b) > 72 {
		lines, b = append(lines, b[:72]), b[72:]
	}
	return []byte(letter.NewField(name, value+strings.Join(append(lines, b), "\r\n\t ")).Raw()), nil
}

func fold(names []string) string {
	var b strings.Builder
	width := 0
	for i, n := range names {
		if i > 0 {
			b.WriteByte(':')
		}
		if width += len(n) + 1; width > 60 {
			b.WriteString("\r\n\t ")
			width = len(n)
		}
		b.WriteString(n)
	}
	return b.String()
}

func (s Signer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
