package casefile

import (
	"bytes"
	"crypto/sha256"

	"varn/internal/domain/function"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Secret is what a wrap of a case's key pair holds: the seed, and the hash of the public half, so
// that whoever opens it can tell that the case's row names the same pair without computing it.
func Secret(key *seal.CaseKey) []byte {
	sum := sha256.Sum256(key.Public().Bytes())
	return append(key.Seed(), sum[:]...)
}

// OpenWrap opens the secret of a case's key pair with the key of the member it was wrapped to.
func OpenWrap(w Wrap, member *seal.Private) ([]byte, error) {
	if w.Kind == WrapOwn {
		return function.MemberKey(member).Open(w.Wrap, w.AD())
	}
	return member.Unwrap(w.Wrap, w.AD())
}

// OwnWrap is the same wrap under the member's own symmetric key: the next opening costs no
// public-key operation.
func OwnWrap(w Wrap, secret []byte, member *seal.Private) Wrap {
	w.Kind, w.Wrap = WrapOwn, function.MemberKey(member).Seal(secret, w.AD())
	return w
}

// FromSecret gives the key pair that a secret holds, and the hash of its public half.
func FromSecret(secret []byte) (*seal.CaseKey, []byte, error) {
	if len(secret) != seal.KeySize+sha256.Size {
		return nil, nil, seal.ErrOpen
	}
	key, err := seal.CaseFrom(secret[:seal.KeySize])
	return key, secret[seal.KeySize:], err
}

// OpenKey opens a case's key pair and checks that it is the one that the case's row names.
func OpenKey(w Wrap, member *seal.Private, c Case) (*seal.CaseKey, []byte, error) {
	secret, err := OpenWrap(w, member)
	if err != nil {
		return nil, nil, err
	}
	key, named, err := FromSecret(secret)
	if err != nil {
		return nil, nil, err
	}
	if public := sha256.Sum256(c.PublicKey.Bytes()); w.KeyVersion == c.KeyVersion && !bytes.Equal(named, public[:]) {
		return nil, nil, fault.New(fault.Internal, "fault.tampered", "case "+c.ID+" has another public key than its circle; run: varn audit verify")
	}
	return key, secret, nil
}
