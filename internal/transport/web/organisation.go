package web

import "cmp"

// Organisation is what the frame shows of the organisation whose pages these are.
type Organisation struct {
	ID   string
	Name string
	// Service is what the organisation calls its Värn, shown under its name; empty: the built-in text.
	Service string
	Colors  Colors
	// Mail and Phone are where visitors turn with questions and with barriers they meet.
	Mail, Phone string
	// LeaveTo is the neutral address that leave-quickly ends at, such as a weather page.
	LeaveTo string
	// PersonalContact is whom to ask about personal data: the data protection officer's address.
	PersonalContact string
}

// leaveTo is an address that tells nothing about the visitor to who looks over their shoulder.
func (o Organisation) leaveTo() string {
	return cmp.Or(o.LeaveTo, "https://www.smhi.se/vader")
}
