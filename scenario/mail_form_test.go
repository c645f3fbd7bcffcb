package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/domain/job"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/usecase/mailroom"
)

// confirmed is a form that its sender has confirmed.
func (p *post) confirmed(box, name, text string) job.Job {
	p.t.Helper()
	k := p.keys()
	now := clock.Of(p.clock.Now())
	m := contact.Message{V: 1, To: []contact.Target{{Mailbox: box, Name: "Asha Berg"}}, About: "Asha Berg", Name: name, From: "skribent@example.se",
		Subject: "Rädda badhuset", Text: text, Lang: "sv", Sketch: contact.SketchOf(text)}
	f := contact.Form{Org: p.org, ID: ident.New(), State: contact.Confirmed, Verdict: "pass", Created: now, Expires: now.Add(contact.Window), Token: ident.New()}
	f, err := f.Sealing(k, m)
	must(p.t, err)
	must(p.t, p.house.DB.Org(p.org).Write(p.t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertForm(f); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "contact.confirm", Rows: []audit.Row{f.Row()}})
	}))
	return job.Job{Org: p.org, Args: map[string]string{"form": f.ID}}
}

func TestMessagesThatAreAlikeBecomeOneLetterAndNoneIsLost(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		asha := w.newcomer("Asha Berg", access.Elected)
		box := p.mailbox(asha, "asha.berg", mailbox.Office)
		const text = "Jag vill att kommunen räddar badhuset vid ån. Det är det enda badhuset i hela kommunen och barnen behöver lära sig simma innan sommaren kommer. Hälsar %s"
		m := w.house.Mail
		var last job.Job
		for i := range 8 {
			name := fmt.Sprintf("Skribent %d", i)
			last = p.confirmed(box, name, fmt.Sprintf(text, name))
			for range 2 { // a job can come twice
				must(t, m.PostForm(t.Context(), last))
			}
		}
		must(t, m.PostForm(t.Context(), p.confirmed(box, "Annan Röst", "Helt annan fråga: när plogas gatorna på Söder, och vem bestämmer i vilken ordning det görs?")))
		for range 2 {
			must(t, m.Digest(t.Context(), last))
		}
		list, err := m.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
		must(t, err)
		var digests []mailroom.ThreadLine
		for _, l := range list.Threads {
			if strings.HasPrefix(l.Subject, "4 brev: Rädda badhuset") {
				digests = append(digests, l)
			}
		}
		if len(list.Threads) != 6 || len(digests) != 1 { // four by themselves, the other one, and the digest of four
			t.Fatalf("%+v", list.Threads)
		}
		v, err := m.ReadThread(t.Context(), asha.session(), digests[0].ID, false)
		must(t, err)
		for i := 4; i < 8; i++ {
			if !strings.Contains(v.Letters[0].Text, fmt.Sprintf("Skribent %d <skribent@example.se>", i)) {
				t.Errorf("the digest lacks %d: %s", i, v.Letters[0].Text)
			}
		}
		if v.Peer != "" {
			t.Errorf("a digest is answered to %s", v.Peer)
		}
		// A threat among those that are alike marks the whole of what they came in.
		for i := range 6 {
			body := fmt.Sprintf("Bygg inte bort parken vid kyrkan. Den är det sista gröna som vi har kvar i centrum och alla i kvarteret går dit varje dag. Hälsar %d", i)
			if i == 5 {
				body += ". Jag vet var du bor."
			}
			last = p.confirmed(box, fmt.Sprintf("Granne %d", i), body)
			must(t, m.PostForm(t.Context(), last))
		}
		must(t, m.Digest(t.Context(), last))
		list, err = m.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
		must(t, err)
		if n := slices.IndexFunc(list.Threads, func(l mailroom.ThreadLine) bool { return l.Verdict.Flagged() }); n < 0 || len(list.Threads) != 11 {
			t.Errorf("%d threads, and no gathered letter is marked: %+v", len(list.Threads), list.Threads)
		}
		w.verifies()
	})
}
