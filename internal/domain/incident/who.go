package incident

import (
	"slices"

	"varn/internal/kit/code"
)

// ActorGroup (upplevd aktör) is whom the reporter thinks it came from: a guess of a kind, never
// a person.
type ActorGroup string

// The groups.
const (
	AngryCitizen   ActorGroup = "ANGRY_CITIZEN"
	Querulant      ActorGroup = "QUERULANT"
	Desperate      ActorGroup = "DESPERATE"
	Psychiatric    ActorGroup = "PSYCHIATRIC"
	Substance      ActorGroup = "SUBSTANCE"
	CriminalSingle ActorGroup = "CRIMINAL_SINGLE"
	CriminalOrg    ActorGroup = "CRIMINAL_ORG"
	GangLoose      ActorGroup = "GANG_LOOSE"
	Extremist      ActorGroup = "EXTREMIST"
	Activist       ActorGroup = "ACTIVIST"
	Lobby          ActorGroup = "LOBBY"
	PartyColleague ActorGroup = "PARTY_COLLEAGUE"
	OtherParty     ActorGroup = "OTHER_PARTY"
	Colleague      ActorGroup = "COLLEAGUE"
	RelativeActor  ActorGroup = "RELATIVE"
	ForeignState   ActorGroup = "FOREIGN_STATE"
	UnknownActor   ActorGroup = "UNKNOWN"
)

// ActorGroups lists every group, also those that are off by default.
func ActorGroups() []ActorGroup {
	return []ActorGroup{
		AngryCitizen, Querulant, Desperate, Psychiatric, Substance, CriminalSingle, CriminalOrg,
		GangLoose, Extremist, Activist, Lobby, PartyColleague, OtherParty, Colleague,
		RelativeActor, ForeignState, UnknownActor,
	}
}

// DefaultActorGroups leaves out what would be a stranger's guess about somebody's health: that
// takes a decision of the organisation.
func DefaultActorGroups() []ActorGroup {
	return slices.DeleteFunc(ActorGroups(), func(g ActorGroup) bool { return g == Psychiatric || g == Substance })
}

// Term is the key of its label.
func (g ActorGroup) Term() string { return code.Term("incident.actor", g) }

// TargetCategory (den utsattas ställning) is what the person concerned is to the municipality.
type TargetCategory string

// The categories.
const (
	ElectedFulltime    TargetCategory = "ELECTED_FULLTIME"
	ElectedLeisure     TargetCategory = "ELECTED_LEISURE"
	Substitute         TargetCategory = "SUBSTITUTE"
	LayAuditor         TargetCategory = "AUDITOR"
	PoliticalSecretary TargetCategory = "POLITICAL_SECRETARY"
	Employee           TargetCategory = "EMPLOYEE"
	Contractor         TargetCategory = "CONTRACTOR"
	Relative           TargetCategory = "RELATIVE"
	Candidate          TargetCategory = "CANDIDATE"
)

// TargetCategories lists every category.
func TargetCategories() []TargetCategory {
	return []TargetCategory{
		ElectedFulltime, ElectedLeisure, Substitute, LayAuditor, PoliticalSecretary, Employee,
		Contractor, Relative, Candidate,
	}
}

// Term is the key of its label.
func (c TargetCategory) Term() string { return code.Term("incident.target", c) }
