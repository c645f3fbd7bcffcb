// Package access decides purely who may know of a thing, and then who may do what with it.
package access

// Role (roll) is what a person comes to Värn as. A role opens pages; it never opens a case:
// that takes a place in the case's circle and the key that goes with it.
type Role string

// The roles, as the demo, the API and the access matrix spell them.
const (
	Elected               Role = "elected"
	GroupLeader           Role = "group_leader"
	BoardChair            Role = "board_chair"
	PartyContact          Role = "party_contact"
	Employee              Role = "employee"
	Manager               Role = "manager"
	SafetyRepresentative  Role = "safety_representative"
	CommitteeSecretary    Role = "committee_secretary"
	DutyOfficer           Role = "duty_officer"
	CaseOfficer           Role = "case_officer"
	HeadOfSecurity        Role = "head_of_security"
	CommunicationsOfficer Role = "communications_officer"
	Registrar             Role = "registrar"
	Lawyer                Role = "lawyer"
	Archivist             Role = "archivist"
	Auditor               Role = "auditor"
	DataProtectionOfficer Role = "data_protection_officer"
	Administrator         Role = "administrator"
	Proxy                 Role = "proxy"
)

// Roles lists every role in the order in which pages show them.
func Roles() []Role {
	return []Role{
		Elected, GroupLeader, BoardChair, PartyContact, Employee, Manager, SafetyRepresentative,
		CommitteeSecretary, DutyOfficer, CaseOfficer, HeadOfSecurity, CommunicationsOfficer,
		Registrar, Lawyer, Archivist, Auditor, DataProtectionOfficer, Administrator, Proxy,
	}
}

// Known tells whether r is a role of the list.
func (r Role) Known() bool {
	for _, k := range Roles() {
		if k == r {
			return true
		}
	}
	return false
}
