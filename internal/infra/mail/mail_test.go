package mail

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/netip"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/fault"
)

// dialogue is a mail server that follows a script: lines with "S: " it says, "C: " it expects,
// "TLS" it turns the connection, "DATA" it reads a message to its end.
type dialogue struct {
	t      *testing.T
	secure *tls.Config
	said   []string
	text   string
	done   chan struct{}
}

func serve(t *testing.T, script string, implicit bool) (*dialogue, Account, *Sender) {
	t.Helper()
	config, roots := certificate(t)
	d := &dialogue{t: t, secure: config, done: make(chan struct{})}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close(); <-d.done })
	go func() {
		defer close(d.done)
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		if implicit {
			conn = tls.Server(conn, config)
		}
		d.follow(conn, script)
		_ = conn.Close()
	}()
	a := Account{Host: "localhost", Port: ln.Addr().(*net.TCPAddr).Port, Security: StartTLS, From: "varn@example.se", FromName: "Värn, Exempelstad"}
	if implicit {
		a.Security = TLS
	}
	return d, a, &Sender{Roots: roots}
}

func (d *dialogue) follow(conn net.Conn, script string) {
	r := bufio.NewReader(conn)
	for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "S: "):
			if _, err := io.WriteString(conn, line[3:]+"\r\n"); err != nil {
				return
			}
		case line == "TLS":
			conn = tls.Server(conn, d.secure)
			r = bufio.NewReader(conn)
		case line == "DATA":
			for {
				got, err := r.ReadString('\n')
				if err != nil || got == ".\r\n" {
					break
				}
				d.text += strings.TrimPrefix(got, ".")
			}
		case strings.HasPrefix(line, "C: "):
			got, err := r.ReadString('\n')
			if err != nil {
				return
			}
			d.said = append(d.said, strings.TrimSpace(got))
			if !strings.HasPrefix(strings.TrimSpace(got), line[3:]) {
				d.t.Errorf("the client says %q, expected %q", strings.TrimSpace(got), line[3:])
				return
			}
		}
	}
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, pool
}

const sent = `
	S: 220 post.example.se ESMTP
	C: EHLO example.se
	S: 250-post.example.se
	S: 250 STARTTLS
	C: STARTTLS
	S: 220 go ahead
	TLS
	C: EHLO example.se
	S: 250-post.example.se
	S: 250 AUTH PLAIN LOGIN
	C: AUTH PLAIN
	S: 235 welcome
	C: MAIL FROM:<varn@example.se>
	S: 250 ok
	C: RCPT TO:<asta@example.se>
	S: 250 ok
	C: DATA
	S: 354 go on
	DATA
	S: 250 taken
	C: QUIT
	S: 221 bye`

