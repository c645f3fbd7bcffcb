package exposure

import (
	"bytes"
	"slices"
	"strings"
)

// cue is what a word near by tells about a number.
type cue byte

const (
	cueNone     cue = iota
	cueFiller       // "nr", "är", "nummer": counts for nothing and for no distance
	cuePerson       // personnummer, född
	cuePhone        // telefon, mobil
	cueRecord       // fakturanummer, OCR, dnr: the number of a thing
	cueThing        // faktura, ärende: a thing that may have a number
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
	cueRecord:   "fakturan* fakturanr fakturanummer fakt ocr* ordern* ordernr artikeln* artnr kundn* kundnr referensn* refnr inv invoice* serien* serienr serial* sn imei* ean gtin isbn* issn* kollin* kollinr kolliid paketid sparningsn* tracking* sandningsn* avtalsn* avtalsnr leverantorsn* matarn* matarnr matarid* anlaggningsid* anlaggningsn* biljettn* ticket* bokningsn* dnr diarien* diarienr arenden* arendenr malnr case* aktnr lopnr lopnummer objektid objektn* inventarien* build hash* licensn* transaktionsn* transaktionsid kvitton* kvittonr verifikat* verifikationsn* kontraktsnr kontraktsn* polisn* forsakringsn* batch* lot sku varun* varunr produktn* guid uuid token* session* kortn* kortnr medlemsn* projektn* projnr dokumentn* id dokid message* registreringsid bestallningsn* inkopsn* forsandelsen* betalningsref* betalref* meddelanden*",
	cueThing:    "faktura fakturan fakturor order ordern bestallning bestallningen artikel artikeln art kund kunden kundens ref referens serie kolli paket paketet sparning forsandelse avtal avtalet leverantor leverantoren matare mataren anlaggning anlaggningen abonnemang* biljett bokning arende arendet mal malet akt akten handling handlingen dossier objekt version bilaga transaktion kvitto kvittot kontrakt forsakring* produkt kod koden kort kortet medlem kassa projekt projektet dokument dokumentet diarium diariet registrering inkop doc dok nyckel polis lev",
	cueOrg:      "org orgnr organisation* momsreg* vat vatnr moms foretag* bolag* company* foretagsnr",
	cueTime:     "tid tids* tidpunkt* timestamp* ts datum* logg* log epoch* unix* skapad* created* updated* uppdaterad* senast kl klockan tidst* expires* sparad",
	cueMoney:    "kr kronor sek belopp* summa* totalt miljon* mkr tkr msek eur euro usd st stycken kwh kvm personer invanare m3 m2 meter mil ton kg liter saldo hektar",
	cueAccount:  "konto* bankkonto* kontonr kontonummer clearing* clnr bank* swedbank handelsbanken nordea seb shb lonekonto sparkonto personkonto lanskonto account* danske skandiabanken lansforsakringar icabanken utbetalningskonto insattningar overforing*",
	cueBankgiro: "bankgiro* bg bgnr bankg giro* bankgironr inbetal*",
	cuePlusgiro: "plusgiro* pg pgnr postgiro* plusgironr plusg postg",
	cueVehicle:  "reg regnr registreringsn* registreringssk* regskylt* fordon* bil bilen bilens bilar skylt* nummerplat* nummerskylt* plat parkera* volvo saab bmw audi tesla toyota volkswagen vw skoda kia ford mercedes peugeot renault mazda nissan hyundai opel seat honda subaru mc motorcykel* moped* slapvagn* slap husvagn* lastbil* taxi* kor korde korde* personbil* parkering* fordonet vehicle* car plate* skyltar vit svart rod bla gron gra silver*",
	cueProperty: "fastighet* fastighetsbet* beteckning* lagfart* tomt* kv kvarter* bygglov* nybyggnad* tillbyggnad* detaljplan* avstyckning* stamfastighet* registerfastighet* fastighetsagare lantmateri* rivningslov* marklov* strandskydd* property* arrende* villa* fritidshus*",
	cueCoord:    "koordinat* position* gps* lat latitud* lon lng long longitud* wgs* sweref* rt90 geo geo* plats platsen lage coordinates* location* latlng ll",
	cueHome:     "adress* address* bor bodde boende* bostad* hem hemma hemadress* bostadsadress* gatuadress* besoksadress* postadress* folkbokf* flytta* flyttat skriven lives street* c/o utdelningsadress* hus huset lagenhet* lgh villa* radhus* leveransadress* fakturaadress* traffas",
	cueText:     "kap kapitel* kapitlet avsnitt* tabell* figur* skala* skalan kl klockan punkt* bilaga sida* sid version* match* matchen seger* vann resultat* psalm* vers* evangel* matt matteus mark markus luk lukas joh johannes mos mosebok kor korintierbrev* rom romarbrevet ps stallning* slutade mal malet forlust* forhallande* ratio* paragraf* forordning* lag lagen prop sou ds sfs iso en ss oavgjort hemma borta sekunder minuter tid loptid* kvot* proportion* spadning* blandning* rast* art artikel* apg uppenb jesaja hebreerbrevet petrus jakob",
}

