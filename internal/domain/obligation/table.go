package obligation

import (
	"slices"

	"varn/internal/domain/incident"
	"varn/internal/kit/law"
)

// Where what is no paragraph was read.
const (
	skr      = "https://skr.se/demokratiledningstyrning/politiskstyrningfortroendevalda/hothatvaldmotfortroendevalda/stodvidhothatochvald.11716.html"
	handbook = "https://vanersborg.se/kommun-och-politik/politik-och-demokrati/politikerhandboken/din-sakerhet"
	partners = "https://partsradet.se/vi-erbjuder/verktyg-arbetsmaterial-och-utbildningar/hot-pa-jobbet/uppfoljande/introduktion/anmal-och-rapportera/"
	breach   = "https://nyhetersto.se/2025/08/27/systemleverantor-till-orust-kommun-utsatt-for-cyberangrepp-kanslig-information-kan-ha-lackt/"
	levels   = "https://partsradet.se/vi-erbjuder/verktyg-arbetsmaterial-och-utbildningar/hot-pa-jobbet/forebyggande/introduktion/steg-2-genomfor-riskbedomningar/"
)

// DaysToAnswer is how long an answer to a safety representative may take before the alarm goes, unless
// the organisation has decided otherwise. The law says without delay.
const DaysToAnswer = 14

const (
	day  = 24
	year = 365 * day
)

// All is the table. The alarms are the program's own where the ground names no hour: a page says so.
func All() []Obligation {
	elected := func(f Facts) bool {
		return slices.Contains([]incident.TargetCategory{incident.ElectedFulltime, incident.ElectedLeisure, incident.Substitute, incident.LayAuditor}, f.Target)
	}
	return []Obligation{
		{Code: WorkNotice, Owner: Employer, Pace: WithoutDelay, Hours: day, Most: day, Law: "AML 3:3 a", Source: partners, Standing: law.Read, Elsewhere: true,
			when: func(f Facts) bool { return f.Employs && f.EmployersView && (f.Grave || f.Injured) }},
		{Code: WorkInjury, Owner: Employer, Pace: WithoutDelay, Hours: 3 * day, Most: 30 * day, Law: "SFB 42:10", Source: partners, Standing: law.Reported,
			when: func(f Facts) bool { return f.Employs && f.EmployersView && f.Injured }},
		{Code: SafetyTold, Owner: Employer, Pace: WithoutDelay, Most: 30 * day, Source: partners, Standing: law.Reported,
			when: func(f Facts) bool { return f.Employs && f.EmployersView && (f.Grave || f.Injured) }},
		{Code: Investigate, Owner: Employer, Pace: Promptly, Most: year, Law: "AML 3:2 a", Standing: law.Read,
			when: func(f Facts) bool { return f.Employs && f.EmployersView }},
		{Code: Protect, Owner: Municipality, Pace: Always, Most: year, Law: "KL 4:18 a", Standing: law.Read,
			when: func(f Facts) bool { return f.Target == incident.ElectedFulltime }},
		{Code: TellBoth, Owner: Concerned, Pace: SameDay, Most: 30 * day, Source: handbook, Standing: law.Reported, Elsewhere: true,
			when: func(f Facts) bool { return f.Told && elected(f) }},
		{Code: Police, Owner: Concerned, Pace: Soon, Most: year, Source: skr, Standing: law.Reported, Elsewhere: true,
			when: func(f Facts) bool { return f.Told }},
		{Code: Record, Owner: Authority, Pace: Promptly, Law: "TF 2:15", Standing: law.Read, Elsewhere: true,
			when: func(f Facts) bool { return f.Requested }},
		{Code: MeasureReview, Owner: Municipality, Pace: Soon, Most: year, Source: levels, Standing: law.Unverified,
			when: func(f Facts) bool { return f.Measures }},
		{Code: SafetyAnswer, Owner: Employer, Pace: WithoutDelay, Hours: DaysToAnswer * day, Most: 90 * day, Law: "AML 6:6 a", Standing: law.Read},
		{Code: NameOmission, Owner: Authority, Pace: Before, Most: year, Law: "FL 33", Standing: law.Read},
		{Code: Breach, Owner: Authority, Pace: Hours72, Hours: 3 * day, Most: 3 * day, Source: breach, Standing: law.Reported},
	}
}
