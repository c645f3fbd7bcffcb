package function

import (
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// memberLabel derives the symmetric key under which a member keeps what was wrapped to them.
const memberLabel = "member keys"

// MemberKey is the symmetric key of a person or a function for its own wraps.
func MemberKey(p *seal.Private) seal.Key { return p.Derive(memberLabel) }

// Wrapped makes a seat's wrap of the function's private key to its holder's public key.
func (h Holder) Wrapped(c *seal.Courier, to seal.Public, key *seal.Private) (Holder, error) {
	box, err := c.Wrap(to, key.Seed(), h.WrapAD())
	if err != nil {
		return Holder{}, err
	}
	h.Wrap, h.WrapKind = box, Public
	return h, nil
}

// Open opens a seat's wrap with its holder's key. The second result is the seat with the wrap
// remade under the holder's own symmetric key, when it was not so already; it should be stored.
func (h Holder) Open(holder *seal.Private) (*seal.Private, *Holder, error) {
	switch h.WrapKind {
	case Own:
		seed, err := MemberKey(holder).Open(h.Wrap, h.WrapAD())
		if err != nil {
			return nil, nil, err
		}
		key, err := seal.PrivateFrom(seed)
		return key, nil, err
	case Public:
		seed, err := holder.Unwrap(h.Wrap, h.WrapAD())
		if err != nil {
			return nil, nil, err
		}
		key, err := seal.PrivateFrom(seed)
		if err != nil {
			return nil, nil, err
		}
		own := h
		own.Wrap, own.WrapKind = MemberKey(holder).Seal(seed, h.WrapAD()), Own
		return key, &own, nil
	}
	return nil, nil, fault.New(fault.Denied, "fault.standby", "the seat's wrap waits")
}
