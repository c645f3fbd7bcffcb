package demo

// story is a case that somebody opens, and what is said in it.
type story struct {
	by        string
	authority int
	title     string
	text      string
	functions []string
	people    []string
	replies   []reply
}

type reply struct{ by, text string }

// stories are the demo's cases. What is said is made up.
func stories() []story {
	return []story{
		{"Asta Lindvik", 0, "Hotfullt meddelande efter fullmäktige",
			"I går kväll fick jag ett meddelande från ett konto jag inte känner igen. Där stod: ”Vi vet vilken buss du tar.” Jag har sparat skärmbilden.",
			[]string{"security"}, []string{"Asta Lindvik"},
			[]reply{
				{"Vera Hedlund", "Tack för att du hör av dig, Asta. Jag har läst det du skrev och ringer dig i dag före klockan 15. Ta gärna en annan väg hem tills vi har talats vid."},
				{"Asta Lindvik", "Tack. Jag tar bilen i dag och svarar efter lunch."},
				{"Vera Hedlund", "Vi har gjort en första bedömning tillsammans. Polisanmälan skrivs i eftermiddag, du får läsa den innan den lämnas in."},
			}},
		{"Emil Norrby", 1, "Besökare vägrade lämna receptionen",
			"En besökare skrek och slog i disken när beslutet lämnades. En kollega tryckte på larmet. Ingen skadades, men flera blev rädda.",
			[]string{"security", "manager"}, []string{"Emil Norrby"},
			[]reply{
				{"Maria Holmfors", "Jag har talat med alla som var på plats. Vi bemannar receptionen med två personer hela veckan."},
				{"Sigrid Vaktmyr", "Bra. Jag ser över larmet och passerkorten i morgon bitti."},
			}},
		{"Birgit Sandvall", 1, "Upprepade samtal till hemmet",
			"Någon har ringt mitt privata nummer fyra kvällar i rad. Rösten säger bara mitt namn och lägger på.",
			[]string{"security"}, []string{"Birgit Sandvall"},
			[]reply{{"Vera Hedlund", "Skriv gärna upp tid och längd för varje samtal. Spara samtalslistan i telefonen."}}},
		{"Gustav Ekerö", 0, "Klotter på partiets valstuga",
			"Valstugan vid torget har klottrats ned i natt. Texten riktar sig mot två av våra kandidater.",
			[]string{"security", "party"}, []string{"Gustav Ekerö"},
			[]reply{{"Petra Åhlund", "Jag har fotograferat allt innan vi tvättar bort det."}}},
		{"Tove Järnhed", 0, "Misstänkt brev till kommunhuset",
			"Ett brev utan avsändare med pulver i kom med dagens post. Rummet är låst och polisen har varit här.",
			[]string{"security", "oncall"}, nil,
			[]reply{{"Sigrid Vaktmyr", "Polisen meddelar att pulvret var ofarligt. Vi håller en genomgång klockan 10."}}},
		{"Emil Norrby", 2, "Påtryckning inför betyg",
			"En vårdnadshavare sade att det skulle bli tråkigt för mig om betyget inte ändras. Det sades lugnt, och det var därför det kändes allvarligt.",
			[]string{"security"}, []string{"Emil Norrby"}, nil},
		{"Sigrid Vaktmyr", 0, "Rykten om ledamot i sociala medier",
			"Ett påhittat citat sprids i tre grupper. Vi följer spridningen och hjälper ledamoten med ett svar.",
			[]string{"security"}, nil,
			[]reply{{"Vera Hedlund", "Spridningen har stannat av. Jag stämmer av igen på måndag."}}},
		{"Asta Lindvik", 0, "Någon fotograferade vid min bostad",
			"En bil stod utanför huset i en halvtimme. Den som satt i bilen fotograferade brevlådan.",
			[]string{"security"}, []string{"Asta Lindvik"}, nil},
	}
}
