package scenario

import (
	"context"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/mailauth"
	"varn/internal/kit/fault"
	"varn/internal/transport/smtpd"
	"varn/internal/usecase/mailroom"
)

const mailDomain = "fortroende.example.se"

// letterZone is the DNS of a story. What it does not hold does not exist.
type letterZone struct {
	txt map[string][]string
	mx  map[string][]*net.MX
	ip  map[string]string
}

func (z letterZone) name(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

func (z letterZone) gone(s string) error {
	return &net.DNSError{Err: "no such host", Name: s, IsNotFound: true}
}

func (z letterZone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if v, ok := z.txt[z.name(name)]; ok {
		return v, nil
	}
	return nil, z.gone(name)
}

func (z letterZone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if v, ok := z.mx[z.name(name)]; ok {
		return v, nil
	}
	return nil, z.gone(name)
}

func (z letterZone) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	if v, ok := z.ip[z.name(host)]; ok {
		return []net.IPAddr{{IP: net.ParseIP(v)}}, nil
	}
	return nil, z.gone(host)
}

func (z letterZone) LookupAddr(_ context.Context, _ string) ([]string, error) { return nil, nil }

// postbag is where letters end that leave.
type postbag struct {
	mu   sync.Mutex
	sent []posted
	fail func(to string) error
}

type posted struct {
	from, to, raw string
}

func (p *postbag) Send(_ context.Context, from, to string, raw []byte, _ bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		if err := p.fail(to); err != nil {
			return err
		}
	}
	p.sent = append(p.sent, posted{from, to, string(raw)})
	return nil
}

func (p *postbag) all() []posted {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]posted(nil), p.sent...)
}

// post is a town's mail: a server on loopback, the DNS and what left.
type post struct {
	*town
	letterZone letterZone
	bag        *postbag
	at         string
}

// mail gives the town mail.
func (w *town) mail() *post {
	w.t.Helper()
	p := &post{town: w, bag: &postbag{}, letterZone: letterZone{txt: map[string][]string{}, mx: map[string][]*net.MX{}, ip: map[string]string{}}}
	m := w.house.Mail
	m.Host, m.Domains, m.Post, m.Check = "mx."+mailDomain, []string{mailDomain}, p.bag, mailauth.NewChecker(p.letterZone)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	p.at = ln.Addr().String()
	server := smtpd.New(smtpd.Config{Host: m.Host}, m)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	w.t.Cleanup(func() {
		if err := server.Shutdown(context.Background()); err != nil {
			w.t.Error(err)
		}
		<-done
	})
	return p
}

// mailbox opens an official address for somebody.
func (p *post) mailbox(a *actor, local string, kind mailbox.Kind) string {
	p.t.Helper()
	id, err := p.house.Mail.OpenMailbox(p.t.Context(), p.admin.session(), mailroom.NewMailbox{Authority: p.council, Kind: kind, Person: a.id,
		Card: mailbox.Card{Address: local + "@" + mailDomain, Name: a.name}})
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// talk is one connection to the mail server.
func (p *post) talk() *textproto.Conn {
	p.t.Helper()
	c, err := textproto.Dial("tcp", p.at)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = c.Close() })
	if _, _, err := c.ReadResponse(220); err != nil {
		p.t.Fatal(err)
	}
	return c
}

// line writes a line and gives the answer.
func line(t testing.TB, c *textproto.Conn, say string) string {
	t.Helper()
	if err := c.PrintfLine("%s", say); err != nil {
		t.Fatal(err)
	}
	code, text, err := c.ReadResponse(0)
	if err != nil && code == 0 {
		t.Fatalf("%q: %v", say, err)
	}
	return strings.TrimSpace(strings.Split(text, "\n")[0]) + " " + itoa(code)
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// sends hands a letter over and gives the last answer's code.
func (p *post) sends(from, to, raw string) string {
	p.t.Helper()
	c := p.talk()
	for _, say := range []string{"EHLO post.example.se", "MAIL FROM:<" + from + ">"} {
		line(p.t, c, say)
	}
	if got := line(p.t, c, "RCPT TO:<"+to+">"); !strings.HasSuffix(got, "250") {
		return got[len(got)-3:]
	}
	if got := line(p.t, c, "DATA"); !strings.HasSuffix(got, "354") {
		p.t.Fatal(got)
	}
	w := c.DotWriter()
	if _, err := w.Write([]byte(raw)); err != nil {
		p.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	code, _, _ := c.ReadResponse(0)
	return itoa(code)
}

const question = "From: Maj Lind <maj.lind@example.se>\nTo: asha.berg@" + mailDomain + "\nSubject: Cykelbanan\nMessage-ID: <ett@example.se>\nDate: Sat, 21 Nov 2026 08:30:00 +0100\n\nHej! När byggs cykelbanan vid Storgatan?\n"

func TestALetterIsReadByItsReceiverAndNobodyElse(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		asha, emil := w.newcomer("Asha Berg", access.Elected), w.newcomer("Emil Norrby", access.Elected)
		p.mailbox(asha, "asha.berg", mailbox.Office)
		if got := p.sends("maj.lind@example.se", "Asha.Berg@"+mailDomain, question); got != "250" {
			t.Fatalf("the letter is answered with %s", got)
		}
		list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
		if err != nil || len(list.Threads) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		first := list.Threads[0]
		if first.From != "Maj Lind" || first.Subject != "Cykelbanan" || first.Unseen != 1 {
			t.Errorf("the list says %+v", first)
		}
		v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), first.ID, false)
		if err != nil || len(v.Letters) != 1 || !strings.Contains(v.Letters[0].Text, "cykelbanan vid Storgatan") || v.Peer != "maj.lind@example.se" {
			t.Fatalf("%+v, %v", v, err)
		}
		for _, stranger := range []*actor{emil, w.admin, w.head} {
			if _, err := w.house.Mail.ReadThread(t.Context(), stranger.session(), first.ID, true); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", stranger.name, err)
			}
			if list, err := w.house.Mail.ListLetters(t.Context(), stranger.session(), mailroom.Cursor{}); err != nil || len(list.Threads) != 0 {
				t.Errorf("%s: %+v, %v", stranger.name, list, err)
			}
		}
		if again, err := w.house.Mail.ReadThread(t.Context(), asha.session(), first.ID, false); err != nil || again.Letters[0].Text != v.Letters[0].Text {
			t.Errorf("the second reading: %v", err)
		}
		w.verifies()
	})
}

func TestAnAddressIsAnsweredAsItStands(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	p.mailbox(w.newcomer("Asha Berg", access.Elected), "asha.berg", mailbox.Office)
	c := p.talk()
	for _, step := range []struct{ say, want string }{
		{"EHLO post.example.se", "250"}, {"MAIL FROM:<maj@example.se>", "250"},
		{"RCPT TO:<asha.berg@" + mailDomain + ">", "250"}, {"RCPT TO:<asha.berg+val@" + mailDomain + ">", "250"},
		{"RCPT TO:<ingen@" + mailDomain + ">", "550"}, {"RCPT TO:<maj@annan.example.se>", "550"}, {"RCPT TO:<svar+0000@" + mailDomain + ">", "550"},
		{"VRFY asha.berg", "252"}, {"RSET", "250"}, {"DATA", "502"}, {"QUIT", "221"},
	} {
		if got := line(t, c, step.say); !strings.HasSuffix(got, step.want) {
			t.Errorf("%s: %s, expected %s", step.say, got, step.want)
		}
	}
}
