package casefile

import (
	"varn/internal/domain/function"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// OpenWrap opens the seed of a case's key pair with the key of the member it was wrapped to.
func OpenWrap(w Wrap, member *seal.Private) ([]byte, error) {
	if w.Kind == WrapOwn {
		return function.MemberKey(member).Open(w.Wrap, w.AD())
	}
	return member.Unwrap(w.Wrap, w.AD())
}

// OwnWrap is the same wrap under the member's own symmetric key: the next opening costs no
// public-key operation.
func OwnWrap(w Wrap, seed []byte, member *seal.Private) Wrap {
	w.Kind, w.Wrap = WrapOwn, function.MemberKey(member).Seal(seed, w.AD())
	return w
}

// OpenKey opens a case's key pair and checks that it is the one that the case's row names.
func OpenKey(w Wrap, member *seal.Private, c Case) (*seal.CaseKey, []byte, error) {
	seed, err := OpenWrap(w, member)
	if err != nil {
		return nil, nil, err
	}
	key, err := seal.CaseFrom(seed)
	if err != nil {
		return nil, nil, err
	}
	if w.KeyVersion == c.KeyVersion && !key.Public().Equal(c.PublicKey) {
		return nil, nil, fault.New(fault.Internal, "fault.tampered", "case "+c.ID+" has another public key than its circle; run: varn audit verify")
	}
	return key, seed, nil
}
