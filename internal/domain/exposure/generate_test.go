package exposure

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
)

// maker makes cases of the generated part; the same seed gives the same cases.
type maker struct {
	r       *rand.Rand
	numbers []string // Skatteverket's test numbers, twelve digits
	out     strings.Builder
}

// generated is the generated part of the set, as testdata/generated.txt holds it.
func generated(numbers []string) string {
	m := &maker{r: rand.New(rand.NewSource(6)), numbers: numbers}
	m.out.WriteString("# Made by go test -run Set ./internal/domain/exposure -update. {kind:value} should be found; a line without any should give nothing.\n")
	m.identities()
	m.phones()
	m.addresses()
	m.accounts()
	m.rest()
	m.decoys()
	return m.out.String()
}

func testNumbers() ([]string, error) {
	raw, err := os.ReadFile("testdata/testpersonnummer.txt")
	return strings.Fields(string(raw)), err
}

func (m *maker) pick(all ...string) string { return all[m.r.Intn(len(all))] }

func (m *maker) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + m.r.Intn(10)))
	}
	return b.String()
}

func (m *maker) line(format string, args ...any) { fmt.Fprintf(&m.out, format+"\n", args...) }

func mark(k Kind, v string) string { return "{" + string(k) + ":" + v + "}" }

// check is the last digit of modulus 10.
func check(d string) string {
	for c := '0'; c <= '9'; c++ {
		if luhn([]byte(d + string(c))) {
			return string(c)
		}
	}
	return ""
}

// person makes twelve digits with an individual number that Skatteverket sets aside for tests.
func (m *maker) person(coordination bool) string {
	if !coordination && m.r.Intn(2) == 0 {
		return m.numbers[m.r.Intn(len(m.numbers))]
	}
	day := 1 + m.r.Intn(28)
	if coordination {
		day += 60
	}
	d := fmt.Sprintf("%02d%02d%02d%s", m.r.Intn(100), 1+m.r.Intn(12), day, m.pick("980", "981", "238", "239"))
	if d[:2] == "07" { // ten bare digits that begin with 07 are a phone
		d = "17" + d[2:]
	}
	century := "19"
	if d[:2] < "24" {
		century = "20"
	}
	return century + d + check(d)
}

// writings are the ways an identity number is written.
var writings = []func(string) string{
	func(d string) string { return d },
	func(d string) string { return d[:8] + "-" + d[8:] },
	func(d string) string { return d[2:8] + "-" + d[8:] },
	func(d string) string { return d[2:] },
	func(d string) string { return d[2:8] + "+" + d[8:] },
	func(d string) string { return d[2:8] + "–" + d[8:] },
	func(d string) string { return d[:8] + "–" + d[8:] },
	func(d string) string { return d[2:8] + " " + d[8:] },
	func(d string) string { return d[:8] + " " + d[8:] },
	func(d string) string { return d[:4] + "-" + d[4:6] + "-" + d[6:8] + "-" + d[8:] },
	func(d string) string { return d[2:8] + "\u00a0" + d[8:] },
	func(d string) string { return d[2:8] + " - " + d[8:] },
	func(d string) string { return d[:8] + "+" + d[8:] },
}

var around1 = []string{
	"%s", "Anna Ek, %s, har sökt bistånd.", "Personnummer: %s", "pnr %s", "sökanden (%s) medger", "a;%s;b", "|%s|", "\"%s\"", "Namn: Per Lindh\t%s\tBifall",
	"ärendet rör %s och hennes barn", "akt_%s_slut", "Beslut om %s.", "Hon heter Anna (%s)!", "<b>%s</b>", "född:%s",
}

func (m *maker) identities() {
	m.line("\n## identity numbers")
	for i := range 10 * len(writings) {
		d := m.person(false)
		v := writings[i%len(writings)](d)
		if v[:2] == "07" && len(v) < 12 && !strings.ContainsAny(v, "-+–") {
			v = d[:8] + "-" + d[8:]
		}
		m.line(strings.Replace(around1[(i/len(writings)+i)%len(around1)], "%s", mark(Personnummer, v), 1))
	}
	for i := range 26 {
		v := writings[i%len(writings)](m.person(true))
		m.line(strings.Replace(around1[(i*7)%len(around1)], "%s", mark(CoordinationNumber, v), 1))
	}
	for _, d := range []string{"190500980", "870071981", "000000238", "460060980", "990060239"} { // day or month unknown
		d += check(d)
		kind := Personnummer
		if d[4] >= '6' {
			kind = CoordinationNumber
		}
		m.line("Personnummer %s saknar dag eller månad.", mark(kind, "19"+d[:6]+"-"+d[6:]))
		m.line("Beslut för %s.", mark(kind, d[:6]+"-"+d[6:]))
	}
}

