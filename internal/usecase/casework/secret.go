package casework

import (
	"encoding/base64"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// secret is 256 random bits that only the visitor has: in the address of an upload, or in a form's
// hidden field. Of it the database holds a tag.
type secret struct {
	text string
	key  seal.Key
}

func newSecret() secret {
	key := seal.NewKey()
	return secret{base64.RawURLEncoding.EncodeToString(key.Bytes()), key}
}

// parseSecret is NotFound for whatever can't be one.
func parseSecret(text string) (secret, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != seal.KeySize {
		return secret{}, fault.New(fault.NotFound, "fault.not-found")
	}
	key, err := seal.KeyFrom(raw)
	return secret{text, key}, err
}

// id is the tag under which the row lies.
func (s secret) id(k *keyring.Keys, kind string) string {
	return k.For(keyring.Drafts).Tag(kind, s.text)
}

// wrap closes a key that is already sealed under its leaf, so that it takes the secret and the
// key places both to open it.
func (s secret) wrap(inner seal.Box, ad seal.AD) seal.Box {
	return s.key.Derive("varn wrap").Seal(inner.Bytes(), ad)
}

// unwrap gives the key as it is sealed under its leaf.
func (s secret) unwrap(b seal.Box, ad seal.AD) (seal.Box, error) {
	raw, err := s.key.Derive("varn wrap").Open(b, ad)
	if err != nil {
		return seal.Box{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return seal.NewBox(raw), nil
}

// openKey opens a key that is sealed under its leaf.
func openKey(leaf seal.Key, b seal.Box, ad seal.AD) (seal.Key, error) {
	raw, err := leaf.Open(b, ad)
	if err != nil {
		return seal.Key{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return seal.KeyFrom(raw)
}

// expiry is when something is forgotten, to the minute.
func expiry(now clock.Stamp, keep time.Duration) clock.Stamp { return now.Add(keep).Minute() }
