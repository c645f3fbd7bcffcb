package scenario

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"varn/internal/domain/access"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/postal"
	"varn/internal/transport/smtpd"
	"varn/internal/usecase/mailroom"
)

// box is a mailbox somewhere else: a server that keeps what comes, or refuses it.
type box struct {
	at string

	mu     sync.Mutex
	got    []posted
	refuse bool
}

// NewSession begins a connection.
func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return &boxSession{b: b}, nil }

type boxSession struct {
	b        *box
	from, to string
}

func (s *boxSession) Reset()        {}
func (s *boxSession) Logout() error { return nil }

func (s *boxSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *boxSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.b.refuse {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "the mailbox of anna.privat@example.org is full"}
	}
	return nil
}

func (s *boxSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.got = append(s.b.got, posted{s.from, s.to, string(raw)})
	return err
}

// startBox opens one.
func startBox(t *testing.T) *box {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	b := &box{at: ln.Addr().String()}
	s := smtp.NewServer(b)
	s.Domain = "box.example"
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		must(t, s.Close())
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return b
}

// waits gives the n-th letter that came, when it has come.
func (b *box) waits(t *testing.T, n int, log func() string) posted {
	t.Helper()
	for range 600 {
		b.mu.Lock()
		if len(b.got) >= n {
			defer b.mu.Unlock()
			return b.got[n-1]
		}
		b.mu.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("letter %d did not come\n%s", n, log())
	return posted{}
}

// startTap passes everything on to a server, and keeps every byte that was said to it.
func startTap(t *testing.T, at, to string) func() []byte {
	t.Helper()
	ln, err := net.Listen("tcp", at)
	must(t, err)
	var mu sync.Mutex
	var said []byte
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				s, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer s.Close()
				go func() { _, _ = io.Copy(c, s); _ = c.Close() }()
				buffer := make([]byte, 32<<10)
				for {
					n, err := c.Read(buffer)
					mu.Lock()
					said = append(said, buffer[:n]...)
					mu.Unlock()
					if _, werr := s.Write(buffer[:n]); err != nil || werr != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = ln.Close(); all.Wait() })
	return func() []byte {
		mu.Lock()
		defer mu.Unlock()
		return bytes.Clone(said)
	}
}

// onePort finds a port that is free on some addresses of this machine.
func onePort(t *testing.T, hosts ...string) string {
	t.Helper()
	for range 50 {
		first, err := net.Listen("tcp", net.JoinHostPort(hosts[0], "0"))
		must(t, err)
		_, port, _ := net.SplitHostPort(first.Addr().String())
		free := true
		for _, h := range hosts[1:] {
			ln, err := net.Listen("tcp", net.JoinHostPort(h, port))
			if err != nil {
				free = false
				break
			}
			_ = ln.Close()
		}
		_ = first.Close()
		if free {
			return port
		}
	}
	t.Fatal("no port is free on all")
	return ""
}

const citizenLetter = "From: Maj Lind <maj.lind@example.se>\r\nTo: Asha Berg <asha.berg@" + mailDomain + ">\r\nSubject: Cykelbanan\r\nMessage-ID: <ett@example.se>\r\n" +
	"Date: Sat, 21 Nov 2026 08:30:00 +0100\r\n\r\nHej! Byggs cykelbanan vid Storgatan?\r\n"

