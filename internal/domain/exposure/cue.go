package exposure

import "strings"

// cue is what a word near by tells about a number.
type cue byte

const (
	cueNone     cue = iota
	cueFiller       // "nr", "är", "nummer": counts for nothing and for no distance
	cuePerson       // personnummer, född
	cuePhone        // telefon, mobil
	cueRecord       // faktura, OCR, order, dnr, ärende: a number of a thing
	cueOrg          // organisationsnummer
	cueTime         // tidpunkt, timestamp
	cueMoney        // kronor, belopp
	cueAccount      // konto, clearing
	cueBankgiro     // bankgiro, bg
	cuePlusgiro     // plusgiro, pg
	cueVehicle      // regnr, bilen
	cueProperty     // fastighet
	cueCoord        // koordinater, lat
	cueHome         // adress, bor
	cueText         // kapitel, skala, match: two numbers with a colon
	cues            // how many there are
)

// cueWords are the words, folded; a star at the end means whatever follows.
var cueWords = map[cue]string{
	cueFiller:   "nr no nummer num number ar is med som har sitt sin min mitt hennes hans deras the den det i a e",
	cuePerson:   "personn* pers persnr pnr pn personid* personbet* personligt* samordning* samnr fodd fodda fodelse* fods identitetsn* idnr ssn patient* social* civic personal* sokande elev* barnets medborgare klient* brukare* vardnadshavare* p person persondata personuppgift*",
	cuePhone:    "tel tele telefon* tfn tlf phone* mobil* mob cell* ring* ringa sms* fax* vaxel* nas call* jour* swish* direktnr direkt telnr hemnr mobile whatsapp signal hemtel kontaktnr",
	cueRecord:   "faktura* fakt ocr* order* ordernr bestallning* artikel* artnr art kund* ref referens* refnr inv invoice* serie* serial* sn imei* ean gtin isbn* issn* kolli* paket* sparning* tracking* forsandelse* avtal* lev leverant* matare matarnr matarid* anlaggning* abonnemang* biljett* ticket* bokning* dnr diarie* arende* arendenr mal malnr case* akt aktnr lopnr lopnummer handling* dossier* id objekt* inventarie* version* build hash* licens* license* bilaga transaktion* kvitto* kvittonr verifikat* kontraktsnr kontrakt* polis* forsakring* batch* lot sku varunr varunummer produkt* message guid uuid token* session* kod* kort* kortnr medlem* kassa* projekt* projnr forsaljning* doc dok dokument* registrering* inkop*",
	cueOrg:      "org orgnr organisation* momsreg* vat vatnr moms foretag* bolag* company* foretagsnr",
	cueTime:     "tid tids* tidpunkt* timestamp* ts datum* logg* log epoch* unix* skapad* created* updated* uppdaterad* senast kl klockan tidst* expires* sparad",
	cueMoney:    "kr kronor sek belopp* summa* kostnad* pris* totalt miljon* mkr tkr msek eur euro usd budget* st stycken kwh kvm personer invanare m3 m2 meter mil ton kg liter saldo hektar",
	cueAccount:  "konto* bankkonto* kontonr kontonummer clearing* clnr bank* swedbank handelsbanken nordea seb shb lonekonto sparkonto personkonto lanskonto account* danske skandiabanken lansforsakringar icabanken utbetal* insatt* overfor*",
	cueBankgiro: "bankgiro* bg bgnr bankg giro* bankgironr inbetal*",
	cuePlusgiro: "plusgiro* pg pgnr postgiro* plusgironr plusg postg",
	cueVehicle:  "reg regnr registreringsn* registreringssk* regskylt* fordon* bil bilen bilens bilar skylt* nummerplat* nummerskylt* plat parkera* volvo saab bmw audi tesla toyota volkswagen vw skoda kia ford mercedes peugeot renault mazda nissan hyundai opel seat honda subaru mc motorcykel* moped* slapvagn* slap husvagn* lastbil* taxi* kor korde korde* personbil* parkering* fordonet vehicle* car plate* skyltar vit svart rod bla gron gra silver*",
	cueProperty: "fastighet* fastighetsbet* beteckning* lagfart* tomt* kv kvarter* bygglov* nybyggnad* tillbyggnad* detaljplan* avstyckning* stamfastighet* registerfastighet* fastighetsagare lantmateri* rivningslov* marklov* strandskydd* property* arrende* villa* fritidshus*",
	cueCoord:    "koordinat* position* gps* lat latitud* lon lng long longitud* wgs* sweref* rt90 geo geo* plats platsen lage coordinates* location* latlng ll",
	cueHome:     "adress* address* bor bodde boende* bostad* hem hemma hemadress* bostadsadress* gatuadress* besoksadress* postadress* folkbokf* flytta* flyttat skriven lives street* c/o utdelningsadress* hus huset lagenhet* lgh villa* radhus* leveransadress* fakturaadress* traffas",
	cueText:     "kap kapitel* kapitlet avsnitt* tabell* figur* skala* skalan kl klockan punkt* bilaga sida* sid version* match* matchen seger* vann resultat* psalm* vers* evangel* matt matteus mark markus luk lukas joh johannes mos mosebok kor korintierbrev* rom romarbrevet ps stallning* slutade mal malet forlust* forhallande* ratio* paragraf* forordning* lag lagen prop sou ds sfs iso en ss oavgjort hemma borta sekunder minuter tid loptid* kvot* proportion* spadning* blandning* rast* art artikel* apg uppenb jesaja hebreerbrevet petrus jakob",
}

