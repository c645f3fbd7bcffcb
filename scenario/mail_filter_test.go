package scenario

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/filter"
	"varn/internal/usecase/mailroom"
)

// watchers stand for rspamd and ClamAV.
type watchers struct{ away bool }

func (w *watchers) Spam(_ context.Context, e filter.Envelope, raw []byte) (filter.Verdict, error) {
	if w.away {
		return filter.Verdict{}, errors.New("away")
	}
	return filter.Verdict{Spam: e.From == "reklam@example.se" && len(e.To) == 1 && e.IP == "127.0.0.1"}, nil
}

func (w *watchers) Virus(_ context.Context, raw []byte) (string, error) {
	if w.away {
		return "", errors.New("away")
	}
	if bytes.Contains(raw, []byte("EICAR")) {
		return "Eicar-Test", nil
	}
	return "", nil
}

// TestSpamIsMarkedAVirusIsRefusedAndAFilterThatIsAwayStopsNothing: what nobody has looked through says so.
func TestSpamIsMarkedAVirusIsRefusedAndAFilterThatIsAwayStopsNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	f := &watchers{}
	w.house.Mail.Spam, w.house.Mail.Virus = f, f
	asha := w.newcomer("Asha Berg", access.Elected)
	p.mailbox(asha, "asha.berg", mailbox.Office)
	to := "asha.berg@" + mailDomain
	if got := p.sends("maj@example.se", to, "From: maj@example.se\nSubject: Virus\n\nEICAR\n"); got != "554" {
		t.Errorf("a virus is answered with %s", got)
	}
	for _, from := range []string{"reklam@example.se", "maj@example.se"} {
		if got := p.sends(from, to, "From: "+from+"\nSubject: "+from+"\n\nHej!\n"); got != "250" {
			t.Errorf("%s is answered with %s", from, got)
		}
	}
	f.away = true
	if got := p.sends("bo@example.se", to, "From: bo@example.se\nSubject: bo@example.se\n\nHej!\n"); got != "250" {
		t.Errorf("with the filters away: %s", got)
	}
	list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
	if err != nil || len(list.Threads) != 3 {
		t.Fatalf("%+v %v", list, err)
	}
	for _, one := range list.Threads {
		v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), one.ID, false)
		must(t, err)
		l := v.Letters[0]
		if l.Spam != strings.HasPrefix(one.Subject, "reklam") || l.Unchecked != strings.HasPrefix(one.Subject, "bo@") {
			t.Errorf("%s: spam %v, unchecked %v", one.Subject, l.Spam, l.Unchecked)
		}
	}
}
