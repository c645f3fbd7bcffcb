// Corpus writes a deterministic synthetic Swedish text corpus with planted
// personal data, and a ground-truth JSON with the planted counts.
//
//	go run . -out corpus.txt -mb 1024 -seed 1 [-split DIR -page 65536]
//
// Personnummer are built with the individual numbers that Skatteverket sets aside
// for test numbers (980x, 981x, 238x, 239x) so no real person is named on purpose.
// Decoys: digit strings that look like personnummer but fail Luhn or date,
// order/invoice numbers, dates, ISBN, prices, diary numbers, postgiro.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
)

var words = strings.Fields(`och att det som en på är av för med till den har de inte om ett men var jag sig från vi så kan
när år under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket än här då sedan över bara
blir upp även vad två vill samma utan barn skolan kommunen nämnden beslut ärende ansökan handläggare bygglov förskola socialtjänsten
fritids protokoll sammanträde ledamot fullmäktige budget avgift taxa renhållning vatten avlopp gata park trafik snöröjning bibliotek
kultur omsorg äldreomsorg hemtjänst vårdboende överförmyndare tillsyn miljö hälsa livsmedel alkoholtillstånd detaljplan fastighet
medborgarförslag synpunkt klagomål arbetsmiljö hot våld incident tillbud anmälan skyddsombud chef medarbetare polis anmäla händelse
utredning bedömning åtgärd uppföljning sekretess offentlighet handling diarium registrator arkiv gallring delegation yttrande remiss
överklagande förvaltningsrätt tjänsteskrivelse bilaga underlag samråd granskning antagande laga kraft upphandling avtal leverantör`)
var first = strings.Fields(`Anna Erik Lars Karin Maria Johan Sara Emma Oskar Elin Åsa Örjan Göran Märta Björn Fatima Ali Amina Mohamed Linnéa Ingrid Sven Nils Astrid`)
var last = strings.Fields(`Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Lindström Öberg Åkesson Sjögren Hassan Ahmed Lindqvist Bergström`)
var street1 = strings.Fields(`Stor Drottning Kungs Kyrko Skol Industri Björk Ring Hamn Järnvägs Öster Väster Norra Södra Park Ängs Sjö Bergs Åkar Linné`)
var street2 = strings.Fields(`gatan vägen gränd torget stigen allén backen`)
var city = strings.Fields(`Stockholm Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund Umeå Gävle Borås Södertälje Eskilstuna Växjö Karlstad Sundsvall Östersund`)
var dom = strings.Fields(`example.se example.org kommun.example.se test.example.com region.example.se`)
var R *rand.Rand
var truth = map[string]int{}

