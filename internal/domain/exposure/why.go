package exposure

import (
	"slices"

	"varn/internal/kit/locale"
)

// NearListed is the text that is added where a listed name stands near.
const NearListed locale.Key = "finding.why.near-listed"

// Why gives the text that says in plain words what made a rule find.
func Why(rule string) locale.Key { return why[rule] }

// Rules are the names of all rules.
func Rules() []string {
	var out []string
	for rule := range why {
		out = append(out, rule)
	}
	slices.Sort(out)
	return out
}

var why = map[string]locale.Key{
	"identity": "finding.why.identity", "identity-named": "finding.why.identity-named", "identity-twelve": "finding.why.identity-twelve",
	"identity-bare": "finding.why.identity-bare", "identity-spaced": "finding.why.identity-spaced",
	"identity-unknown-date": "finding.why.identity-unknown-date", "identity-account": "finding.why.identity-account",
	"phone": "finding.why.phone", "phone-mobile": "finding.why.phone-mobile", "phone-bare": "finding.why.phone-bare", "phone-abroad": "finding.why.phone-abroad",
	"email": "finding.why.email", "email-private": "finding.why.email-private", "email-function": "finding.why.email-function",
	"street": "finding.why.street", "street-postal": "finding.why.street-postal", "street-named": "finding.why.street-named",
	"care-of": "finding.why.care-of", "rural": "finding.why.rural", "postal": "finding.why.postal",
	"vehicle": "finding.why.vehicle", "vehicle-named": "finding.why.vehicle-named",
	"account": "finding.why.account", "bankgiro": "finding.why.bankgiro", "plusgiro": "finding.why.plusgiro", "iban": "finding.why.iban",
	"property": "finding.why.property", "property-named": "finding.why.property-named", "property-quarter": "finding.why.property-quarter",
	"coordinates": "finding.why.coordinates", "coordinates-grid": "finding.why.coordinates-grid",
	"handle": "finding.why.handle", "handle-named": "finding.why.handle-named", "handle-link": "finding.why.handle-link",
	"child-school": "finding.why.child-school", "signature": "finding.why.signature", "listed": "finding.why.listed",
	"metadata-gps": "finding.why.metadata-gps", "metadata-serial": "finding.why.metadata-serial", "metadata-owner": "finding.why.metadata-owner",
	"metadata-author": "finding.why.metadata-author", "metadata-company": "finding.why.metadata-company",
	"metadata-thumbnail": "finding.why.metadata-thumbnail", "metadata-location": "finding.why.metadata-location",
}
