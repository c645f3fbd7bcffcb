package demo

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"varn/internal/domain/letter"
	"varn/internal/usecase/mailroom"
)

// mailDomain is where Exempelstad's official addresses are.
const mailDomain = "kontakt.exempelstad.example.se"

// written is a letter that somebody wrote to a representative.
type written struct {
	hours              time.Duration // ago
	name, from, to     string
	subject, text      string
	answered, attached string
}

func letters() []written {
	return []written{
		{50, "Maj Lind", "maj.lind@example.se", "asta.lindvik", "Cykelbanan vid stationen", "Hej!\n\nNär byggs cykelbanan förbi stationen? Det är svårt att ta sig fram med barnvagn.\n\nVänliga hälsningar\nMaj Lind", "Hej Maj!\n\nDen är med i budgeten för nästa år. Jag hör av mig när det finns en tidsplan.\n\nAsta", ""},
		{47, "Per Hallonstig", "per.hallonstig@example.se", "asta.lindvik", "Ert beslut om skolan", "Det här är det sämsta beslut som fullmäktige har fattat på tio år. Ni har inte lyssnat på en enda förälder, och siffrorna i underlaget stämmer inte. Jag kommer att överklaga, och jag kommer att säga det högt på nästa möte.\n\nPer Hallonstig", "", ""},
		{29, "Signe Ormbunke", "signe.ormbunke@example.se", "asta.lindvik", "Belysningen i parken", "Lamporna vid lekplatsen har varit trasiga sedan i september. Vem ska jag prata med?\n\nSigne", "", ""},
		{26, "En som följer er", "en.som.foljer@example.se", "asta.lindvik", "Inför måndag", "Jag vet var du bor och vilken väg dina barn går till skolan. Röstar du ja på måndag så vet du vad som händer.", "", ""},
		{5, "Olle Tallbacka", "olle.tallbacka@example.se", "asta.lindvik", "Remissen", "Hej Asta, här kommer föreningens svar. Hör av dig om något är oklart.\n\nOlle Tallbacka\nExempelstads villaägare", "", "Föreningens svar\n\nVi tillstyrker förslaget, men vill att infarten flyttas.\n"},
		{3, "Kristallen Bygg", "inkop@example.se", "birgit.sandvall", "Ett erbjudande", "Om nämnden väljer oss finns det en resa för dig och din familj. Det stannar mellan oss.", "", ""},
	}
}

// post lets letters come, and answers one. The DNS is not asked: nothing here leaves the machine.
func (w *town) post(ctx context.Context) error {
	m := w.h.Mail
	check := m.Check
	defer func() { m.Check = check }()
	m.Check = nil
	if len(m.Domains) == 0 {
		m.Domains = []string{mailDomain}
	}
	for i, l := range letters() {
		w.at(l.hours * time.Hour)
		to, err := m.Recipient(ctx, l.to+"@"+mailDomain)
		if err != nil {
			return fmt.Errorf("a letter to %s: %w", l.to, err)
		}
		d := letter.Draft{From: letter.Address{Name: l.name, Address: l.from}, To: []letter.Address{{Address: to.Address}}, Subject: l.subject, Date: w.h.Clock.Now(),
			MessageID: fmt.Sprintf("brev%d@example.se", i), Lang: "sv", Text: l.text}
		if l.attached != "" {
			d.Files = []letter.File{{Name: "svar.txt", Type: "text/plain", Content: []byte(l.attached)}}
		}
		if err := m.Receive(ctx, mailroom.Arrival{IP: netip.MustParseAddr("127.0.0.1"), Helo: "post.example.se", From: l.from, To: []mailroom.Recipient{to}, Raw: letter.Compose(d)}); err != nil {
			return fmt.Errorf("a letter to %s: %w", l.to, err)
		}
		if l.answered == "" {
			continue
		}
		asta, err := w.as(ctx, w.byName[l.toName()])
		if err != nil {
			return err
		}
		list, err := m.ListLetters(ctx, asta, mailroom.Cursor{})
		if err != nil {
			return err
		}
		w.at((l.hours - 2) * time.Hour)
		if err := m.Answer(ctx, asta, list.Threads[0].ID, l.answered); err != nil {
			return err
		}
	}
	return nil
}

// toName is whose address a letter goes to.
func (l written) toName() string {
	return map[string]string{"asta.lindvik": "Asta Lindvik", "birgit.sandvall": "Birgit Sandvall"}[l.to]
}
