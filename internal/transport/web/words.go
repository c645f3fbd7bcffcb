package web

import (
	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/kit/locale"
)

// roleName is a role in the visitor's words.
func roleName(r access.Role) locale.Key {
	for _, known := range roleWords() {
		if known.role == r {
			return known.name
		}
	}
	return "role.unknown"
}

type roleWord struct {
	role access.Role
	name locale.Key
}

func roleWords() []roleWord {
	return []roleWord{
		{access.Elected, "role.elected"}, {access.GroupLeader, "role.group-leader"}, {access.BoardChair, "role.board-chair"},
		{access.PartyContact, "role.party-contact"}, {access.Employee, "role.employee"}, {access.Manager, "role.manager"},
		{access.SafetyRepresentative, "role.safety-representative"}, {access.CommitteeSecretary, "role.committee-secretary"},
		{access.DutyOfficer, "role.duty-officer"}, {access.CaseOfficer, "role.case-officer"}, {access.HeadOfSecurity, "role.head-of-security"},
		{access.CommunicationsOfficer, "role.communications-officer"}, {access.Registrar, "role.registrar"}, {access.Lawyer, "role.lawyer"},
		{access.Archivist, "role.archivist"}, {access.Auditor, "role.auditor"}, {access.DataProtectionOfficer, "role.data-protection-officer"},
		{access.Administrator, "role.administrator"}, {access.Proxy, "role.proxy"},
	}
}

func roleNames(all []access.Role) []locale.Key {
	out := make([]locale.Key, len(all))
	for i, r := range all {
		out[i] = roleName(r)
	}
	return out
}

// roleOptions are the roles as a select shows them.
func roleOptions() []Option {
	var out []Option
	for _, r := range access.Roles() {
		out = append(out, Option{Value: string(r), Key: roleName(r)})
	}
	return out
}

// kindName is a kind of function in the visitor's words.
func kindName(k function.Kind) locale.Key {
	switch k {
	case function.Security:
		return "kind.security"
	case function.OnCall:
		return "kind.on-call"
	case function.UnitManager:
		return "kind.unit-manager"
	case function.PartyContact:
		return "kind.party-contact"
	case function.Registrar:
		return "kind.registrar"
	case function.Safety:
		return "kind.safety"
	case function.Legal:
		return "kind.legal"
	}
	return "kind.archive"
}

func kindOptions() []Option {
	var out []Option
	for _, k := range function.Kinds() {
		out = append(out, Option{Value: string(k), Key: kindName(k)})
	}
	return out
}

// stateName is how far a person has come, with the colour of its tag.
func stateName(s person.State) (name locale.Key, color string) {
	switch s {
	case person.Invited:
		return "person.invited", "info"
	case person.Enrolled:
		return "person.enrolled", "warning"
	case person.Confirmed:
		return "person.confirmed", "success"
	case person.Left:
		return "person.gone", "neutral"
	}
	return "person.registered", "neutral"
}

// grantName is how far a role or a seat has come.
func grantName(s person.GrantState) (name locale.Key, color string) {
	switch s {
	case person.Active:
		return "grant.active", "success"
	case person.Ended:
		return "grant.ended", "neutral"
	}
	return "grant.proposed", "warning"
}
