package screening

import (
	"math"
	"slices"
	"strings"
	"sync"
)

const (
	alarmAt    = 0.75 // threat from which the on-call is woken
	flagAt     = 0.4  // signal from which a message lies behind a cover
	mostHits   = 40   // reasons of one message
	mostOfRule = 3    // reasons of one rule
	fewOwn     = 3    // words of one's own under which what is quoted counts too
)

// Screener reads messages with one set of weights. It may be used by many at once.
type Screener struct {
	weights *Weights
	readers *sync.Pool // what a reader needs is large, and cleared by use
}

// With gives a screener with weights of one's own, from Decode.
func With(w *Weights) Screener {
	ready()
	return Screener{w, &sync.Pool{New: func() any { return new(reader) }}}
}

var standard = sync.OnceValue(func() Screener {
	w, err := Decode(builtIn)
	if err != nil {
		panic(err)
	}
	return With(w)
})

// Screen reads one message with the weights that are built in. It never fails and takes time in
// proportion to the text.
func Screen(in Input) Result { return standard().Screen(in) }

// Screen reads one message.
func (s Screener) Screen(in Input) Result {
	f, l := &finder{subject: in.Subject, body: in.Text, in: "subject"}, &learner{weights: s.weights}
	r := s.readers.Get().(*reader)
	defer s.readers.Put(r)
	r.learned, r.found, r.own = l, f, 0
	r.read(in.Subject, false)
	f.keep(l)
	f.in = ""
	r.read(in.Text, false)
	f.keep(l)
	quoted := r.own < fewOwn && strings.Contains(in.Text, ">")
	if quoted {
		r.read(in.Text, true)
		f.keep(l)
	}
	if in.Listed != nil {
		f.listed(in.Listed)
	}
	return f.result(quoted)
}

// found is one hit.
type found struct {
	rule       uint16
	start, end int
	in         string
}

// finder gathers the hits of a message.
type finder struct {
	subject, body string
	in            string // the part being read: subject, or empty for the text
	hits          []found
	dox           []found // what is listed
	best          [lanes]stretchOf
	excused       [len(Kinds)]bool // a pattern of the kind was found, and a word that makes it harmless
}

// stretchOf is where the learned part saw a lane highest.
type stretchOf struct {
	z          float64
	seen       bool
	start, end int
	in         string
}

func (f *finder) hit(rule uint16, start, end int) {
	if len(f.hits) >= mostHits {
		return
	}
	same := 0
	for _, h := range f.hits {
		if h.rule != rule || h.in != f.in {
			continue
		}
		same++
		if h.start <= end && start <= h.end {
			return
		}
	}
	if same < mostOfRule {
		f.hits = append(f.hits, found{rule, start, end, f.in})
	}
}

// keep takes what the learned part saw in the part of the message just read.
func (f *finder) keep(l *learner) {
	for k := range lanes {
		if b := &f.best[k]; l.any && (!b.seen || l.best[k] > b.z) {
			*b = stretchOf{l.best[k], true, l.from[k], l.to[k], f.in}
		}
	}
	l.any = false
}

// chance is what the learned part thinks of a lane, 0 to 1.
func (f *finder) chance(lane int) float64 {
	if !f.best[lane].seen {
		return 0
	}
	return 1 / (1 + math.Exp(-f.best[lane].z))
}

// learnedAt is from where the learned part's chance of a kind counts. Each is a little over what one
// lawful message in a hundred reaches when the frames that it is made of are kept out of training.
var learnedAt = [...]float64{0.42, 0.44, 0.24, 0.30, 0.33, 0.30, 0.22}

// learnedDoubt is the part of that under which, for every kind, it weakens what a weak rule says.
const learnedDoubt = 0.15

// leastAlone is from where what the learned part adds counts without a rule; less strengthens one.
const leastAlone = 0.42

// thinks is what the learned part adds for a kind, 0 to 0.65, and whether it doubts everything.
func (f *finder) thinks() (adds [len(Kinds)]float64, doubts bool) {
	doubts = true
	for k, at := range learnedAt {
		p := f.chance(k)
		if p >= at {
			adds[k] = leastAlone + 0.23*(p-at)/(1-at)
		} else if p >= at/2 {
			adds[k] = leastAlone * (2*p/at - 1)
		}
		doubts = doubts && p < learnedDoubt*at
	}
	return adds, doubts
}

