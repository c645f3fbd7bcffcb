package casework

import (
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/domain/incident"
	"varn/internal/kit/locale"
	"varn/internal/kit/paper"
)

// TextName is the paper's text as it was written, every character of it.
const TextName = "underlag.txt"

// papers writes what an investigator reads, as PDF and as text, and the list of sums.
func (p *packing) papers() error {
	doc := p.paper()
	pdf, err := doc.pdf.Bytes(p.m.Made)
	if err != nil {
		return err
	}
	originals := len(p.m.Files)
	if err := p.document(evidence.PaperName, pdf); err != nil {
		return err
	}
	if err := p.document(TextName, []byte("\ufeff"+doc.text.String())); err != nil {
		return err
	}
	return p.document(evidence.SumsName, evidence.Sums(p.m.Files[:originals+2]))
}

// dossier (underlag) is one text written twice: for the eye and a screen reader, and plain.
type dossier struct {
	pdf  *paper.Doc
	text strings.Builder
	say  func(locale.Key, ...any) string
}

func (w *dossier) heading(level int, text string) {
	w.pdf.Heading(level, text)
	w.text.WriteString("\r\n" + text + "\r\n" + strings.Repeat("=", len([]rune(text))) + "\r\n")
}

func (w *dossier) paragraph(text string) {
	w.pdf.Paragraph(text)
	w.text.WriteString("\r\n" + crlf(text) + "\r\n")
}

func (w *dossier) quote(text string) {
	w.pdf.Quote(text)
	w.text.WriteString("\r\n    " + strings.ReplaceAll(crlf(text), "\r\n", "\r\n    ") + "\r\n")
}

func (w *dossier) facts(list []paper.Fact) {
	if len(list) == 0 {
		return
	}
	w.pdf.Facts(w.say("paper.fact"), w.say("paper.told"), list)
	w.text.WriteString("\r\n")
	for _, f := range list {
		w.text.WriteString(f.Label + ": " + crlf(f.Text) + "\r\n")
	}
}

