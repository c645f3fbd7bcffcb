// Package demo founds the fictional municipality Exempelstad, with people in every role and
// cases with sealed messages. Every name is made up.
package demo

import "varn/internal/domain/access"

// resident is somebody in Exempelstad.
type resident struct {
	name  string
	title string
	party string
	role  access.Role // empty: no account link is printed
	seat  string      // function they hold
}

// accounts are the people whose links the demo prints, one for each role.
func accounts() []resident {
	return []resident{
		{"Asta Lindvik", "Ledamot i kommunfullmäktige", "Framtidspartiet", access.Elected, ""},
		{"Gustav Ekerö", "Gruppledare", "Framtidspartiet", access.GroupLeader, ""},
		{"Birgit Sandvall", "Ordförande i socialnämnden", "Samlingslistan", access.BoardChair, ""},
		{"Petra Åhlund", "Kontaktperson i partiet", "Framtidspartiet", access.PartyContact, "party"},
		{"Emil Norrby", "Socialsekreterare", "", access.Employee, ""},
		{"Maria Holmfors", "Enhetschef, mottagningsenheten", "", access.Manager, "manager"},
		{"Sören Bäckman", "Skyddsombud", "", access.SafetyRepresentative, "safety"},
		{"Cecilia Rydvall", "Nämndsekreterare", "", access.CommitteeSecretary, ""},
		{"Tove Järnhed", "Tjänsteman i beredskap", "", access.DutyOfficer, "oncall"},
		{"Vera Hedlund", "Säkerhetshandläggare", "", access.CaseOfficer, "security"},
		{"Sigrid Vaktmyr", "Säkerhetschef", "", access.HeadOfSecurity, "security"},
		{"Kajsa Ordbrink", "Kommunikatör", "", access.CommunicationsOfficer, ""},
		{"Ragnar Diarell", "Registrator", "", access.Registrar, "registrar"},
		{"Lovisa Rättgren", "Kommunjurist", "", access.Lawyer, "legal"},
		{"Axel Gömby", "Arkivarie", "", access.Archivist, "archive"},
		{"Ulla Gransköld", "Förtroendevald revisor", "", access.Auditor, ""},
		{"Dag Skyddner", "Dataskyddsombud", "", access.DataProtectionOfficer, ""},
		{"Bo Driftholm", "Systemadministratör", "", access.Administrator, ""},
		{"Olga Medvik", "Ombud för Asta Lindvik", "", access.Proxy, ""},
	}
}

// others fill the house, so that lists look as they do in a real one.
func others() []resident {
	names := []string{
		"Agnes Björkfors", "Albin Torsvall", "Alma Kvistedal", "Anders Hällgren", "Annika Rosmark", "Arvid Sjöholt",
		"Britta Lundevik", "Carin Mossberga", "Daniel Ängskog", "Doris Fjällbo", "Edvin Strandhed", "Elin Granvall",
		"Erik Tallmo", "Fatima Solberga", "Filip Hjortlund", "Freja Stenvik", "Greta Ljungdal", "Hanna Åkervall",
		"Hassan Norrgård", "Helge Brunnsäter", "Ida Kornmark", "Ingrid Tallvik", "Ivar Rågholt", "Jenny Vikholm",
		"Johan Ekmarker", "Karl Bergtorp", "Kerstin Havsvall", "Lars Ölandsro", "Leila Björkedal", "Linnéa Ängsholm",
		"Magnus Uddevik", "Mona Aspfors", "Nadja Lövhult", "Nils Kärrbo", "Oskar Furudal", "Pia Klintmark",
		"Rolf Hagvall", "Saga Vintersjö", "Signe Lundbro", "Tuva Sävmark",
	}
	parties := []string{"Framtidspartiet", "Samlingslistan", "Exempelstads väl", "Landsbygdens röst"}
	out := make([]resident, len(names))
	for i, n := range names {
		if i < 24 {
			out[i] = resident{name: n, title: "Ledamot", party: parties[i%len(parties)], role: access.Elected}
		} else {
			out[i] = resident{name: n, title: "Medarbetare", role: access.Employee}
		}
	}
	return out
}
