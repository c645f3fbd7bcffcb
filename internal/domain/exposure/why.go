package exposure

import "varn/internal/kit/locale"

// Why gives the text that says in plain words what made a rule find.
func Why(rule string) locale.Key { return why[rule] }

var why = map[string]locale.Key{
	"personnummer": "finding.why.personnummer",
}