// TestLettersGoThroughRealServers: a citizen's letter goes by a Postfix of theirs to Värn and on to a mailbox behind another
// Postfix; the answer written there comes back by the official address. Every byte that is said to the citizen's server is
// kept, and tells nothing of the private mailbox. What leaves is checked by dkimpy.
func TestLettersGoThroughRealServers(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	port := onePort(t, "127.0.0.2", "127.0.0.3", "127.0.0.4")
	citizen, private := startBox(t), startBox(t)
	theirs := startPostfix(t, "127.0.0.2:"+port, "mx.example.se", map[string]string{mailDomain: p.at, "example.se": citizen.at})
	own := startPostfix(t, "127.0.0.3:"+port, "mx.example.org", map[string]string{mailDomain: p.at, "example.org": private.at})
	said := startTap(t, "127.0.0.4:"+port, theirs.at)
	logs := func() string { return theirs.log() + own.log() }

	key, err := mailauth.NewKey()
	must(t, err)
	maj, err := mailauth.NewSigner("example.se", "nov", key)
	must(t, err)
	record, err := maj.Record()
	must(t, err)
	ownName, ownKey, err := w.house.Mail.PublishedKey(t.Context(), w.org, mailDomain)
	must(t, err)
	p.letterZone.txt["nov._domainkey.example.se"] = []string{record}
	p.letterZone.txt["example.se"], p.letterZone.txt["_dmarc.example.se"] = []string{"v=spf1 ip4:127.0.0.2 ip4:127.0.0.1 -all"}, []string{"v=DMARC1; p=reject"}
	p.letterZone.txt["example.org"], p.letterZone.txt["_dmarc.example.org"] = []string{"v=spf1 ip4:127.0.0.3 ip4:127.0.0.1 -all"}, []string{"v=DMARC1; p=reject"}
	p.letterZone.txt[ownName] = []string{ownKey}
	p.letterZone.mx["example.se"], p.letterZone.mx["example.org"] = []*net.MX{{Host: "mx.example.se."}}, []*net.MX{{Host: "mx.example.org."}}
	p.letterZone.ip["mx.example.se"], p.letterZone.ip["mx.example.org"] = "127.0.0.4", "127.0.0.3"
	w.house.Mail.Post = &postal.Sender{Resolver: p.letterZone, Host: w.house.Mail.Host, Clock: w.clock, Near: true, Port: port}
	ctx, stop := context.WithCancel(t.Context())
	var queue sync.WaitGroup
	queue.Go(func() { w.house.Queue.Run(ctx) })
	defer queue.Wait()
	defer stop()

	asha := w.newcomer("Asha Berg", access.Elected)
	id := p.mailbox(asha, "asha.berg", mailbox.Office)
	w.decides(ruling.Mail, w.council, ruling.MailRule{Decision: "KS 2026/0101", Date: "2026-01-10", Forward: true})
	set, err := w.house.Mail.ShowSetting(t.Context(), asha.session(), id)
	must(t, err)
	must(t, w.house.Mail.ChooseDelivery(t.Context(), asha.session(), id, mailroom.Choice{Version: set.Choice.Version, Delivery: mailbox.Forward, Forward: "anna.privat@example.org", Traces: "Asha B, Villagatan"}))

	raw, err := maj.Sign([]byte(citizenLetter))
	must(t, err)
	swaks(t, theirs.at, "maj.lind@example.se", "asha.berg@"+mailDomain, raw)
	forward := private.waits(t, 1, logs)
	l, err := letter.Read([]byte(forward.raw))
	must(t, err)
	if forward.to != "anna.privat@example.org" || l.From != "asha.berg@"+mailDomain || !strings.HasPrefix(l.ReplyTo, "svar+") || !strings.Contains(l.Text, "Byggs cykelbanan") {
		t.Fatalf("forwarded as %+v\n%s", l, forward.raw)
	}
	if got := askDkimpy(t, []byte(forward.raw), p.letterZone); got != "dkim=pass arc=pass" {
		t.Errorf("dkimpy says %q of the forwarded letter\n%s", got, forward.raw)
	}
	if r := mailauth.NewChecker(p.letterZone).Check(t.Context(), mailauth.Envelope{}, []byte(forward.raw)); !r.Aligned(l.From) {
		t.Errorf("its From is not proved: %+v", r)
	}

	quoted := "> " + strings.ReplaceAll(l.Text, "\n", "\n> ")
	answer := "From: Anna P <anna.privat@example.org>\r\nTo: " + l.ReplyTo + "\r\nSubject: Sv: Cykelbanan\r\nMessage-ID: <hem@laptop.example.org>\r\nUser-Agent: Brev 3\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
		strings.ReplaceAll("Ja, i vår.\n\nAsha B, Villagatan\n\nDen 21 nov skrev Maj till Anna.Privat@example.org:\n"+quoted+"\n", "\n", "\r\n")
	swaks(t, own.at, "anna.privat@example.org", l.ReplyTo, []byte(answer))
	back := citizen.waits(t, 1, logs)
	a, err := letter.Read([]byte(back.raw))
	must(t, err)
	if back.to != "maj.lind@example.se" || a.From != "asha.berg@"+mailDomain || a.InReplyTo != "ett@example.se" || !strings.Contains(a.Text, "Ja, i vår.") || strings.Contains(a.Text, "Villagatan") {
		t.Errorf("answered as %+v", a)
	}
	if got := askDkimpy(t, []byte(back.raw), p.letterZone); !strings.HasPrefix(got, "dkim=pass") {
		t.Errorf("dkimpy says %q of the answer", got)
	}

	// Somebody else who has got hold of the thread's address, and a mailbox that is full.
	forged := strings.Replace(answer, "Ja, i vår.", "Nej, aldrig.", 1)
	swaks(t, theirs.at, "maj.lind@example.se", l.ReplyTo, []byte(forged))
	private.mu.Lock()
	private.refuse = true
	private.mu.Unlock()
	swaks(t, theirs.at, "maj.lind@example.se", "asha.berg@"+mailDomain, bytes.ReplaceAll(raw, []byte("ett@"), []byte("tva@")))
	p.told(asha, "letter.unforwarded")
	list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
	if err != nil || len(list.Threads) != 2 { // what could not be forwarded is read in Värn
		t.Errorf("%+v %v", list, err)
	}
	citizen.waits(t, 2, logs) // that the forged answer was refused: their own server tells them
	citizen.mu.Lock()
	for _, one := range citizen.got {
		if strings.Contains(one.raw, "Nej, aldrig.") && strings.Contains(one.raw, "DKIM-Signature") {
			t.Error("a forged answer left as hers")
		}
	}
	citizen.mu.Unlock()
	tellsNothing(t, said())
	w.verifies()
}

