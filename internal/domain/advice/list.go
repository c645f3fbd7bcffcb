package advice

import (
	"slices"

	"varn/internal/domain/incident"
)

// Where the advice was read.
const (
	skr      = "https://skr.se/demokratiledningstyrning/politiskstyrningfortroendevalda/hothatvaldmotfortroendevalda/stodvidhothatochvald.11716.html"
	course   = "https://webbutik.skl.se/skr/demokratiledningstyrning/hotmotdemokratiochsamhallssystem/hothatvaldmotfortroendevalda/utbildningutbildningsmaterial/tryggsomfortroendevald/3omnagothander.61333.html"
	after    = "https://goteborg.se/wps/portal/enhetssida/politikerhandboken/din-sakerhet/vad-kan-du-gora-efter-att-en-hotsituation-uppstatt%3F"
	during   = "https://goteborg.se/wps/portal/enhetssida/politikerhandboken/din-sakerhet/vad-kan-du-gora-nar-en-hotsituation-uppstar%3F/"
	judging  = "https://fojo.se/verktyg-for-journalister/demokratijouren/verktyg/hot-och-riskbedomning/"
	victims  = "https://fojo.se/verktyg-for-journalister/demokratijouren/verktyg/om-du-har-blivit-utsatt-for-brott/"
	silent   = "https://www.tystnainte.se/stod-och-hjalp/"
	channels = "https://www.av.se/om-oss/visselblasarlagen/interna-kanaler-for-visselblasning/"
)

// All lists every advice in the order of a page.
func All() []Advice {
	return slices.Concat(atOnce(), evidence(), help())
}

func atOnce() []Advice {
	return []Advice{
		{Code: Call112, Section: Now, Source: skr},
		{Code: SuspiciousParcel, Section: Now, Source: during, when: func(r incident.Report) bool { return came(r, incident.Letter) }},
		{Code: Call11414, Section: Now, Source: skr},
		{Code: TellSomeone, Section: Now, Source: course},
		{Code: ReportToPolice, Section: Now, Source: skr},
		{Code: SayElected, Section: Now, Source: skr, when: isElected},
		{Code: AskRestricted, Section: Now, Source: after},
		{Code: WorkPhone, Section: Now, Source: after},
		{Code: AnyoneMayReport, Section: Now, Source: course},
		{Code: RegisterIt, Section: Now, Source: after, when: func(r incident.Report) bool { return came(r, incident.Email, incident.Letter) }},
	}
}

func evidence() []Advice {
	return []Advice{
		{Code: SaveMessages, Section: Evidence, Source: during, when: written},
		{Code: PaperBag, Section: Evidence, Source: during, when: func(r incident.Report) bool { return came(r, incident.Letter, incident.PosterGraffiti) }},
		{Code: CallNotes, Section: Evidence, Source: during, when: func(r incident.Report) bool { return came(r, incident.Phone) }},
		{Code: Photos, Section: Evidence, Source: judging, when: func(r incident.Report) bool {
			return r.InjuryPhysical || was(r, incident.Violence, incident.Vandalism, incident.Theft) || came(r, incident.PosterGraffiti)
		}},
		{Code: SeeDoctor, Section: Evidence, Source: judging, when: func(r incident.Report) bool { return r.InjuryPhysical || was(r, incident.Violence) }},
		{Code: Witnesses, Section: Evidence, Source: judging, when: func(r incident.Report) bool {
			inSight := len(r.Medium) == 0 || came(r, incident.InPerson, incident.DroneCamera)
			return inSight && r.Place != incident.Digital || was(r, incident.Violence, incident.Vandalism)
		}},
		{Code: Logbook, Section: Evidence, Source: judging},
	}
}

func help() []Advice {
	return []Advice{
		{Code: VictimSupport, Section: Help, Source: victims},
		{Code: CrimesExplained, Section: Help, Source: silent},
		{Code: Whistleblowing, Section: Help, Source: channels, when: func(r incident.Report) bool {
			return r.TargetCategory == incident.Employee && was(r, incident.CorruptionOffer, incident.Nepotism)
		}},
	}
}