// A word of eight letters at most is looked up whole, as a number; a longer one, and a beginning, by
// its first three letters.
type lexicon struct {
	whole [4096]struct {
		key uint64
		cue cue
	}
	at    [26 * 26 * 26]uint16 // 1 + where in stems the stems with these letters begin
	stems []stem
}

type stem struct {
	begins string
	cue    cue
}

var lexemes = func() *lexicon {
	l := new(lexicon)
	var stems []stem
	for c := cueFiller; c < cues; c++ { // of two kinds that share a word the first has it
		for _, w := range strings.Fields(cueWords[c]) {
			begin, open := strings.CutSuffix(w, "*")
			if open || len(w) > 8 {
				stems = append(stems, stem{begin, c})
				continue
			}
			l.put(wordKey([]byte(w)), c)
		}
	}
	slices.SortStableFunc(stems, func(a, b stem) int { return three([]byte(a.begins)) - three([]byte(b.begins)) })
	l.stems = append(stems, stem{})
	for i := len(stems) - 1; i >= 0; i-- {
		l.at[three([]byte(stems[i].begins))] = uint16(i + 1)
	}
	return l
}()

func (l *lexicon) put(key uint64, c cue) {
	i := slot(key)
	for l.whole[i].key != 0 && l.whole[i].key != key {
		i = (i + 1) % uint64(len(l.whole))
	}
	if l.whole[i].key == 0 {
		l.whole[i].key, l.whole[i].cue = key, c
	}
}

func slot(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 52 }

// wordKey is the word as a number; eight letters at most.
func wordKey(w []byte) uint64 {
	var k uint64
	for i := len(w) - 1; i >= 0; i-- {
		k = k<<8 | uint64(w[i])
	}
	return k
}

// three numbers the first three letters, or is -1.
func three(w []byte) int {
	if len(w) < 3 {
		return -1
	}
	a, b, c := int(w[0])-'a', int(w[1])-'a', int(w[2])-'a'
	if uint(a) > 25 || uint(b) > 25 || uint(c) > 25 {
		return -1
	}
	return (a*26+b)*26 + c
}

func cueOf(folded []byte) cue {
	if len(folded) <= 8 {
		key := wordKey(folded)
		for i := slot(key); lexemes.whole[i].key != 0; i = (i + 1) % uint64(len(lexemes.whole)) {
			if lexemes.whole[i].key == key {
				return lexemes.whole[i].cue
			}
		}
	}
	k := three(folded)
	if k < 0 || lexemes.at[k] == 0 {
		return cueNone
	}
	best, n := cueNone, 0
	for i := int(lexemes.at[k]) - 1; three([]byte(lexemes.stems[i].begins)) == k; i++ {
		if s := &lexemes.stems[i]; len(s.begins) > n && bytes.HasPrefix(folded, []byte(s.begins)) {
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
	reachBack  = 72
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
	label := false // a colon or "nr" stands between here and the number, and nothing else
	if i > 0 && b[i-1] == '#' {
		label = true
	}
	for i > least && words < 7 {
		n := letterBefore(b, i)
		if n == 0 {
			i--
			switch c := b[i]; {
			case c == ':' || c == '#' || c == '=':
				label = label || words == 0
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
		for start > least {
			if c := b[start-1] | 0x20; c >= 'a' && c <= 'z' {
				start--
				continue
			}
			n := letterBefore(b, start)
			if n == 0 {
				break
			}
			start -= n
		}
		c := cueNone
		if start > least || start == 0 {
			f.word = fold(f.word[:0], b[start:i])
			c = cueOf(f.word)
		}
		switch {
		case c == cueNone && words == 0 && numbers(f.word):
			c = cueRecord
		case c == cueFiller:
			label = label || words == 0 && numberWord(f.word)
		case c == cueThing && label && words == 0:
			c = cueRecord
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

// numbers tells whether a word names the number of something: ärendebeteckning, kursnummer.
func numbers(w []byte) bool {
	for _, end := range []string{"nummer", "beteckning", "referens", "kod", "nr"} {
		if len(w) > len(end)+1 && string(w[len(w)-len(end):]) == end {
			return true
		}
	}
	return false
}

// numberWord tells whether a filler says number.
func numberWord(w []byte) bool {
	switch string(w) {
	case "nr", "no", "nummer", "num", "number":
		return true
	}
	return false
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
