package demo

import "varn/internal/domain/incident"

// told is a report that somebody sends, so many days ago, and what becomes of it. Everything is made up.
type told struct {
	days   int
	by     string // empty: without an account
	form   incident.Form
	medium incident.Medium
	target incident.TargetCategory
	unit   string // its name; empty: none
	text   string
	steps  string // words of the course, in order; see course.go
	reply  string
}

const (
	elected = incident.ElectedLeisure
	full    = incident.ElectedFulltime
	staff   = incident.Employee
)

// The units that the reports come from, by their names.
const (
	noUnit     = ""
	security   = "Säkerhetsenheten"
	office     = "Kansliet"
	reception  = "Mottagningsenheten"
	homeCare   = "Hemtjänsten"
	families   = "Familjeenheten"
	solskolan  = "Solskolan"
	lindskolan = "Lindskolan"
)

// reports are the two years, the oldest first.
func reports() []told {
	return []told{
		{718, "Asta Lindvik", incident.Harassment, incident.SocialMedia, elected, noUnit, "Någon skriver samma sak under allt jag lägger ut: att jag ska veta min plats.", "take assess follow close", "Tack för skärmbilderna. Vi har anmält kontot."},
		{690, "Emil Norrby", incident.Threat, incident.Phone, staff, reception, "En klient ringde och sade att jag inte skulle gå ensam till bilen.", "take assess measures police follow close", "Vi följer dig till bilen den här veckan. Chefen ordnar parkering vid entrén."},
		{655, "", incident.Vandalism, incident.PosterGraffiti, staff, solskolan, "Någon har sprejat namnet på en av våra lärare på gymnastiksalen.", "take assess measures follow close", "Väggen är tvättad och skolan har talat med läraren."},
		{630, "Gustav Ekerö", incident.Disinformation, incident.SocialMedia, elected, noUnit, "Ett påhittat citat av mig sprids i tre grupper.", "take close-none", "Vi hjälper dig med ett svar om du vill."},
		{601, "Agnes Björkfors", incident.Harassment, incident.Letter, elected, noUnit, "Jag har fått tre anonyma brev hem. Inget hot, men de vet när jag är borta.", "take assess measures police follow close", ""},
		{577, "Emil Norrby", incident.SocialPressure, incident.InPerson, staff, reception, "En anhörig bad mig ändra i utredningen och sade att det skulle löna sig för mig.", "take assess follow close", "Bra att du skrev det direkt. Två av er har ärendet från och med nu."},
		{540, "", incident.Threat, incident.Message, staff, homeCare, "Jag får sms om vilken väg jag går från jobbet.", "take assess measures police follow close", "Vi har talat med polisen. Byt väg och gå två tills vi hörs igen."},
		{511, "Birgit Sandvall", incident.Harassment, incident.Phone, full, noUnit, "Samma person ringer mig fyra kvällar i veckan och lägger på.", "take assess measures follow close reopen assess", "Vi har gett dig ett nytt nummer."},
		{480, "Albin Torsvall", incident.CorruptionOffer, incident.InPerson, elected, noUnit, "En byggherre sade att det fanns en plats för min son om ärendet gick bra.", "take assess follow close", ""},
		{455, "", incident.Harassment, incident.Email, staff, families, "Femtio mejl på en natt om samma beslut, alla med mitt namn i rubriken.", "take assess close-none", "Vi samlar mejlen åt dig så att du slipper läsa dem."},
		{430, "Alma Kvistedal", incident.Threat, incident.SocialMedia, elected, noUnit, "Någon skrev var min dotter tränar.", "take assess measures police follow close", "Vi har kontaktat föreningen tillsammans med dig."},
		{399, "Emil Norrby", incident.Violence, incident.InPerson, staff, reception, "Besökaren knuffade mig in i dörren. Jag blev inte skadad men mycket rädd.", "take notice assess measures police follow close", "Receptionen är dubbelbemannad och larmet är provat."},
		{370, "", incident.OtherForm, incident.ViaOther, staff, lindskolan, "En förälder hälsar genom en annan förälder att hon vet var rektorn bor.", "take assess follow close", ""},
		{344, "Anders Hällgren", incident.Theft, incident.OtherMedium, elected, noUnit, "Min dator med partiets papper togs ur bilen utanför fullmäktige.", "take assess measures police follow close", ""},
		{320, "Gustav Ekerö", incident.Harassment, incident.DroneCamera, elected, noUnit, "En drönare stod stilla utanför köksfönstret i tjugo minuter.", "take assess measures follow close", "Spara tid och plats om det händer igen."},
		{290, "", incident.Threat, incident.WebForm, staff, office, "I kontaktformuläret stod att kansliet ska brinna.", "take assess measures police follow close", ""},
		{261, "Annika Rosmark", incident.Nepotism, incident.Email, elected, noUnit, "Jag ombads hålla tyst om ett jäv inför nämnden.", "take assess refer", ""},
		{230, "Emil Norrby", incident.Harassment, incident.SocialMedia, staff, reception, "Mitt namn och min bild ligger i en grupp med uppmaningen att hälsa på.", "take assess measures police follow", "Vi har begärt att inlägget tas ned och anmält det."},
		{201, "Birgit Sandvall", incident.Threat, incident.Email, full, noUnit, "Om nämnden säger nej så vet ni vad som händer, stod det.", "take prove assess measures police follow", "Polisen har tagit emot anmälan. Nästa möte har vakt."},
		{173, "", incident.Infiltration, incident.InPerson, staff, security, "En ny bekant frågar mycket om passerkort och scheman.", "take assess measures", ""},
		{140, "Arvid Sjöholt", incident.Vandalism, incident.OtherMedium, elected, noUnit, "Däcken på bilen var skurna på morgonen efter debatten.", "take assess measures police", "Vi har ordnat en annan parkering så länge."},
		{112, "Emil Norrby", incident.Threat, incident.InPerson, staff, reception, "Han sade: nästa gång är det inte disken jag slår i.", "take grave protect measures police contact contact contact contact", "Ta inte emot honom ensam. Vi ändrar bokningen."},
		{90, "", incident.Harassment, incident.Phone, staff, homeCare, "Samtalen kommer till hemtjänstens nattnummer. Det är tyst och sedan skratt.", "take assess measures", ""},
		{61, "Asta Lindvik", incident.Harassment, incident.Letter, elected, noUnit, "Ett vykort hem: Fin trädgård du har.", "take assess measures follow", "Tack. Lägg kortet i ett kuvert och rör det så lite du kan."},
		{38, "Britta Lundevik", incident.SocialPressure, incident.Phone, elected, noUnit, "En granne säger att ingen kommer att handla hos oss om jag röstar ja.", "take judge contact contact contact", "Vi ringer dig i eftermiddag."},
		{21, "Emil Norrby", incident.Harassment, incident.Email, staff, reception, "Hon begär ut alla mina mejl varje dag och skriver att hon aldrig tänker sluta.", "take assess task", ""},
		{12, "", incident.Threat, incident.Letter, staff, office, "Brevet låg i kommunens låda. Det står ett datum och inget mer.", "take assess measures police task", ""},
		{6, "Gustav Ekerö", incident.Harassment, incident.SocialMedia, elected, noUnit, "Någon utger sig för att vara jag och svarar folk i mitt namn.", "take promise", "Vi hjälper dig att anmäla kontot i dag."},
		{3, "Emil Norrby", incident.Threat, incident.Phone, staff, reception, "Han sade namnet på mina barns skola och lade på.", "take wait contact", "Jag ringer dig om en kvart."},
		{2, "", incident.Harassment, incident.Message, elected, noUnit, "Tolv meddelanden på en kväll från ett nummer jag inte kan.", "", ""},
		{1, "Doris Fjällbo", incident.Vandalism, incident.PosterGraffiti, elected, noUnit, "Affischen utanför min port är sönderskuren i ansiktet.", "", ""},
		{0, "", incident.Threat, incident.SocialMedia, full, noUnit, "Han skriver att han står utanför kommunhuset i morgon klockan åtta.", "", ""},
	}
}
