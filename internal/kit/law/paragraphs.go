package law

import "time"

// snapshot is the day of the public collection of statutes that was read.
func snapshot() time.Time { return day(2025, 9, 1) }

const collection = "https://github.com/se-lex/sfs"

func accessibility() []Paragraph {
	read := day(2026, 11, 21)
	const digg = "https://www.digg.se/kunskap-och-stod/digital-tillganglighet/rattslig-vagledning/7.-ataganden---vilka-ar-kraven"
	return []Paragraph{
		{
			ID: "DOS 10", SFS: "2018:1937", Source: digg, Checked: read, Standing: Read,
			GistSwedish: "Digital service ska uppfylla kraven på tillgänglighet.",
			GistEnglish: "Digital services shall meet the requirements on accessibility.",
		},
		{
			ID: "DOS 13", SFS: "2018:1937", Source: digg, Checked: read, Standing: Read,
			GistSwedish: "En tillgänglighetsredogörelse ska finnas, med ett sätt att påtala brister som besvaras så snart som möjligt.",
			GistEnglish: "There shall be an accessibility statement, with a way to report shortcomings that is answered as soon as possible.",
		},
	}
}

func municipal() []Paragraph {
	kl := func(p Paragraph) Paragraph {
		p.SFS, p.Source, p.Checked, p.Standing = "2017:725", collection, snapshot(), Read
		return p
	}
	return []Paragraph{
		kl(Paragraph{
			ID:          "KL 4:1",
			GistSwedish: "Förtroendevalda är ledamöter och ersättare i fullmäktige, nämnder och beredningar, de som har uppdrag enligt 4 kap. 2 § och revisorer.",
			GistEnglish: "Elected representatives are members and substitutes of the council, boards and drafting committees, those who serve under chapter 4 section 2, and auditors.",
		}),
		kl(Paragraph{
			ID:          "KL 4:2",
			GistSwedish: "Förtroendevald på heltid eller en betydande del av heltid, till exempel kommunalråd eller oppositionsråd.",
			GistEnglish: "A representative who serves full-time or a considerable part of it, for example a full-time councillor or the leader of the opposition.",
		}),
		kl(Paragraph{
			ID:          "KL 5:66",
			GistSwedish: "Tillsammans med KL 5:67: protokollet ska visa vilka som har tjänstgjort, vilka som har deltagit i besluten och hur de har röstat vid öppna omröstningar.",
			GistEnglish: "Together with KL 5:67: the minutes shall show who has served, who has taken part in the decisions and how they voted in open votes.",
		}),
		kl(Paragraph{
			ID:          "KL 5:67",
			GistSwedish: "Tillsammans med KL 5:66: vad protokollet ska visa.",
			GistEnglish: "Together with KL 5:66: what the minutes shall show.",
		}),
		kl(Paragraph{
			ID: "KL 4:18 a", ValidFrom: day(2025, 7, 1),
			GistSwedish: "Kommunen ska vidta de åtgärder som behövs för att en förtroendevald på heltid eller en betydande del av heltid inte drabbas av ohälsa eller olycksfall på grund av hot och våld, och se till att denne har den utbildning som behövs.",
			GistEnglish: "The municipality shall take the measures needed so that a representative serving full-time, or a considerable part of it, does not suffer ill-health or accident because of threats and violence, and see to it that they have the training they need.",
		}),
	}
}