func pick(s []string) string { return s[R.Intn(len(s))] }
func luhn(d string) byte {
	s := 0
	for i, c := range d {
		v := int(c - '0')
		if i%2 == 0 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		s += v
	}
	return byte('0' + (10-s%10)%10)
}
func pnr(sam bool) (string, string) {
	y := 1910 + R.Intn(110)
	m, d := 1+R.Intn(12), 1+R.Intn(28)
	if sam {
		d += 60
	}
	ind := []string{"980", "981", "238", "239"}[R.Intn(4)]
	nine := fmt.Sprintf("%02d%02d%02d%s", y%100, m, d, ind)
	return fmt.Sprintf("%d%02d%02d", y, m, d), ind + string(luhn(nine))
}
func fmtPnr(sam bool) string {
	a, b := pnr(sam)
	switch R.Intn(5) {
	case 0:
		return a + b
	case 1:
		return a + "-" + b
	case 2:
		return a[2:] + "-" + b
	case 3:
		return a[2:] + b
	}
	return a[2:] + "-" + b
}
func ascii(s string) string {
	return strings.ToLower(strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "Å", "a", "Ä", "a", "Ö", "o", "é", "e").Replace(s))
}
func plant(k string) string {
	truth[k]++
	switch k {
	case "personnummer":
		return fmtPnr(false)
	case "samordningsnummer":
		return fmtPnr(true)
	case "phone":
		switch R.Intn(4) {
		case 0:
			return fmt.Sprintf("070-174 06 %02d", 5+R.Intn(95)) // PTS fictional ranges
		case 1:
			return fmt.Sprintf("+46 70 174 06 %02d", 5+R.Intn(95))
		case 2:
			return fmt.Sprintf("08-465 004 %02d", 4+R.Intn(96))
		}
		return fmt.Sprintf("031-390 06 %02d", R.Intn(100))
	case "email":
		return ascii(pick(first)) + "." + ascii(pick(last)) + "@" + pick(dom)
	case "address":
		return fmt.Sprintf("%s%s %d%s", pick(street1), pick(street2), 1+R.Intn(150), []string{"", "", "A", "B"}[R.Intn(4)])
	case "postal":
		return fmt.Sprintf("%03d %02d %s", 100+R.Intn(880), 10+R.Intn(89), pick(city))
	case "orgnr":
		nine := fmt.Sprintf("212000%03d", R.Intn(1000))
		return nine[:6] + "-" + nine[6:] + string(luhn(nine))
	case "decoy":
		switch R.Intn(8) {
		case 0: // Luhn-broken personnummer
			a, b := pnr(false)
			return a[2:] + "-" + b[:3] + string('0'+(b[3]-'0'+1+byte(R.Intn(8)))%10)
		case 1: // impossible date
			return fmt.Sprintf("%02d%02d%02d-%04d", R.Intn(100), 13+R.Intn(80), 32+R.Intn(25), R.Intn(10000))
		case 2:
			return fmt.Sprintf("fakturanr %010d", R.Int63n(1e10))
		case 3:
			return fmt.Sprintf("%d-%02d-%02d", 1990+R.Intn(40), 1+R.Intn(12), 1+R.Intn(28))
		case 4:
			return fmt.Sprintf("KS %d/%04d", 2015+R.Intn(12), R.Intn(9999))
		case 5:
			return fmt.Sprintf("978-91-%d-%d-%d", 1000+R.Intn(8999), 100+R.Intn(899), R.Intn(10))
		case 6:
			return fmt.Sprintf("%d %03d kr", 1+R.Intn(900), R.Intn(1000))
		}
		return fmt.Sprintf("kl. %02d.%02d", R.Intn(24), R.Intn(60))
	case "name":
		return pick(first) + " " + pick(last)
	}
	return ""
}

func main() {
	out := flag.String("out", "corpus.txt", "")
	mb := flag.Int("mb", 1024, "MiB")
	seed := flag.Int64("seed", 1, "")
	split := flag.String("split", "", "also write pages into this directory")
	page := flag.Int("page", 65536, "page size for -split")
	flag.Parse()
	R = rand.New(rand.NewSource(*seed))
	f, err := os.Create(*out)
	if err != nil {
		panic(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	kinds := []string{"personnummer", "samordningsnummer", "phone", "email", "address", "postal", "orgnr", "decoy", "decoy", "decoy", "decoy", "name", "name"}
	weight := []int{10, 1, 10, 10, 10, 6, 3, 20, 20, 20, 20, 20, 20}
	tot := 0
	for _, x := range weight {
		tot += x
	}
	var n, lines, pages int
	var pg []byte
	limit := *mb << 20
	line := make([]byte, 0, 512)
	for n < limit {
		line = line[:0]
		nw := 8 + R.Intn(14)
		// about one line in six carries one planted item
		at, item := -1, ""
		if R.Intn(6) == 0 {
			at = R.Intn(nw)
			x := R.Intn(tot)
			i := 0
			for x >= weight[i] {
				x -= weight[i]
				i++
			}
			item = plant(kinds[i])
		}
		for i := 0; i < nw; i++ {
			if i > 0 {
				line = append(line, ' ')
			}
			if i == at {
				line = append(line, item...)
				line = append(line, ' ')
			}
			line = append(line, words[R.Intn(len(words))]...)
		}
		line = append(line, '.', '\n')
		w.Write(line)
		n += len(line)
		lines++
		if *split != "" {
			pg = append(pg, line...)
			if len(pg) >= *page {
				d := filepath.Join(*split, fmt.Sprintf("%03d", pages/256))
				os.MkdirAll(d, 0o755)
				os.WriteFile(filepath.Join(d, fmt.Sprintf("p%06d.txt", pages)), pg, 0o644)
				pages++
				pg = pg[:0]
			}
		}
	}
	w.Flush()
	f.Close()
	j, _ := json.MarshalIndent(map[string]any{"bytes": n, "lines": lines, "pages": pages, "seed": *seed, "planted": truth}, "", " ")
	os.WriteFile(*out+".truth.json", j, 0o644)
	fmt.Println(string(j))
}
