package keyring

import (
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Vouch makes the MAC of a row that decides to whom something is sealed or sent.
func (k *Keys) Vouch(ad seal.AD) []byte { return k.For(Who).MAC(ad) }

// Check refuses a row whose MAC this organisation's process did not make: somebody has
// written to the database past it.
func (k *Keys) Check(mac []byte, ad seal.AD, what string) error {
	if err := k.For(Who).CheckMAC(mac, ad); err != nil {
		return fault.New(fault.Internal, "fault.tampered", what+" does not carry this organisation's mac; run: varn audit verify")
	}
	return nil
}