// result weighs hits and the learned opinion. A rule's weights add as independent signs do:
// 1 − Π(1 − w). The learned part by itself can flag, never alarm.
func (f *finder) result(quoted bool) Result {
	calm, noFoul, kind := 1.0, 1.0, [lanes]float64{1, 1, 1, 1, 1, 1, 1, 1} // kept as 1 − w
	seen := map[uint16]bool{}
	adds, doubt := f.thinks()
	for _, h := range f.hits {
		if seen[h.rule] {
			continue
		}
		seen[h.rule] = true
		r := &ours.rules[h.rule]
		w, a, sure := r.threat, r.abuse, r.sure
		if doubt && sure < 0.7 {
			w, a, sure = w*0.7, a*0.7, sure*0.7
		}
		calm *= 1 - w
		noFoul *= 1 - a
		kind[r.lane] *= 1 - sure
	}
	for k, m := range adds {
		if kind[k] == 1 && (f.excused[k] || m < leastAlone) {
			continue // a figure of speech that the rules know, or too faint by itself
		}
		kind[k] *= 1 - m
		switch Kinds[k] {
		case Threat, VeiledThreat:
			calm *= 1 - m
		case Harassment:
			noFoul *= 1 - m
		}
	}
	if len(f.dox) > 0 {
		calm *= 0.45
		kind[slices.Index(Kinds[:], Doxing)] *= 0.3
	}
	out := Result{Verdict: Pass, Threat: round(1 - calm), Abuse: round(1 - noFoul), Kinds: []Kind{}, Reasons: []Reason{}}
	for k, left := range kind[:len(Kinds)] {
		if 1-left >= flagAt {
			out.Kinds = append(out.Kinds, Kinds[k])
		}
	}
	harm := 1 - kind[slices.Index(Kinds[:], SelfHarm)]
	switch {
	case out.Threat >= alarmAt || harm >= 0.7:
		out.Verdict = Alarm
	case out.Threat >= flagAt || out.Abuse >= flagAt || len(out.Kinds) > 0:
		out.Verdict = Flag
	}
	if out.Verdict != Pass && len(out.Kinds) == 0 { // several weak signs, none of which names it
		likely := 0
		for k, left := range kind[:len(Kinds)] {
			if left < kind[likely] {
				likely = k
			}
		}
		out.Kinds = append(out.Kinds, Kinds[likely])
	}
	if out.Verdict == Alarm && (quoted || len(f.hits) == 0) {
		out.Verdict = Flag // another's words, or no rule: somebody should look, nobody be woken
	}
	out.Reasons = f.reasons(out.Kinds)
	return out
}

func round(x float64) float64 { return math.Round(min(max(x, 0), 1)*1000) / 1000 }

// reasons lists the hits in the order of the text, and the stretch that the learned part points at
// when no rule explains a kind.
func (f *finder) reasons(kinds []Kind) []Reason {
	all := slices.Concat(f.hits, f.dox)
	out := make([]Reason, 0, len(all)+1)
	explained := map[Kind]bool{}
	for _, h := range all {
		out = append(out, f.reason(h))
		if h.rule == listedRule {
			explained[Doxing] = true
		} else {
			explained[ours.rules[h.rule].kind] = true
		}
	}
	for k, name := range Kinds {
		if b := f.best[k]; slices.Contains(kinds, name) && !explained[name] && b.seen {
			out = append(out, f.reason(found{learnedRule, b.start, b.end, b.in}))
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int {
		if a.In != b.In {
			return strings.Compare(b.In, a.In) // the subject comes first
		}
		return a.Start - b.Start
	})
	return slices.CompactFunc(out, func(a, b Reason) bool { return a == b })
}

// Rules that are not patterns.
const (
	learnedRule = 65535
	listedRule  = 65534
)

func (f *finder) reason(h found) Reason {
	text := f.body
	if h.in != "" {
		text = f.subject
	}
	r := Reason{Start: h.start, End: h.end, Text: text[h.start:h.end], In: h.in}
	switch h.rule {
	case learnedRule:
		r.Rule = "learned"
	case listedRule:
		r.Rule = "doxing.listed"
	default:
		r.Rule = ours.rules[h.rule].name
	}
	r.Why = r.WhyIn("sv")
	return r
}

// WhyIn says why in a language, "sv" or "en".
func (r Reason) WhyIn(lang string) string {
	i := 0
	if lang == "en" {
		i = 1
	}
	switch r.Rule {
	case "learned":
		return [...]string{"Liknar meddelanden som människor har bedömt så. Ingen regel förklarar det; läs hela.",
			"Resembles messages that people have judged so. No rule explains it; read the whole."}[i]
	case "doxing.listed":
		return [...]string{"En uppgift om en skyddad person: adress, telefonnummer eller bil.",
			"Something about a listed person: an address, a phone number or a car."}[i]
	}
	ready()
	for _, known := range ours.rules {
		if known.name == r.Rule {
			return [...]string{known.sv, known.en}[i]
		}
	}
	return ""
}

// listed asks about what may be an address, a phone number, a plate or a mail address.
func (f *finder) listed(ask Listed) {
	for _, part := range [...]string{"subject", ""} {
		text := f.body
		if part != "" {
			text = f.subject
		}
		listedIn(text, ask, func(start, end int) {
			if len(f.dox) < mostHits {
				f.dox = append(f.dox, found{listedRule, start, end, part})
			}
		})
	}
}