// cueStems holds whole words in whole, and by their first three letters the beginnings.
var cueWhole, cueStems = func() (map[string]cue, map[[3]byte][]stem) {
	whole, stems := map[string]cue{}, map[[3]byte][]stem{}
	for c := cueFiller; c < cues; c++ { // in the order of the kinds: of two that share a word the first has it
		for _, w := range strings.Fields(cueWords[c]) {
			begin, open := strings.CutSuffix(w, "*")
			if !open {
				if _, taken := whole[w]; !taken {
					whole[w] = c
				}
				continue
			}
			k := [3]byte([]byte(begin)[:3])
			stems[k] = append(stems[k], stem{begin, c})
		}
	}
	return whole, stems
}()

type stem struct {
	begins string
	cue    cue
}

func cueOf(folded []byte) cue {
	if c, ok := cueWhole[string(folded)]; ok {
		return c
	}
	if len(folded) < 3 {
		return cueNone
	}
	best, n := cueNone, 0
	for _, s := range cueStems[[3]byte(folded)] {
		if len(s.begins) > n && strings.HasPrefix(string(folded), s.begins) {
			best, n = s.cue, len(s.begins)
		}
	}
	return best
}

// around is how many words away each cue stands, far when it doesn't.
type around [cues]byte

const far = 99

func (a *around) near(c cue, words byte) bool { return a[c] <= words }

// nearest tells whether c stands nearer than the others.
func (a *around) nearest(c cue, others ...cue) bool {
	for _, o := range others {
		if a[o] < a[c] || a[o] == a[c] && a[o] < far {
			return false
		}
	}
	return a[c] < far
}

const (
	reachBack  = 96
	reachAhead = 40
)

// cuesAt reads the words around [from, to): up to eight before, also on the line before, and three
// after on the same line, which count as two words farther away.
func (f *finder) cuesAt(from, to int) *around {
	if f.cueFrom == from+1 && f.cueTo == to {
		return &f.cue
	}
	f.cueFrom, f.cueTo = from+1, to
	a := &f.cue
	for i := range a {
		a[i] = far
	}
	f.cuesBefore(a, from)
	f.cuesAfter(a, to)
	return a
}

func (f *finder) cuesBefore(a *around, i int) {
	b, least := f.b, max(0, i-reachBack)
	var words, lines byte
	for i > least && words < 10 {
		n := letterBefore(b, i)
		if n == 0 {
			i--
			switch c := b[i]; {
			case c == '\n':
				if lines++; lines > 2 {
					return
				}
				words++
			case (c == '.' || c == '!' || c == '?') && i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == '\n') && i-wordStart(b, i, least) > 5:
				words += 3
			case c == ';' || c == '|' || c == '\t' || c == '<':
				words++
			case isDigit(c) && i > least && !isDigit(b[i-1]):
				words++
			}
			continue
		}
		start := i
		for start > least && letterBefore(b, start) > 0 {
			start -= letterBefore(b, start)
		}
		c := cueNone
		if start > least || start == 0 {
			f.word = fold(f.word[:0], b[start:i])
			c = cueOf(f.word)
		}
		if c != cueNone && words < a[c] {
			a[c] = words
		}
		if c != cueFiller {
			words++
		}
		i = start
	}
}

func (f *finder) cuesAfter(a *around, i int) {
	b, most := f.b, min(len(f.b), i+reachAhead)
	for words := byte(2); i < most && words < 5; {
		if b[i] == '\n' || b[i] == ';' || b[i] == '|' || b[i] == '\t' {
			return
		}
		n := letterAt(b, i)
		if n == 0 {
			i++
			continue
		}
		stop := wordEnd(b, i)
		f.word = fold(f.word[:0], b[i:stop])
		c := cueOf(f.word)
		if c == cueMoney && words > 2 { // "kr" counts only right behind
			c = cueNone
		}
		if c != cueNone && words < a[c] {
			a[c] = words
		}
		if c != cueFiller {
			words++
		}
		i = stop
	}
}