func environment() []Paragraph {
	aml := func(p Paragraph) Paragraph {
		p.SFS, p.Source, p.Checked, p.Standing = "1977:1160", collection, snapshot(), Read
		return p
	}
	return []Paragraph{
		aml(Paragraph{
			ID:          "AML 3:2",
			GistSwedish: "Arbetsgivaren ska vidta alla åtgärder som behövs för att förebygga att arbetstagaren utsätts för ohälsa eller olycksfall.",
			GistEnglish: "The employer shall take every measure needed to prevent the employee from being exposed to ill-health or accident.",
		}),
		aml(Paragraph{
			ID:          "AML 3:2 a",
			GistSwedish: "Arbetsgivaren ska utreda arbetsskador, fortlöpande undersöka risker och skriva en handlingsplan för det som inte kan åtgärdas genast.",
			GistEnglish: "The employer shall investigate work injuries, examine risks continuously and write an action plan for what can't be done at once.",
		}),
		aml(Paragraph{
			ID:          "AML 3:3",
			GistSwedish: "Arbetsgivaren ska se till att arbetstagaren har den utbildning och känner till de risker som arbetet kräver.",
			GistEnglish: "The employer shall see to it that the employee has the training, and knows of the risks, that the work calls for.",
		}),
		aml(Paragraph{
			ID:          "AML 3:3 a",
			GistSwedish: "Arbetsgivaren ska utan dröjsmål underrätta tillsynsmyndigheten om dödsfall, svårare skada, skada som drabbat flera samtidigt, och tillbud som inneburit allvarlig fara för liv och hälsa.",
			GistEnglish: "The employer shall without delay notify the supervisory authority of death, severe injury, injuries to several at once, and incidents that meant serious danger to life and health.",
		}),
		aml(Paragraph{
			ID:          "AML 6:6 a",
			GistSwedish: "När skyddsombudet begär åtgärder ska arbetsgivaren genast bekräfta att begäran kommit fram och utan dröjsmål lämna besked.",
			GistEnglish: "When the safety representative asks for measures, the employer shall at once confirm that the request has come and answer it without delay.",
		}),
		aml(Paragraph{
			ID:          "AML 6:7",
			GistSwedish: "Skyddsombudet kan avbryta arbete som innebär omedelbar och allvarlig fara för liv eller hälsa.",
			GistEnglish: "The safety representative may stop work that means immediate and serious danger to life or health.",
		}),
		{
			ID: "SFB 42:10", SFS: "2010:110", Checked: day(2026, 11, 21), Standing: Reported,
			Source:      "https://www.arbetsgivaralliansen.se/arbetsgivarguiden/old-fran-delat/arbetsmiljo/ohalsa-och-olycksfall/",
			GistSwedish: "Arbetsgivaren ska utan dröjsmål anmäla en arbetsskada till Försäkringskassan.",
			GistEnglish: "The employer shall without delay report a work injury to the Social Insurance Agency.",
		},
	}
}

func publicity() []Paragraph {
	tf := func(p Paragraph) Paragraph {
		if p.SFS == "" {
			p.SFS = "1949:105"
		}
		p.Source, p.Checked, p.Standing = collection, snapshot(), Read
		return p
	}
	return []Paragraph{
		tf(Paragraph{
			ID:          "TF 2:15",
			GistSwedish: "Det som inte får lämnas ut hålls inne, resten ska lämnas ut genast eller så snart det är möjligt, på stället och utan avgift.",
			GistEnglish: "What can't be released is withheld and the rest shall be released, at once or as soon as possible, on the spot and free.",
		}),
		tf(Paragraph{
			ID:          "TF 2:16",
			GistSwedish: "En begäran om kopia ska behandlas skyndsamt.",
			GistEnglish: "A request for a copy shall be handled promptly.",
		}),
		tf(Paragraph{
			ID:          "TF 2:18",
			GistSwedish: "Myndigheten får inte efterforska vem som begär ut en handling eller varför, mer än prövningen kräver.",
			GistEnglish: "The authority may not find out who asks for a record or why, more than the test of secrecy needs.",
		}),
		tf(Paragraph{
			ID:          "TF 2:19",
			GistSwedish: "Ett beslut att inte lämna ut en handling kan överklagas.",
			GistEnglish: "A decision not to release a record can be appealed.",
		}),
		tf(Paragraph{
			ID: "FL 33", SFS: "2017:900", ValidFrom: day(2025, 7, 2),
			GistSwedish: "En skriftlig underrättelse om ett beslut behöver inte innehålla namnet på den som har beslutat, föredragit eller deltagit, om det kan befaras att personen utsätts för hot, trakasserier eller annan allvarlig olägenhet.",
			GistEnglish: "A written notification of a decision need not name who decided, presented or took part, if it may be feared that the person is exposed to threats, harassment or other serious inconvenience.",
		}),
		tf(Paragraph{
			ID:          "TF 2:20",
			GistSwedish: "En anteckning om sekretess får bara göras på en handling som omfattas av en sekretessbestämmelse, och bestämmelsen ska anges.",
			GistEnglish: "A secrecy mark may be put only on a record that a secrecy provision covers, and the provision shall be stated.",
		}),
	}
}
