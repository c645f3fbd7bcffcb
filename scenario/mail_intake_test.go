package scenario

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/mailauth"
	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
)

// TestWhatIsForwardedToBeReportedLiesWithItsSenderAlone: somebody who has their mail elsewhere forwards a threat as an
// attachment. It is kept byte for byte, sealed to them, and nothing is reported before they say so.
func TestWhatIsForwardedToBeReportedLiesWithItsSenderAlone(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		asha, emil := w.newcomer("Asha Berg", access.Elected), w.newcomer("Emil Norrby", access.Elected)
		from := address(asha.name)
		_, domain := mailbox.Split(from)
		p.letterZone.txt[domain] = []string{"v=spf1 ip4:127.0.0.1 -all"}
		threat := "From: Okand <okand@annan.example.se>\r\nTo: asha.hemma@annan.example.se\r\nSubject: Du\r\nDate: Fri, 20 Nov 2026 19:39:00 +0100\r\n\r\nJag vet var du bor.\r\n"
		outer := "From: Asha <" + from + ">\r\nTo: anmal@" + mailDomain + "\r\nSubject: Fwd: Du\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
			"--b\r\nContent-Type: text/plain\r\n\r\nSe bilagan.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + threat + "\r\n--b--\r\n"
		plain := strings.ReplaceAll(outer, "\r\n", "\n")
		if got := p.sends("nagon@annan.example.se", "anmal@"+mailDomain, plain); got != "550" {
			t.Errorf("whoever says that they are Asha is answered with %s", got)
		}
		stranger := strings.Replace(plain, from, "ingen@"+domain, 1)
		if got := p.sends("ingen@"+domain, "anmal@"+mailDomain, stranger); got != "550" {
			t.Errorf("somebody without an account is answered with %s", got)
		}
		if got := p.sends(from, "anmal@"+mailDomain, plain); got != "250" {
			t.Fatalf("Asha is answered with %s", got)
		}
		p.told(asha, "letter.to-report")
		list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
		if err != nil || len(list.Threads) != 1 || list.Threads[0].Letters != 1 || list.Threads[0].From != "Okand" {
			t.Fatalf("%+v %v", list, err)
		}
		id := list.Threads[0].ID
		v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), id, false)
		if err != nil || v.Letters[0].Covered || !v.Box.Intake || !v.Letters[0].Verdict.Flagged() {
			t.Fatalf("%+v %v", v, err)
		}
		raw, err := w.house.Mail.OpenRaw(t.Context(), asha.session(), id, v.Letters[0].ID)
		if err != nil || string(raw.Raw) != threat || raw.Box != "asha.hemma@annan.example.se" || raw.Results.SPF != mailauth.None {
			t.Errorf("kept as %q, %+v, %v", raw.Raw, raw, err)
		}
		if err := w.house.Mail.Answer(t.Context(), asha.session(), id, "Sluta."); !fault.Is(err, fault.Conflict) {
			t.Errorf("answered from an address that is not ours: %v", err)
		}
		for _, other := range []*actor{emil, w.head, w.admin} {
			if _, err := w.house.Mail.OpenRaw(t.Context(), other.session(), id, v.Letters[0].ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", other.name, err)
			}
		}
		if l, err := letter.Read(raw.Raw); err != nil || l.Subject != "Du" {
			t.Errorf("%+v %v", l, err)
		}
		w.verifies()
	})
}