func TestAMessageIsHandedOverWithStartTLSAndAPassword(t *testing.T) {
	t.Parallel()
	d, a, s := serve(t, sent, false)
	a.User, a.Password = "varn", "hemligt ord"
	m := Message{To: "asta@example.se", Subject: "Något väntar på dig i Värn", Text: "Hej!\n\nLogga in.\n.\nÅÄÖ", Lang: "sv"}
	if err := s.Send(t.Context(), a, m); err != nil {
		t.Fatal(err)
	}
	<-d.done
	got, err := mail.ReadMessage(strings.NewReader(d.text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q %v", subject, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(got.Body))
	if err != nil || strings.ReplaceAll(strings.TrimRight(string(body), "\r\n"), "\r\n", "\n") != m.Text {
		t.Errorf("body %q %v", body, err)
	}
	for _, name := range []string{"Message-Id", "Date", "Auto-Submitted"} {
		if got.Header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	auth, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(d.said[3], "AUTH PLAIN "))
	if err != nil || string(auth) != "\x00varn\x00hemligt ord" {
		t.Errorf("auth %q %v", auth, err)
	}
}

func TestImplicitTLSAndLogin(t *testing.T) {
	t.Parallel()
	d, a, s := serve(t, `
		S: 220 post.example.se ESMTP
		C: EHLO example.se
		S: 250-post.example.se
		S: 250 AUTH LOGIN
		C: AUTH LOGIN
		S: 334 VXNlcm5hbWU6
		C: dmFybg==
		S: 334 UGFzc3dvcmQ6
		C: aGVtbGlndA==
		S: 235 welcome
		C: MAIL FROM:
		S: 250 ok
		C: RCPT TO:
		S: 250 ok
		C: DATA
		S: 354 go on
		DATA
		S: 250 taken`, true)
	a.User, a.Password = "varn", "hemligt"
	if err := s.Send(t.Context(), a, Message{To: "asta@example.se", Subject: "x", Text: "y"}); err != nil {
		t.Fatal(err)
	}
	<-d.done
}

func TestEachStepThatFailsHasItsOwnCodeAndNothingTheServerSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script   string
		implicit bool
		edit     func(*Account, *Sender)
		code     string
	}{
		"no STARTTLS":      {"S: 220 x\nC: EHLO\nS: 250 x", false, nil, "mail.no-tls"},
		"STARTTLS refused": {"S: 220 x\nC: EHLO\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no", false, nil, "mail.no-tls"},
		"another's certificate": {"S: 220 x\nC: EHLO\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 ok\nTLS\nC: EHLO", false,
			func(_ *Account, s *Sender) { s.Roots = x509.NewCertPool() }, "mail.certificate"},
		"busy": {"S: 421 asta@example.se is busy", true, nil, "mail.unreachable"},
		"wrong password": {"S: 220 x\nC: EHLO\nS: 250-x\nS: 250 AUTH PLAIN\nC: AUTH\nS: 535 no", true,
			func(a *Account, _ *Sender) { a.User, a.Password = "varn", "fel" }, "mail.auth"},
		"sender refused":      {"S: 220 x\nC: EHLO\nS: 250 x\nC: MAIL\nS: 550 no", true, nil, "mail.sender"},
		"recipient refused":   {"S: 220 x\nC: EHLO\nS: 250 x\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 550 asta@example.se unknown", true, nil, "mail.recipient"},
		"text refused":        {"S: 220 x\nC: EHLO\nS: 250 x\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\nS: 354 go\nDATA\nS: 552 full", true, nil, "mail.refused"},
		"cut off in the text": {"S: 220 x\nC: EHLO\nS: 250 x\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\nS: 354 go\nDATA", true, nil, "mail.refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, a, s := serve(t, c.script, c.implicit)
			if c.edit != nil {
				c.edit(&a, s)
			}
			err := s.Send(t.Context(), a, Message{To: "asta@example.se", Subject: "x", Text: "y"})
			if !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != c.code {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if strings.Contains(err.Error(), "asta") {
				t.Errorf("the error quotes an address: %v", err)
			}
		})
	}
}

func TestWhatIsSentCannotMakeHeaders(t *testing.T) {
	t.Parallel()
	a := Account{From: "varn@example.se", FromName: "Värn\r\nBcc: ond@example.se"}
	b, err := compose(a, Message{To: "asta@example.se", Subject: "Hej\r\nBcc: ond@example.se", Text: "a\r\n.\r\nb"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(b)))
	if err != nil || m.Header.Get("Bcc") != "" {
		t.Errorf("%v %v", m, err)
	}
	for _, to := range []string{"", "asta@example.se\r\nBcc: x@example.se", "Asta <asta@example.se>", "asta", "a@b@c", "asta @example.se"} {
		if _, err := compose(a, Message{To: to}, time.Now()); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is taken: %v", to, err)
		}
	}
}

func TestAddressesThatNoMailServerHasAreNotDialled(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"169.254.169.254": false, "0.0.0.0": false, "224.0.0.1": false, "fe80::1": false, "::": false,
		"10.1.2.3": true, "192.0.2.7": true, "127.0.0.1": true} {
		if err := allowed(netip.MustParseAddr(address), false); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := allowed(netip.MustParseAddr("10.1.2.3"), true); err == nil {
		t.Error("plain text may leave the machine")
	}
}

func TestAnAccountIsCheckedBeforeAnythingIsDialled(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]Account{
		"no host":        {Port: 25, Security: TLS, From: "varn@example.se"},
		"host and port":  {Host: "post.example.se:25", Port: 25, Security: TLS, From: "varn@example.se"},
		"no port":        {Host: "post.example.se", Security: TLS, From: "varn@example.se"},
		"no security":    {Host: "post.example.se", Port: 25, From: "varn@example.se"},
		"no sender":      {Host: "post.example.se", Port: 25, Security: TLS},
		"password plain": {Host: "localhost", Port: 25, Security: Plain, From: "varn@example.se", User: "varn"},
	} {
		if err := new(Sender).Send(t.Context(), a, Message{To: "asta@example.se"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("Hej", "text\r\n.\r\n", "asta@example.se")
	f.Fuzz(func(t *testing.T, subject, text, to string) {
		b, err := compose(Account{From: "varn@example.se"}, Message{To: to, Subject: subject, Text: text}, time.Unix(0, 0))
		if err != nil {
			return
		}
		m, err := mail.ReadMessage(strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Header) != 10 {
			t.Fatalf("%d headers: %v", len(m.Header), m.Header)
		}
	})
}