func (w *dossier) table(t paper.Table) {
	w.pdf.Table(t)
	w.text.WriteString("\r\n")
	for _, row := range t.Rows {
		for i, cell := range row {
			w.text.WriteString(t.Head[i] + ": " + crlf(cell) + "\r\n")
		}
		w.text.WriteString("\r\n")
	}
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// paper is the whole document, in the order in which an investigator reads: what and who, what is
// asked, how to reach them, what happened, what there is to see, and how to check it.
func (p *packing) paper() *dossier {
	say := func(k locale.Key, args ...any) string { return p.d.Texts.Say(locale.Swedish, k, args...) }
	title := say("paper.title")
	w := &dossier{pdf: paper.New(title+" – "+p.v.c.Ref, "sv-SE", say("paper.page")), say: say}
	w.heading(1, title)
	w.paragraph(say("paper.lead", p.v.c.Ref, locale.Swedish.Moment(p.m.Made)))
	if p.filing != nil {
		w.who(p.filing, p.report)
	}
	if p.report != nil {
		w.event(p.report)
	} else {
		w.heading(2, say("paper.event"))
		w.paragraph(p.title)
	}
	if p.filing != nil && p.filing.Earlier != "" {
		w.heading(2, say("paper.earlier"))
		w.paragraph(p.filing.Earlier)
	}
	w.shown(p)
	w.heading(2, say("paper.check"))
	w.paragraph(say("paper.check-text", evidence.Fingerprint(p.d.Keys.VerifierKey())))
	return w
}

// who is the person concerned, why they were hit, what is asked, and how they are reached.
func (w *dossier) who(f *casefile.Filing, r *incident.Report) {
	w.heading(2, w.say("paper.about"))
	status := w.say("paper.employed")
	if f.Elected {
		status = w.say("paper.elected")
	}
	if f.Because {
		because := w.say("paper.because-employed")
		if f.Elected {
			because = w.say("paper.because-elected")
		}
		w.paragraph(because)
	}
	list := []paper.Fact{{Label: w.say("paper.victim"), Text: f.Victim}, {Label: w.say("paper.status"), Text: status + ", " + f.Position}}
	if r != nil {
		list = append(list, w.told("paper.forms", "", eachOf(r.Forms, incident.Form.Term))...)
	}
	list = append(list, paper.Fact{Label: w.say("paper.filer"), Text: f.Filer}, paper.Fact{Label: w.say("paper.contact"), Text: f.Contact + ". " + w.say("paper.contact-only")})
	w.facts(list)
	if f.Restrict {
		w.heading(2, w.say("paper.restrict"))
		w.paragraph(w.say("paper.restrict-text"))
	}
}

// told is one fact of codes and a text; none when nothing was told.
func (w *dossier) told(label locale.Key, text string, terms []string) []paper.Fact {
	var parts []string
	for _, t := range terms {
		parts = append(parts, w.say(locale.Key(t)))
	}
	if text != "" {
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return nil
	}
	return []paper.Fact{{Label: w.say(label), Text: strings.Join(parts, ". ")}}
}

func eachOf[C any](list []C, term func(C) string) []string {
	var out []string
	for _, c := range list {
		out = append(out, term(c))
	}
	return out
}

func one[C ~string](c C, term func(C) string) []string {
	if c == "" {
		return nil
	}
	return []string{term(c)}
}

// event is what happened: when, where, how, in the reporter's words.
func (w *dossier) event(r *incident.Report) {
	w.heading(2, w.say("paper.event"))
	var list []paper.Fact
	if r.OccurredFrom != 0 {
		when := locale.Swedish.Moment(r.OccurredFrom.Time())
		if r.OccurredTo != 0 {
			when += " – " + locale.Swedish.Moment(r.OccurredTo.Time())
		}
		if r.Uncertain {
			when += ". " + w.say("paper.uncertain")
		}
		list = append(list, paper.Fact{Label: w.say("paper.when"), Text: when})
	}
	list = append(list, w.told("paper.where", r.PlaceNote, one(r.Place, incident.Place.Term))...)
	list = append(list, w.told("paper.how", r.Platform, eachOf(r.Medium, incident.Medium.Term))...)
	if r.Repeated {
		text := w.say("paper.repeated-yes")
		if r.RepeatedCount > 0 {
			text = w.say("paper.repeated-times", r.RepeatedCount)
		}
		list = append(list, paper.Fact{Label: w.say("paper.repeated"), Text: text})
	}
	w.facts(list)
	w.quote(r.Narrative)
	if r.Words != "" {
		w.heading(3, w.say("paper.words"))
		w.quote(r.Words)
	}
	w.facts(append(append(w.told("paper.suspect", r.ActorNote, eachOf(r.ActorGroups, incident.ActorGroup.Term)),
		w.told("paper.witnesses", r.Witnesses, nil)...), w.harm(r)...))
}

func (w *dossier) harm(r *incident.Report) []paper.Fact {
	var out []paper.Fact
	if r.InjuryPhysical {
		out = append(out, paper.Fact{Label: w.say("paper.injury"), Text: w.say("paper.injury-physical")})
	}
	if r.InjuryMental {
		out = append(out, paper.Fact{Label: w.say("paper.injury"), Text: w.say("paper.injury-mental")})
	}
	return append(out, w.told("paper.consequences", "", eachOf(r.Consequences, incident.Consequence.Term))...)
}

// shown lists the originals with their sums, and who has had them.
func (w *dossier) shown(p *packing) {
	w.heading(2, w.say("paper.evidence"))
	if len(p.files) == 0 {
		w.paragraph(w.say("paper.no-evidence"))
		return
	}
	w.paragraph(w.say("paper.evidence-text"))
	t := paper.Table{Head: []string{w.say("paper.number"), w.say("paper.file"), w.say("paper.came"), "SHA-256"}, Widths: []float64{1, 4, 3, 5}}
	custody := paper.Table{Head: []string{w.say("paper.number"), w.say("paper.at"), w.say("paper.act"), w.say("paper.by")}, Widths: []float64{1, 3, 3, 6}}
	for i, o := range p.files {
		n, sum := "B"+strconv.Itoa(i+1), ""
		if i < len(p.m.Files) {
			sum = p.m.Files[i].SHA256.String()
		}
		name := o.file.Name
		if c := o.card; c != nil {
			name += "\n" + w.say(locale.Key(c.Kind.Term()))
			if c.URL != "" {
				name += "\n" + c.URL
			}
			if c.Seen != 0 {
				name += "\n" + w.say("paper.seen", locale.Swedish.Moment(c.Seen.Time()))
			}
		}
		t.Rows = append(t.Rows, []string{n, name, locale.Swedish.Moment(o.came()), sum})
		for _, c := range o.custody {
			var by []string
			for _, s := range []string{c.Who, c.From, c.Why} {
				if s != "" {
					by = append(by, s)
				}
			}
			custody.Rows = append(custody.Rows, []string{n, locale.Swedish.Moment(c.At), w.say(locale.Key(c.Act.Term())), strings.Join(by, ". ")})
		}
	}
	w.table(t)
	w.heading(3, w.say("paper.custody"))
	w.paragraph(w.say("paper.custody-text"))
	w.table(custody)
}

// came is when the original came in.
func (o *original) came() time.Time {
	if o.file.From != nil && o.file.From.Row != nil {
		return o.file.From.Row.Item().Created.Time()
	}
	return o.item.Created.Time()
}