func (m *maker) phones() {
	m.line("\n## phones")
	for i := range 60 {
		n := fmt.Sprintf("%02d", 5+m.r.Intn(95))
		v := []string{"070-174 06 " + n, "070-17406" + n, "07017406" + n, "+46 70 174 06 " + n, "+467017406" + n, "+46 (0)70 174 06 " + n, "0046701740" + "6" + n,
			"070 174 06 " + n, "08-465 004 " + n, "08-465004" + n, "031-390 06 " + n, "040-628 04 " + n, "0980-3192" + n, "+46 8 465 004 " + n, "+47 22 12 34 " + n, "+45 20 12 34 " + n, "0701-74 06 " + n}[i%17]
		m.line(strings.Replace(m.pick("%s", "Tel: %s", "Ring %s efter klockan 17.", "Anna Ek, %s, svarar", "mobil %s", "Anna;%s;Lerby", "Du når mig på %s!", "(%s)"), "%s", mark(Phone, v), 1))
	}
	m.line("\n## mail")
	for i := range 30 {
		v := m.pick("anna", "per.lindh", "vera_ek", "n.ek", "asa-lind", "lena.maria.pihl", "x9") + "@" + []string{"gmail.com", "hotmail.com", "example.se", "example.org", "telia.com", "sub.example.com", "outlook.com", "icloud.com"}[i%8]
		m.line(strings.Replace(m.pick("%s", "Mejla %s.", "<%s>", "mailto:%s", "E-post: %s, eller brev", "anna;%s;070"), "%s", mark(Email, v), 1))
	}
}

func (m *maker) addresses() {
	m.line("\n## addresses")
	for i := range 60 {
		street := m.pick("Stor", "Björk", "Skol", "Ring", "Ängs", "Kyrko", "Hamn", "Åkar", "Lind", "Tall") + []string{"gatan", "vägen", "gränd", "torget", "stigen", "allén", "backen"}[i%7]
		v := street + " " + []string{"7", "12B", "3 A", "145", "22, lgh 1102", "9C"}[i%6]
		postal := fmt.Sprintf("%d %d %s", 111+m.r.Intn(800), 10+m.r.Intn(89), m.pick("Lerby", "Exempelstad", "Uppsala", "Västerås", "Örebro", "Malmö"))
		switch i % 4 {
		case 0:
			m.line("Hon bor på %s, %s.", mark(StreetAddress, v), mark(PostalCode, postal))
		case 1:
			m.line("Adress: %s", mark(StreetAddress, v))
		case 2:
			m.line("%s %s", m.pick("Porten på", "Besök", "Huset", "Möt mig på"), mark(StreetAddress, v))
		default:
			m.line("Anna Ek;%s;%s", mark(StreetAddress, v), mark(PostalCode, postal))
		}
	}
	for range 16 {
		v := m.pick("Norrby", "Hult", "Lilla Torp", "Sörgården", "Ekenäs", "Bergby") + fmt.Sprintf(" %d", 10+m.r.Intn(900))
		m.line("%s, %s", mark(StreetAddress, v), mark(PostalCode, fmt.Sprintf("%d %d Lerby", 310+m.r.Intn(600), 10+m.r.Intn(89))))
	}
	for range 20 {
		m.line(strings.Replace(m.pick("Postadress %s", "%s", "Flyttat till %s i mars", "Besöksort: %s"), "%s", mark(PostalCode, fmt.Sprintf("%d %d %s", 111+m.r.Intn(800), 10+m.r.Intn(89), m.pick("Stockholm", "Göteborg", "Umeå", "Kiruna", "Ystad", "Lerby"))), 1))
	}
}

// fits makes an account number of a clearing number.
func (m *maker) fits(clearing string, n int) string {
	for {
		if d := m.digits(n); accountFits([]byte(clearing + d)) {
			return d
		}
	}
}

