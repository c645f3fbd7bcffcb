package exposure

import "bytes"

// child finds a child's first name (barnets förnamn) beside a school or preschool: the name, a school
// and a word that says child, in one sentence, and none that says somebody who works there.
func (f *finder) child(i, e int) {
	b := f.b
	full := e // where the whole name ends, and whether that says more than the first name
	if n := space(b, e); n > 0 && capitalAt(b, e+n) {
		if full = wordEnd(b, e+n); !f.childBeside(i, full) {
			return
		}
	}
	first, last := f.sentence(i, e)
	if w := b[first:last]; !bytes.Contains(w, []byte("kol")) && !bytes.Contains(w, []byte("KOL")) && !bytes.Contains(w, []byte("agis")) && !bytes.Contains(w, []byte("ritids")) && !bytes.Contains(w, []byte("gymnasie")) {
		return
	}
	var school [2]int
	children, adult, strong := false, false, false
	var before cueChild
	nearby := 0
	for k := first; k < last; {
		n := letterAt(b, k)
		if n == 0 {
			if isDigit(b[k]) && k > full && k-full < 4 {
				strong = strong || f.age(k)
			}
			k++
			continue
		}
		w := k
		k = wordEnd(b, k)
		if w == i {
			strong = strong || before == childStrong && nearby <= 1
			continue
		}
		f.word = fold(f.word[:0], b[w:k])
		c := childCue(f.word)
		switch c {
		case childSchool:
			if school[1] == 0 || distance(w, i) < distance(school[0], i) {
				school = [2]int{w, k}
			}
		case childAdult:
			adult = true
		case childStrong, childWord:
			children = true
		}
		if c != childNone {
			before, nearby = c, 0
		} else {
			nearby++
		}
	}
	if school[1] == 0 || !children && !strong || adult && !strong {
		return
	}
	if gap := i - school[1]; gap > 0 && gap <= 2 && !strong {
		return // Förskolan Elsa: the school's own name
	}
	from, to := min(i, school[0]), max(e, school[1])
	if n := len(f.hits); n > 0 && f.hits[n-1].kind == ChildSchool && f.hits[n-1].end > from {
		return
	}
	confidence := 0.65
	if strong {
		confidence = 0.85
	}
	f.hit(ChildSchool, from, to, confidence, "child-school")
}

// childBeside tells whether the words beside a first name and a surname say that it is a child's: the
// elected and those who work at a school are named with both.
func (f *finder) childBeside(i, e int) bool {
	b := f.b
	if n := spaceBefore(b, i); n > 0 {
		f.word = fold(f.word[:0], b[wordStart(b, i-n, max(0, i-24)):i-n])
		if childCues[string(f.word)] == childStrong {
			return true
		}
	}
	for ; e < len(b) && (b[e] == ',' || b[e] == '(' || b[e] == ' '); e++ {
	}
	if e < len(b) && isDigit(b[e]) {
		return true
	}
	f.word = fold(f.word[:0], b[e:wordEnd(b, e)])
	switch string(f.word) {
	case "klass", "ak", "arskurs", "elev", "forskoleklass", "gar":
		return true
	}
	return false
}

func distance(a, b int) int { return max(a-b, b-a) }

// sentence bounds the sentence around a word, at most 160 bytes each way.
func (f *finder) sentence(i, e int) (int, int) {
	b := f.b
	first, last := i, e
	for least := max(0, i-160); first > least; first-- {
		if c := b[first-1]; c == '\n' || (c == '.' || c == '!' || c == '?') && b[first] == ' ' && first > 3 && isLetterByte(b[first-3]) {
			break
		}
	}
	for most := min(len(b), e+160); last < most; last++ {
		if c := b[last]; c == '\n' || (c == '.' || c == '!' || c == '?') && (last+1 >= len(b) || b[last+1] == ' ' || b[last+1] == '\n') && isLetterByte(b[last-2]) {
			break
		}
	}
	return first, last
}

func isLetterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// age tells whether "7 år" stands at k.
func (f *finder) age(k int) bool {
	b := f.b
	n := atoi(b[k:min(len(b), k+2)])
	for k < len(b) && isDigit(b[k]) {
		k++
	}
	k += space(b, k)
	f.word = fold(f.word[:0], b[k:wordEnd(b, k)])
	return n < 19 && (string(f.word) == "ar" || string(f.word) == "aring" || string(f.word) == "manader")
}

type cueChild byte

const (
	childNone cueChild = iota
	childSchool
	childWord
	childStrong // stands beside a child's name
	childAdult
)

