package seal

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"

	"golang.org/x/mod/sumdb/note"
)

// NewSigningKey makes the key pair that signs a log's checkpoints (Ed25519), as note writes them.
func NewSigningKey(name string) (signer, verifier string, err error) {
	return note.GenerateKey(rand.Reader, name)
}

// VerifierOf gives the public half of a signing key.
func VerifierOf(signer string) (string, error) {
	s, err := note.NewSigner(signer)
	if err != nil {
		return "", ErrFormat
	}
	// PRIVATE+KEY+name+hash+base64(algorithm byte, 32-byte seed); base64 may itself hold a plus.
	raw, err := base64.StdEncoding.DecodeString(signer[len(signer)-base64.StdEncoding.EncodedLen(1+ed25519.SeedSize):])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", ErrFormat
	}
	return note.NewEd25519VerifierKey(s.Name(), ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
}
