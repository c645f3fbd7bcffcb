package law

// secrecy lists the provisions that an entry in the register can be marked with. None of them was
// read in full: the municipality decides which apply.
func secrecy() []Paragraph {
	const (
		rsa   = "https://www.msb.se/sv/amnesomraden/krisberedskap--civilt-forsvar/risk--och-sarbarhetsanalyser/sekretess-i-risk--och-sarbarhetsanalys/"
		tax   = "https://www4.skatteverket.se/rattsligvagledning/edition/2015.16/329076.html"
		bill  = "http://rkrattsbaser.gov.se/prop?page=50&post_id=1434"
		press = "https://utgivarna.se/forums/reply/28116/"
		jo    = "https://lagen.nu/avg/jo/8000-2016"
	)
	osl := func(id, sv, en, source string, s Standing) Paragraph {
		return Paragraph{ID: id, SFS: "2009:400", GistSwedish: sv, GistEnglish: en, Source: source, Checked: snapshot(), Standing: s}
	}
	changed := osl("OSL 39:3", "Personaladministration: hemadress, privat telefon och e-post, bilder, närstående.", "Staff administration: home address, private phone and e-mail, pictures, relatives.", jo, Reported)
	changed.ValidTo = day(2025, 7, 1)
	amended := osl("OSL 39:3", "Personaladministration. Ändrad genom SFS 2025:581; den nya lydelsen är inte läst.", "Staff administration. Changed by SFS 2025:581; the new wording has not been read.", collection, Header)
	amended.ValidFrom = day(2025, 7, 2)
	school := osl("OSL 23:5 a", "Ny genom SFS 2025:581; innehållet är inte läst.", "New by SFS 2025:581; its content has not been read.", collection, Header)
	school.ValidFrom = day(2025, 7, 2)
	return []Paragraph{
		osl("OSL 15:2", "Totalförsvaret.", "Total defence.", rsa, Reported),
		osl("OSL 18:1", "Förundersökning, till exempel kopior av polisanmälningar.", "Preliminary investigations, for example copies of police reports.", collection, Unverified),
		osl("OSL 18:8", "Säkerhets- och bevakningsåtgärder, till exempel larm och skyddsåtgärder.", "Safety and guarding measures, for example alarms and protective measures.", rsa, Reported),
		osl("OSL 18:9", "Chiffer och koder.", "Ciphers and codes.", rsa, Reported),
		osl("OSL 18:13", "Risk- och sårbarhetsanalyser.", "Risk and vulnerability analyses.", rsa, Reported),
		osl("OSL 21:3", "Hemadress, telefon, e-post och liknande när någon kan befaras utsättas för hot eller våld. Gäller hos alla myndigheter, men utgångspunkten är att uppgiften är offentlig.", "Home address, phone, e-mail and the like when threat or violence can be feared. Applies at all authorities, but publicity is presumed.", tax, Reported),
		osl("OSL 21:3 a", "Parter med skyddad folkbokföring.", "Parties with protected registration.", bill, Reported),
		osl("OSL 21:7", "Uppgifter som efter utlämnande skulle behandlas i strid med dataskyddsförordningen; bara vid konkreta omständigheter.", "Facts that once released would be processed against the data protection regulation; only on concrete circumstances.", press, Reported),
		osl("OSL 22:1", "Folkbokföringen.", "The population register.", collection, Unverified),
		school,
		osl("OSL 25", "Hälso- och sjukvård.", "Health care.", collection, Unverified),
		osl("OSL 26", "Socialtjänst.", "Social services.", collection, Unverified),
		osl("OSL 32:3", "Inspelningar från kamerabevakning.", "Recordings from camera surveillance.", collection, Unverified),
		osl("OSL 39:1", "Personaladministration.", "Staff administration.", jo, Unverified),
		osl("OSL 39:2", "Personaladministration.", "Staff administration.", jo, Unverified),
		changed, amended,
	}
}
