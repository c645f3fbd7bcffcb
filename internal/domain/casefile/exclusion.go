package casefile

import (
	"encoding/json"
	"slices"

	"varn/internal/kit/keyring"
)

// Exclusion is who may not know of a case: people, and names as somebody wrote them.
type Exclusion struct {
	People []string `json:"people,omitempty"`
	Words  []string `json:"words,omitempty"`
	// Unsure: a name matched nobody or several people.
	Unsure bool `json:"unsure,omitempty"`
}

// None tells whether everybody may know.
func (e Exclusion) None() bool { return len(e.People) == 0 && len(e.Words) == 0 }

// Bars tells whether somebody may not know.
func (e Exclusion) Bars(personID string) bool { return slices.Contains(e.People, personID) }

// Excluded opens who may not know of the case.
func (c Case) Excluded(k *keyring.Keys) (Exclusion, error) {
	var e Exclusion
	if c.Exclusion.IsZero() {
		return e, nil
	}
	b, err := k.For(keyring.Exclusion).OpenPadded(c.Exclusion, ExclusionAD(k.Org, c.ID))
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(b, &e)
}
