package assessment

import "varn/internal/kit/code"

// Group (grupp) is what an indicator is about.
type Group string

// The groups.
const (
	Behaviour  Group = "BEHAVIOUR"
	Relation   Group = "RELATION"
	Exposure   Group = "EXPOSURE" // the target's vulnerability
	Protective Group = "PROTECTIVE"
)

// Groups lists the groups in the order in which they are asked.
func Groups() []Group { return []Group{Behaviour, Relation, Exposure, Protective} }

// Term is the key of its label; with "-text" what belongs to it.
func (g Group) Term() string { return code.Term("assess.group", g) }

// Presence (förekomst) is whether an indicator is there.
type Presence string

// The presences.
const (
	Present Presence = "YES"
	Partly  Presence = "PARTLY"
	Absent  Presence = "NO"
	Unknown Presence = "UNKNOWN"
)

// Presences lists every presence.
func Presences() []Presence { return []Presence{Present, Partly, Absent, Unknown} }

// Term is the key of its label.
func (p Presence) Term() string { return code.Term("assess.presence", p) }

// Change (förändring) is where an indicator is going of late.
type Change string

// The changes.
const (
	Rising    Change = "RISING"
	Unchanged Change = "UNCHANGED"
	Falling   Change = "FALLING"
)

// Changes lists every change.
func Changes() []Change { return []Change{Rising, Unchanged, Falling} }

// Term is the key of its label.
func (c Change) Term() string { return code.Term("assess.change", c) }

// Relevance (betydelse) is what an indicator means in this case, whether it is there or not.
type Relevance string

// The relevances.
const (
	Central    Relevance = "CENTRAL"
	Some       Relevance = "SOME"
	Irrelevant Relevance = "NONE"
)

// Relevances lists every relevance.
func Relevances() []Relevance { return []Relevance{Central, Some, Irrelevant} }

// Term is the key of its label.
func (r Relevance) Term() string { return code.Term("assess.relevance", r) }