func ibanOf(country, account string) string {
	n := 0
	for _, c := range account + country + "00" {
		if c >= 'A' {
			n = (n*100 + int(c-'A') + 10) % 97
		} else {
			n = (n*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-n, account)
}

func fours(s string) string {
	var out []string
	for len(s) > 4 {
		out, s = append(out, s[:4]), s[4:]
	}
	return strings.Join(append(out, s), " ")
}

func (m *maker) accounts() {
	m.line("\n## accounts")
	for i := range 18 {
		d := "5" + m.digits(5+i%2)
		d += check(d)
		m.line(strings.Replace(m.pick("Bankgiro %s", "bg %s", "BG: %s", "Betala till bankgiro %s senast fredag", "Bankgironummer: %s"), "%s", mark(Bankgiro, d[:len(d)-4]+"-"+d[len(d)-4:]), 1))
	}
	for i := range 15 {
		d := "1" + m.digits(2+i%4)
		d += check(d)
		v := d[:len(d)-1] + "-" + d[len(d)-1:]
		if i%2 == 0 && len(d) > 4 {
			v = d[:2] + " " + d[2:len(d)-1] + "-" + d[len(d)-1:]
			if len(d) > 6 {
				v = d[:2] + " " + d[2:4] + " " + d[4:len(d)-1] + "-" + d[len(d)-1:]
			}
		}
		m.line(strings.Replace(m.pick("Plusgiro %s", "pg %s", "PG: %s", "Plusgironr %s"), "%s", mark(Plusgiro, v), 1))
	}
	for i := range 20 {
		clearing := []string{"5012", "6123", "7345", "9150", "3400", "1234", "4321", "9180", "9060", "3300"}[i%10]
		n := map[string]int{"6123": 9, "9180": 10, "3300": 10}[clearing]
		if n == 0 {
			n = 7
		}
		v := clearing + m.pick("-", " ", ", ", "") + m.fits(clearing, n)
		if v[4] >= '0' && v[4] <= '9' {
			v = clearing + "-" + v[4:]
		}
		m.line(strings.Replace(m.pick("Kontonr: %s", "konto %s", "Utbetalning till konto %s", "Bankkonto %s i Lerby", "mitt kontonummer är %s"), "%s", mark(BankAccount, v), 1))
	}
	for i := range 16 {
		v := ibanOf("SE", m.digits(20))
		switch i % 4 {
		case 1:
			v = fours(v)
		case 2:
			v = fours(ibanOf("NO", m.digits(11)))
		case 3:
			v = fours(ibanOf("DE", m.digits(18)))
		}
		m.line(strings.Replace(m.pick("IBAN %s", "%s", "IBAN: %s BIC EXAMSESS", "till %s i dag"), "%s", mark(IBAN, v), 1))
	}
}

func (m *maker) rest() {
	m.line("\n## the rest")
	letters := "ABCDEFGHJKLMNOPRSTUWXYZ"
	for i := range 24 {
		v := ""
		for notPlates[v] || v == "" {
			v = string([]byte{letters[m.r.Intn(23)], letters[m.r.Intn(23)], letters[m.r.Intn(23)]})
		}
		tail := m.digits(3)
		if i%3 == 0 {
			tail = m.digits(2) + string("ABCDEFGHJKLMNPRSTUWXYZ"[m.r.Intn(22)])
		}
		if i%4 == 1 {
			v += " "
		}
		m.line(strings.Replace(m.pick("Bilen %s stod kvar.", "regnr %s", "Registreringsnummer: %s", "en röd Volvo, %s, körde förbi", "Fordon %s"), "%s", mark(VehicleRegistration, v+tail), 1))
	}
	for range 20 {
		v := m.pick("Lerby", "Norra Hult", "Exempelstad Ekeby", "Bergsgården", "Åkerby", "Östra Torp") + fmt.Sprintf(" %d:%d", 1+m.r.Intn(40), 10+m.r.Intn(200))
		m.line(strings.Replace(m.pick("Fastigheten %s", "Bygglov på %s beviljas", "fastighetsbeteckning %s", "Avstyckning från fastigheten %s"), "%s", mark(Property, v), 1))
	}
	for i := range 20 {
		lat, lon := 55.5+13*m.r.Float64(), 11.5+11*m.r.Float64()
		v := fmt.Sprintf("%.5f, %.5f", lat, lon)
		switch i % 5 {
		case 1:
			v = fmt.Sprintf("%.6f %.6f", lat, lon)
		case 2:
			v = fmt.Sprintf("%d°%02d'%02d.%d\"N %d°%02d'%02d.%d\"E", int(lat), m.r.Intn(60), m.r.Intn(60), m.r.Intn(10), int(lon), m.r.Intn(60), m.r.Intn(60), m.r.Intn(10))
		case 3:
			v = fmt.Sprintf("%d, %d", 6_200_000+m.r.Intn(1_400_000), 300_000+m.r.Intn(500_000))
		case 4:
			v = fmt.Sprintf("N %.4f E %.4f", lat, lon)
		}
		m.line(strings.Replace(m.pick("Koordinater: %s", "GPS-position %s", "Plats (SWEREF eller WGS84): %s"), "%s", mark(Coordinates, v), 1))
	}
	for i := range 24 {
		name := m.pick("vera", "nils", "anna", "per") + m.pick(".", "_") + m.pick("ek", "lund", "berg") + m.digits(m.r.Intn(3))
		v := []string{"@" + name, "instagram.com/" + name, "https://www.facebook.com/" + name, "twitter.com/" + name, "https://www.tiktok.com/@" + name, name}[i%6]
		form := "Hon heter %s på Instagram"
		switch i % 6 {
		case 0:
			form = m.pick("Instagram %s", "följ %s", "Twitter: %s", "Snapchat: %s")
		case 1, 2, 3, 4:
			form = m.pick("Se %s", "%s", "Profil: %s")
		case 5:
			form = m.pick("Instagram: %s", "snapchat: %s", "TikTok: %s")
		}
		m.line(strings.Replace(form, "%s", mark(SocialHandle, v), 1))
	}
	for range 24 {
		name, school := m.pick("Elsa", "Hugo", "Alva", "Liam", "Saga", "Noah", "Vera", "Ebba"), m.pick("Björkskolan", "Ekskolan", "Norrskolan", "förskolan Solgläntan", "Lerby skola", "Bergets förskola")
		m.line(m.pick("Eleven {child_school:%s går på %s} i år.", "Min dotter {child_school:%s börjar på %s} i höst.", "{child_school:%s, 7 år, går på %s}.", "Sonen {child_school:%s i klass 3B på %s} behöver stöd.", "Barnet {child_school:%s hämtas från %s} klockan tre."), name, school)
	}
	for i := range 16 {
		v := []string{"underskrift", "namnteckning", "signatur", "signature", "namnunderskrift"}[i%5] + m.pick("_", "-") + m.pick("ek", "lundh", "ordf", "2024") + m.pick(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
		m.line(m.pick("bilder/%s", "<img src=\"%s\">", "se %s"), mark(SignatureImage, v))
	}
}

// decoys look like what is looked for and are something else.
func (m *maker) decoys() {
	m.line("\n## decoys")
	date := func() string { return fmt.Sprintf("%02d%02d%02d", m.r.Intn(100), 1+m.r.Intn(12), 1+m.r.Intn(28)) }
	right := func(bare string) string { return bare + check(bare) } // date and check digit are right: only the words tell
	for i := range 60 {
		d := right(date() + m.pick("980", "238", "412", "077"))
		label := []string{"Fakturanummer %s", "fakturanr %s", "OCR: %s", "OCR-nr %s", "Ordernr %s", "Kundnr: %s", "Ärendenr %s", "Ärendenummer: %s", "Diarienr %s", "Dnr %s", "Artikelnr %s", "Serienr: %s", "timestamp %s", "Referensnr %s", "Avtalsnr %s"}[i%15]
		m.line(label, d)
	}
	for range 40 {
		d := date() + m.digits(3)
		wrong := string('0' + (check(d)[0]-'0'+1+byte(m.r.Intn(8)))%10)
		m.line(m.pick("%s-%s", "Numret %s-%s finns inte", "pnr %s-%s"), d[:6], d[6:]+wrong)
	}
	for range 30 {
		m.line("%s%02d%02d-%s", m.digits(2), 13+m.r.Intn(80), 32+m.r.Intn(25), m.digits(4))
	}
	for range 40 {
		d := fmt.Sprintf("%d%d%s", 2+m.r.Intn(8), m.r.Intn(10), fmt.Sprintf("%02d%s", 20+m.r.Intn(80), m.digits(5)))
		d += check(d)
		m.line(m.pick("Org.nr %s-%s", "organisationsnummer %s-%s", "%s-%s, Exempelbolaget AB", "Orgnr: 16%s-%s"), d[:6], d[6:])
	}
	for i := range 40 {
		year, month, day := 2015+m.r.Intn(12), 1+m.r.Intn(12), 1+m.r.Intn(28)
		switch i % 8 {
		case 0:
			m.line("%d%02d%02d%02d%02d", year, month, day, m.r.Intn(24), m.r.Intn(60))
		case 1:
			m.line("%d-%02d-%02d %02d:%02d:%02d", year, month, day, m.r.Intn(24), m.r.Intn(60), m.r.Intn(60))
		case 2:
			m.line("%d%02d%02dT%02d%02d%02dZ", year, month, day, m.r.Intn(24), m.r.Intn(60), m.r.Intn(60))
		case 3:
			m.line("epoch %d", 1_500_000_000+m.r.Intn(250_000_000))
		case 4:
			m.line("KS %d/%04d", year, m.r.Intn(9999))
		case 5:
			m.line("Dnr %s-%d-%05d", m.pick("KS", "SN", "BUN", "MBN"), year, m.r.Intn(99999))
		case 6:
			m.line("kl. %02d.%02d–%02d.%02d", m.r.Intn(12), m.r.Intn(60), 12+m.r.Intn(12), m.r.Intn(60))
		default:
			m.line("sammanträde %d %s %d kl %02d.%02d", day, m.pick("maj", "juni", "oktober"), year, 8+m.r.Intn(12), m.r.Intn(60))
		}
	}
	for i := range 30 {
		m.line([]string{"978-91-%[1]d-%[2]d-%[3]d", "%[3]d %03[2]d 000 kr", "%[1]d,%[3]d kvadratmeter", "%[2]d 000 %03[2]d kronor i anslag", "sidorna %[3]d–%[2]d", "version %[3]d.%[2]d.%[1]d"}[i%6], 1000+m.r.Intn(8999), 100+m.r.Intn(899), 1+m.r.Intn(9))
	}
	for i := range 25 {
		m.line([]string{"Storgatan %d meter norrut", "väg %d", "Riksväg %d", "på Kungsgatan %d maj", "Box %d, Lerby", "§ %d Val av justerare", "Paragraf %d Anmälningar", "Bilaga %d Karta", "Rum %d", "Buss %d går var tionde minut"}[i%10], 2+m.r.Intn(28))
	}
	for i := range 25 {
		m.line([]string{"Detaljplan %d:%d antogs", "OSL %d:%d", "Matteus %d:%d", "Skala %d:%d00", "Sverige vann %d:%d", "KL %d:%d", "kl %d:%02d", "Avsnitt %d:%d"}[i%8], 1+m.r.Intn(21), 10+m.r.Intn(40))
	}
	for i := range 30 {
		m.line([]string{"SFS %d", "LSS %d", "Rum SAL %d", "Kurs MAT %d", "SOU %d:45", "KSAU %d", "PDF %d sidor", "Linje %d", "DNR%d", "Art %d"}[i%10], 100+m.r.Intn(899))
	}
	for i := range 25 {
		d := "5" + m.digits(6)
		wrong := d + string('0'+(check(d)[0]-'0'+3)%10)
		m.line([]string{"Bankgiro %s", "bg %s", "Serien %s", "Nummer %s", "Plats %s"}[i%5], wrong[:4]+"-"+wrong[4:])
	}
	for i := range 20 {
		s := ibanOf("SE", m.digits(20))
		m.line([]string{"IBAN %s", "%s"}[i%2], s[:2]+fmt.Sprintf("%02d", (int(s[2]-'0')*10+int(s[3]-'0')+5)%90+2)+s[4:])
	}
	for i := range 25 {
		m.line([]string{"logo@%dx.png", "paket@%d.2.1", "@media print %d", "@font-face nr %d", "användare %d @ värd", "bild@%dx.webp"}[i%6], 2+i%7)
	}
	for i := range 25 {
		name := m.pick("Anna", "Erik", "Karin", "Johan", "Maria")
		m.line([]string{"%s är rektor på Björkskolan.", "Läraren %s leder Ekskolan.", "%s, ordförande i barn- och utbildningsnämnden, besökte skolan.", "Kontakta %s på förskolan för frågor.", "%s skolan har fått nytt tak."}[i%5], name)
	}
	for i := range 20 {
		m.line([]string{"design%d.png", "assignment_%d.jpg", "signal-%d.svg", "signatur-policy-%d.pdf", "foto_%d.jpeg"}[i%5], 10+m.r.Intn(90))
	}
	for i := range 15 {
		m.line([]string{"Priset gick från %d,32 till %d,06 kr", "måtten %d.5, %d.2 cm", "%d.45–%d.30 är lunch"}[i%3], 50+m.r.Intn(15), 11+m.r.Intn(12))
	}
}