// TestLettersGoByTheOrganisationsOwnGateway: everything comes and leaves by a server that the organisation has already, as
// behind Exchange Online. Its own address says nothing of where a letter comes from; the signature does.
func TestLettersGoByTheOrganisationsOwnGateway(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	inner := smtpd.New(smtpd.Config{Host: w.house.Mail.Host, Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.5/32")}}, w.house.Mail)
	served := make(chan error, 1)
	go func() { served <- inner.Serve(ln) }()
	t.Cleanup(func() { must(t, inner.Shutdown(context.Background())); <-served })
	citizen := startBox(t)
	at := "127.0.0.5:" + onePort(t, "127.0.0.5")
	gateway := startPostfix(t, at, "mx.exempelstad.example.se", map[string]string{mailDomain: ln.Addr().String(), "example.se": citizen.at})
	w.house.Mail.Post = &postal.Sender{Resolver: p.letterZone, Host: w.house.Mail.Host, Clock: w.clock, Gateway: at, Near: true}
	key, err := mailauth.NewKey()
	must(t, err)
	maj, err := mailauth.NewSigner("example.se", "nov", key)
	must(t, err)
	record, err := maj.Record()
	must(t, err)
	p.letterZone.txt["nov._domainkey.example.se"] = []string{record}
	p.letterZone.txt["example.se"], p.letterZone.txt["_dmarc.example.se"] = []string{"v=spf1 ip4:192.0.2.1 -all"}, []string{"v=DMARC1; p=reject"}
	ctx, stop := context.WithCancel(t.Context())
	var queue sync.WaitGroup
	queue.Go(func() { w.house.Queue.Run(ctx) })
	defer queue.Wait()
	defer stop()
	asha := w.newcomer("Asha Berg", access.Elected)
	p.mailbox(asha, "asha.berg", mailbox.Office)
	raw, err := maj.Sign([]byte(citizenLetter))
	must(t, err)
	swaks(t, at, "maj.lind@example.se", "asha.berg@"+mailDomain, raw)
	p.told(asha, "letter.new")
	list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
	if err != nil || len(list.Threads) != 1 {
		t.Fatalf("%+v %v\n%s", list, err, gateway.log())
	}
	v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), list.Threads[0].ID, false)
	must(t, err)
	if r := v.Letters[0].Results; !r.Relayed || r.SPF != mailauth.None || r.DMARC != mailauth.Pass || len(r.DKIM) != 1 || r.DKIM[0].Outcome != mailauth.Pass {
		t.Errorf("%+v", r)
	}
	must(t, w.house.Mail.Answer(t.Context(), asha.session(), list.Threads[0].ID, "Ja, i vår."))
	back := citizen.waits(t, 1, gateway.log)
	if a, err := letter.Read([]byte(back.raw)); err != nil || a.From != "asha.berg@"+mailDomain || !strings.Contains(a.Text, "Ja, i vår.") {
		t.Errorf("%+v %v", a, err)
	}
}

// told waits until somebody has a notice of a kind.
func (p *post) told(a *actor, kind string) {
	p.t.Helper()
	for range 600 {
		all, err := p.house.People.Notices(p.t.Context(), a.session())
		must(p.t, err)
		for _, n := range all {
			if n.Kind == kind {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("no notice %s", kind)
}

// tellsNothing looks for the private mailbox in everything that was said: as it is, in every coding a letter has.
func tellsNothing(t *testing.T, said []byte) {
	t.Helper()
	if len(said) < 500 || !bytes.Contains(said, []byte("asha.berg@"+mailDomain)) {
		t.Fatalf("only %d bytes were kept", len(said))
	}
	low := bytes.ToLower(said)
	for _, needle := range []string{"anna.privat", "anna=2eprivat", "example.org", "laptop", "brev 3", "127.0.0.3", "villagatan"} {
		if i := bytes.Index(low, []byte(needle)); i >= 0 {
			t.Errorf("%q was said: %q", needle, said[max(0, i-100):min(len(said), i+100)])
		}
	}
	for shift := range 3 { // base64 of the address, wherever it begins
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), "anna.privat@example.org"...))
		if core := coded[4 : len(coded)-4]; bytes.Contains(said, []byte(core)) {
			t.Errorf("the address was said in base64")
		}
	}
}

// askDkimpy asks an implementation by somebody else about a letter's signature and chain.
func askDkimpy(t *testing.T, raw []byte, z letterZone) string {
	t.Helper()
	args := []string{"../internal/infra/mailauth/testdata/dkimpy.py"}
	for name, v := range z.txt {
		args = append(args, name+"="+strings.Join(v, ""))
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", args...)
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("dkimpy: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}
