package watch

import (
	"varn/internal/domain/exposure"
	"varn/internal/kit/code"
	"varn/internal/kit/locale"
)

// Fix is the text that proposes how a finding of a kind is mended.
func Fix(k exposure.Kind) locale.Key {
	switch k {
	case exposure.Personnummer, exposure.CoordinationNumber:
		return "watch.fix-identity"
	case exposure.Phone, exposure.Email:
		return "watch.fix-contact"
	case exposure.StreetAddress, exposure.PostalCode, exposure.Property, exposure.Coordinates:
		return "watch.fix-home"
	case exposure.BankAccount, exposure.Bankgiro, exposure.Plusgiro, exposure.IBAN:
		return "watch.fix-money"
	case exposure.VehicleRegistration:
		return "watch.fix-vehicle"
	case exposure.SocialHandle:
		return "watch.fix-social"
	case exposure.ChildSchool:
		return "watch.fix-child"
	case exposure.SignatureImage:
		return "watch.fix-signature"
	}
	return "watch.fix-metadata"
}

// Terms are the keys of every text that names a code of the package.
func Terms() []string {
	var out []string
	out = append(out, code.Terms("watch.state", States())...)
	out = append(out, code.Terms("watch.act", Acts())...)
	out = append(out, code.Terms("watch.run", Endings())...)
	return append(out, code.Terms("watch.standing", Standings())...)
}