var childCues = func() map[string]cueChild {
	out := map[string]cueChild{}
	words := map[cueChild]string{
		childSchool: `dagis forskola forskolan forskolans skola skolan skolans fritids fritidshem fritidshemmet oppna lagstadiet mellanstadiet hogstadiet grundskola grundskolan forskoleklass friskola friskolan sarskola sarskolan gymnasiet`,
		childStrong: `elev eleven elevens elever dotter dottern dottrar son sonen barnet barnets barn barnbarn pojke pojken flicka flickan lillebror lillasyster
 tvillingarna sexaring femaring fyraring trearing sjuaring attaring sexaringen femaringen fyraringen trearingen sjuaringen nioaringen tioaringen nioaring tioaring tonaringen tonaring`,
		childWord: `klass klassen arskurs ettan tvaan trean fyran femman sexan sjuan attan nian gar borjar borjat borjade inskolning inskolas hamtas hamta lamnas lamna skolstart forskoleklass
 avdelning avdelningen mamma mammas pappa pappas vardnadshavare foraldrar foraldrarna modersmal skolskjuts ak frånvaro elevhalsa atgardsprogram utvecklingssamtal syskon kompis klasskamrater skolk mobbas mobbad utsatt vann ritade sjong fyller`,
		childAdult: `rektor rektorn larare lararen forskollarare forskollararen pedagog pedagogen chef chefen forskolechef ordforande ledamot ledamoten handlaggare handlaggaren kurator kuratorn
 skolskoterska skolskoterskan kontakta kontakt forfattare forfattaren forelasare vaktmastare vaktmastaren bitradande namnden namnd namndens mentor arkitekt arkitekten kock kocken kommunalrad minister assistent sekreterare politiker utredare projektledare
 socialsekreterare resurs pension avgar tilltrader anstallt anstalld anstalls anstallning barnskotare barnskotaren fritidsledare specialpedagog skolchef skolchefen vikarie vikarien utbildningschef forvaltningschef tel telefon epost foredrag
 grundare professor doktor lektor adjunkt vald invald ersattare foredragande revisor gruppledare stadsdelsdirektor direktor skribent fotograf foto text konstnar konstnaren gata gatan minne stipendium stipendiet minnesfond foreningen inspektor inspektoren`,
	}
	for c := childSchool; c <= childAdult; c++ { // of two kinds that share a word the first has it
		for w := range setOf(words[c]) {
			if _, taken := out[w]; !taken {
				out[w] = c
			}
		}
	}
	return out
}()

func childCue(folded []byte) cueChild {
	if c, ok := childCues[string(folded)]; ok {
		return c
	}
	n := len(folded)
	switch {
	case n > 6 && string(folded[n-5:]) == "skola", n > 7 && string(folded[n-6:]) == "skolan", n > 8 && string(folded[n-7:]) == "skolans":
		return childSchool
	case n > 7 && string(folded[:7]) == "forskol" && string(folded) != "forskollarare":
		return childSchool
	case n > 8 && string(folded[n-8:]) == "gymnasie", n > 9 && string(folded[n-9:]) == "gymnasiet":
		return childSchool
	case n > 6 && (string(folded[n-6:]) == "larare" || string(folded[n-5:]) == "chef" || string(folded[n-6:]) == "namnden"):
		return childAdult
	}
	return childNone
}

// firstNames are given names that children in Sweden have, folded; not all there are.
var firstNames = setOf(`adam adrian agnes ahmed aisha albert albin alexander alexandra alfred ali alice alicia alina alma alva alvin amanda amelia amelie amina
amir anders andre andrea anna anton antonia aron arvid asta astrid august aurora axel beata benjamin bianca bo carl caroline casper cecilia charlie charlotta charlotte
christian clara colin daniel dante david diana ebba ebbe eddie edith edvin edward elena eleonora eli elias elin elina elis elisa elisabeth eliza ella ellen ellie ellinor elliot elliott elly
elsa elton elvin elvira emanuel embla emelie emil emilia emily emma emmy engla enya erik erika ester eva fabian fatima felicia felix filip filippa frank frans fredrik freja frida fritz
gabriel gabriella greta gunnar gustaf gustav hanna hannah hannes harry hassan hedda hedvig hektor helena helga helmer henrik henry herman hilda hilma hjalmar holly hugo ibrahim ida ines inez
ingrid iris isa isabel isabella isabelle isak ivar ivy jack jacob jakob jamie jan jasmine jennifer jesper joakim joel johan johanna john jonas jonatan jonathan jonna josef josefin josefine
julia julian julie juliette juni kaj kajsa karin karl kasper kerstin kevin kim klara konrad kristian kristina lage lars laura lea leah leia lennox leo leon leona levi lia liam liana lilian lilly lily linda linn
linnea linus lisa liv livia lo loke lotta louie louise lova love lovis lovisa lowe loui lucas lucia ludvig lukas luna lycka maja majken malin malte malva maria marie marta martin mathilda matilda
matilde matteo max maximilian melina melissa melker melvin meja mia michael mila milian milo milton mina minna minou mira miranda miriam moa mohamed mohammad mohammed molly morris muhammad my
märta nadia natalie nathalie nellie nelly nicole nikita nils noa noah noel noelle noomi nora nour novalie nova olga oliver olivia olle oliwia omar oscar oskar otto patrik paul paula peter philip phoebe pelle per petra
rafael rasmus rebecca rebecka robin ronja rosa rut ruth ryan saga salma sam samir samuel sanna sara sarah sebastian selma sigge signe sigrid siri sixten sofia sofie sonja sophia stella stina
stig sune svante svea sven tage tea teo theo theodor thea tilda tilde tilia tim timothy tindra tintin tor tora torsten tova tove tristan troy ture tuva tyra ulf urban valter vanessa vega vera vidar vide viggo viktor viktoria
vilgot vilhelm vilja vilma vincent viola vira wilhelm william willie wilma wilmer yasmin yusuf ylva yousef zahra zara zoe ake asa oskar orjan osten alma artur arthur astor baltsar bertil birger björn bjorn boris brita britta disa doris
einar elof enzo fanny folke goran göran gösta gosta hampus henning hillevi ingemar julius kalle lasse linnea maj majsan marion mattias micael monica nike niklas nisse olof ossian pontus ragnar rakel sally simon sivert sverker thor tuve tyr
elsie leja saga cleo cornelia dalia elma emina estelle eveline hailey joline juno jussi kian leonel lion lykke malou maryam mateo mikael milan nathan noor rio safiya sofi yara zayn zeinab`)
