package casefile

import (
	"slices"
	"strings"

	"varn/internal/kit/fault"
)

// PoliceFiling is the kind of the item that says what the police are told beside the report.
const PoliceFiling ItemKind = "filing"

// Filing (anmälan till polisen) is what whoever files has written: who was hit and why, how they are
// reached, and what is asked for.
type Filing struct {
	Author string `json:"author"`
	// Victim is the name of the person concerned, and Position what they are to the municipality.
	Victim   string `json:"victim"`
	Position string `json:"position"`
	// Elected, else in public employment. Because: hit because of the assignment or the service.
	Elected bool `json:"elected"`
	Because bool `json:"because"`
	// Filer reports the crime; Contact is the way to reach the person concerned through their work.
	Filer   string `json:"filer"`
	Contact string `json:"contact"`
	// Restrict: access to the report is asked to be restricted (åtkomstskydd).
	Restrict bool `json:"restrict"`
	// Health: the person concerned has said yes to what they told of their health and how it has
	// affected them going along. It was told in confidence.
	Health  bool   `json:"health"`
	Earlier string `json:"earlier,omitempty"`
}

// MaxLine bounds one line of a filing, in characters.
const MaxLine = 200

// Tidy is the filing without space around its texts.
func (f Filing) Tidy() Filing {
	for _, s := range []*string{&f.Victim, &f.Position, &f.Filer, &f.Contact, &f.Earlier} {
		*s = strings.TrimSpace(*s)
	}
	return f
}

// Check tells what must be mended. private are ways to reach the person concerned that are theirs
// alone; none of them may stand as the contact.
func (f Filing) Check(private ...string) error {
	var bad []fault.Field
	for _, one := range []struct{ name, text string }{{"victim", f.Victim}, {"position", f.Position}, {"filer", f.Filer}, {"contact", f.Contact}} {
		if err := CheckText(one.name, one.text, MaxLine); err != nil {
			bad = append(bad, fault.Of(err).Fields...)
		}
	}
	if f.Earlier != "" {
		bad = append(bad, mended(CheckText("earlier", f.Earlier, MaxMessage))...)
	}
	if slices.ContainsFunc(private, func(p string) bool { return holdsContact(f.Contact, p) }) {
		bad = append(bad, fault.Field{Name: "contact", Code: "police.private"})
	}
	return fault.Form(bad)
}

// holdsContact tells whether a text gives a way to reach somebody: an address, or a number however
// it is grouped.
func holdsContact(text, private string) bool {
	for _, part := range strings.FieldsFunc(private, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); strings.Contains(part, "@") && strings.Contains(strings.ToLower(text), strings.ToLower(part)) {
			return true
		}
		if digits := figures(part); len(digits) >= 7 && strings.Contains(figures(text), digits) {
			return true
		}
	}
	return false
}

// figures are a number's figures, a Swedish one as it is dialled at home.
func figures(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if strings.Contains(s, "+46") || strings.HasPrefix(digits, "0046") {
		digits = "0" + strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "46")
	}
	return digits
}
