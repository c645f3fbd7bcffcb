package smtpd

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/letter"
	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
)

// room takes what it is given.
type room struct {
	mu   sync.Mutex
	got  []mailroom.Arrival
	fail error
	hold chan struct{} // a letter waits here before it is taken,
	come chan struct{} // and says here that it does
}

func (r *room) Recipient(_ context.Context, address string) (mailroom.Recipient, error) {
	switch {
	case strings.HasPrefix(address, "borta@"):
		return mailroom.Recipient{}, fault.New(fault.Invalid, "mail.moved", "https://varn.example.se/kontakt/borta")
	case !strings.HasSuffix(address, "@kommun.example.se"):
		return mailroom.Recipient{}, fault.New(fault.Denied, "mail.relay")
	case strings.HasPrefix(address, "ingen"):
		return mailroom.Recipient{}, fault.New(fault.NotFound, "mail.unknown")
	case strings.HasPrefix(address, "trasig"):
		return mailroom.Recipient{}, errors.New("the disk is full")
	}
	return mailroom.Recipient{Address: address, Purpose: mailroom.ToMailbox}, nil
}

func (r *room) Receive(_ context.Context, a mailroom.Arrival) error {
	if r.hold != nil {
		r.come <- struct{}{}
		<-r.hold
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	if _, err := letter.Read(a.Raw); err != nil {
		return fault.Wrap(fault.Invalid, "mail.header", err)
	}
	a.Raw = bytes.Clone(a.Raw)
	r.got = append(r.got, a)
	return nil
}

func (r *room) letters() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, a := range r.got {
		out = append(out, string(a.Raw))
	}
	return out
}

// serve starts a server and gives where it listens.
func serve(t *testing.T, c Config, r *room) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Host = "mx.kommun.example.se"
	s := New(c, r)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
		<-done
	})
	return ln.Addr().String()
}

// dialogue speaks with a server: "C: " is sent with CRLF, "S: " is how the answer's last line begins. In "R: " the
// escapes of Go are written as they stand, without a line end.
func dialogue(t *testing.T, at, script string) {
	t.Helper()
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	r := bufio.NewReader(c)
	for _, l := range strings.Split(strings.TrimSpace(script), "\n") {
		l = strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(l, "C: "):
			_, err = c.Write([]byte(l[3:] + "\r\n"))
		case strings.HasPrefix(l, "R: "):
			raw := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00").Replace(l[3:])
			_, err = c.Write([]byte(raw))
		case strings.HasPrefix(l, "S: "):
			got := answer(t, r)
			if !strings.HasPrefix(got, l[3:]) {
				t.Fatalf("the server says %q, expected %q", got, l[3:])
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
	}
}

// answer reads to the last line of an answer.
func answer(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	for {
		l, err := r.ReadString('\n')
		if err != nil {
			return "(" + err.Error() + ")"
		}
		if len(l) > 3 && l[3] == ' ' {
			return strings.TrimSpace(l)
		}
	}
}

const begin = `S: 220 mx.kommun.example.se
C: EHLO post.example.se
S: 250
C: MAIL FROM:<maj@example.se>
S: 250
C: RCPT TO:<asha@kommun.example.se>
S: 250
`

func TestDialogues(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"a letter": begin + "C: DATA\nS: 354\nR: Subject: hej\\r\\n\\r\\nHej!\\r\\n.\\r\\n\nS: 250\nC: QUIT\nS: 221",
		"addresses": `S: 220
			C: EHLO post.example.se
			S: 250
			C: RCPT TO:<asha@kommun.example.se>
			S: 502
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<ingen@kommun.example.se>
			S: 550 5.1.1
			C: RCPT TO:<borta@kommun.example.se>
			S: 550 5.1.6 This assignment has ended and the address is not read any more. See https://varn.example.se/kontakt/borta
			C: RCPT TO:<maj@annan.example.se>
			S: 550 5.7.1
			C: RCPT TO:<trasig@kommun.example.se>
			S: 451 4.3.0
			C: DATA
			S: 502`,
		"pipelining": "S: 220\nC: EHLO post.example.se\nS: 250\nR: MAIL FROM:<maj@example.se>\\r\\nRCPT TO:<asha@kommun.example.se>\\r\\nRCPT TO:<ingen@kommun.example.se>\\r\\nDATA\\r\\n\n" +
			"S: 250\nS: 250\nS: 550\nS: 354\nR: Subject: x\\r\\n\\r\\nx\\r\\n.\\r\\n\nS: 250",
		"chunks":              begin + "R: BDAT 8\\r\\nSubject:\nS: 250\nR: BDAT 14 LAST\\r\\n hej\\r\\n\\r\\nHej!\\r\\n\nS: 250",
		"a size that is told": "S: 220\nC: EHLO post.example.se\nS: 250\nC: MAIL FROM:<maj@example.se> SIZE=99999999\nS: 552",
		"SMTPUTF8":            "S: 220\nC: EHLO post.example.se\nS: 250\nC: MAIL FROM:<åsa@example.se> SMTPUTF8 BODY=8BITMIME\nS: 250\nC: RCPT TO:<asha@kommun.example.se>\nS: 250\nC: DATA\nS: 354\nR: Subject: åäö\\r\\n\\r\\nHej!\\r\\n.\\r\\n\nS: 250",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dialogue(t, serve(t, Config{}, &room{}), script)
		})
	}
}

// TestASmuggledLetterIsNoLetter sends what two servers could take for the end of a letter, with a second one behind it: the
// sequences of the SMTP smuggling that was published in December 2023, and their kin.
func TestASmuggledLetterIsNoLetter(t *testing.T) {
	t.Parallel()
	for _, end := range []string{`\n.\n`, `\n.\r\n`, `\r.\r`, `\r.\r\n`, `\r\n.\n`, `\r\n.\r`, `\r\n\0.\r\n`, `\r\r\n.\r\n`, `\n.\r`, `\r\n.\r\r\n`} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			r := &room{}
			at := serve(t, Config{}, r)
			c, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			in := bufio.NewReader(c)
			raw := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00").Replace(end)
			for _, say := range []string{"", "EHLO post.example.se\r\n", "MAIL FROM:<maj@example.se>\r\n", "RCPT TO:<asha@kommun.example.se>\r\n", "DATA\r\n"} {
				if _, err := c.Write([]byte(say)); err != nil {
					t.Fatal(err)
				}
				answer(t, in)
			}
			if _, err := c.Write([]byte("Subject: ett\r\n\r\nHej" + raw + "MAIL FROM:<kungen@example.se>\r\nRCPT TO:<asha@kommun.example.se>\r\nDATA\r\nSubject: smugglat\r\n\r\nHej\r\n.\r\n")); err != nil {
				t.Fatal(err)
			}
			got := answer(t, in)
			if _, err := c.Write([]byte("NOOP\r\n")); err == nil {
				answer(t, in)
			}
			for _, l := range r.letters() {
				if strings.HasPrefix(l, "Subject: smugglat") {
					t.Errorf("a second letter is taken")
				}
			}
			if end != `\r\n\0.\r\n` && end != `\r\n.\r\r\n` && end != `\r\n.\r` && !strings.HasPrefix(got, "554") {
				t.Errorf("the letter is answered with %q", got)
			}
		})
	}
}

// sent sends a letter in one go and gives the answer.
func sent(t *testing.T, at string, body func(w *bufio.Writer)) string {
	t.Helper()
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(60 * time.Second))
	in := bufio.NewReader(c)
	for _, say := range []string{"", "EHLO post.example.se\r\n", "MAIL FROM:<maj@example.se>\r\n", "RCPT TO:<asha@kommun.example.se>\r\n", "DATA\r\n"} {
		if _, err := c.Write([]byte(say)); err != nil {
			t.Fatal(err)
		}
		answer(t, in)
	}
	got := make(chan string, 1)
	go func() { got <- answer(t, in) }()
	w := bufio.NewWriterSize(c, 64<<10)
	body(w)
	_, _ = w.WriteString("\r\n.\r\n")
	_ = w.Flush() // the server may have hung up
	return <-got
}

func TestWhatNoLetterIsIsRefused(t *testing.T) {
	t.Parallel()
	at := serve(t, Config{MaxSize: 60 << 20}, &room{})
	for name, c := range map[string]struct {
		want string
		body func(w *bufio.Writer)
	}{
		"100,000 header fields": {"554", func(w *bufio.Writer) {
			for i := range 100_000 {
				fmt.Fprintf(w, "X-%d: y\r\n", i)
			}
		}},
		"one line of 50 MB": {"(", func(w *bufio.Writer) {
			_, _ = w.WriteString("Subject: x\r\n\r\n")
			for range 50 << 10 {
				_, _ = w.Write(bytes.Repeat([]byte{'a'}, 1<<10))
			}
		}},
	} {
		got := sent(t, at, c.body)
		if !strings.HasPrefix(got, c.want) && !strings.HasPrefix(got, "5") {
			t.Errorf("%s: %s", name, got)
		}
	}
	dialogue(t, at, begin+"C: DATA\nS: 354\nR: Subject: hej\\r\\n\\r\\nHej!\\r\\n.\\r\\n\nS: 250")
}

func TestALargeLetterIsBoundedAndItsMemoryComesBack(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	r := &room{hold: hold, come: make(chan struct{}, 3)}
	at := serve(t, Config{MaxSize: 1 << 20, Memory: 1 << 20}, r)
	big := func(n int) func(w *bufio.Writer) {
		return func(w *bufio.Writer) {
			_, _ = w.WriteString("Subject: x\r\n\r\n")
			for range n / 64 {
				_, _ = w.WriteString(strings.Repeat("a", 62) + "\r\n")
			}
		}
	}
	if got := sent(t, at, big(2<<20)); !strings.HasPrefix(got, "552") {
		t.Errorf("a letter that is too large: %s", got)
	}
	first := make(chan string)
	go func() { first <- sent(t, at, big(900<<10)) }()
	<-r.come
	if got := sent(t, at, big(900<<10)); !strings.HasPrefix(got, "452") {
		t.Errorf("two that need more memory than there is: %s", got)
	}
	close(hold)
	if got := <-first; !strings.HasPrefix(got, "250") {
		t.Errorf("the first: %s", got)
	}
	if got := sent(t, at, big(900<<10)); !strings.HasPrefix(got, "250") {
		t.Errorf("afterwards: %s", got)
	}
}

func TestAFaultIsAnsweredSoThatNothingIsLost(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"mail.loop": "554", "mail.header": "554", "mail.virus": "554", "mail.proof": "550", "mail.held": "550", "mail.stranger": "550", "fault.unavailable": "451", "fault.tampered": "451"} {
		r := &room{fail: fault.New(fault.Internal, code)}
		got := sent(t, serve(t, Config{}, r), func(w *bufio.Writer) { _, _ = w.WriteString("Subject: x\r\n\r\nx") })
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, expected %s", code, got, want)
		}
	}
}

func TestOnlySoManyConnectionsOfOneNetwork(t *testing.T) {
	t.Parallel()
	greet := func(at string) (net.Conn, string) {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		return c, answer(t, bufio.NewReader(c))
	}
	at := serve(t, Config{PerNetwork: 2}, &room{})
	var open []net.Conn
	for range 2 {
		c, got := greet(at)
		if !strings.HasPrefix(got, "220") {
			t.Fatal(got)
		}
		open = append(open, c)
	}
	if c, got := greet(at); !strings.HasPrefix(got, "421") {
		t.Errorf("one too many: %s", got)
	} else {
		_ = c.Close()
	}
	_ = open[0].Close()
	for range 200 { // until the server has seen that it is closed
		c, got := greet(at)
		_ = c.Close()
		if strings.HasPrefix(got, "220") {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	trusted := serve(t, Config{PerNetwork: 1, Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, &room{})
	for range 4 {
		c, got := greet(trusted)
		if !strings.HasPrefix(got, "220") {
			t.Errorf("a gateway of our own: %s", got)
		}
		defer func() { _ = c.Close() }()
	}
	_ = open[1].Close()
}

func TestSTARTTLSForgetsWhatWasSaidBefore(t *testing.T) {
	t.Parallel()
	r := &room{}
	at := serve(t, Config{TLS: certificate(t), Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, r)
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(c)
	// What is sent in the clear behind STARTTLS must not be taken for a command inside: CVE-2011-0411.
	for _, say := range []string{"", "EHLO post.example.se\r\n", "MAIL FROM:<maj@example.se>\r\n", "STARTTLS\r\nRCPT TO:<asha@kommun.example.se>\r\n"} {
		if _, err := c.Write([]byte(say)); err != nil {
			t.Fatal(err)
		}
		answer(t, in)
	}
	secure := tls.Client(c, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the test's own certificate
	if err := secure.Handshake(); err != nil {
		return // the server refuses what stood behind the command: so much the better
	}
	in = bufio.NewReader(secure)
	for _, step := range []struct{ say, want string }{{"RCPT TO:<asha@kommun.example.se>", "502"}, {"EHLO post.example.se", "250"}, {"RCPT TO:<asha@kommun.example.se>", "502"},
		{"MAIL FROM:<maj@example.se>", "250"}, {"RCPT TO:<asha@kommun.example.se>", "250"}, {"DATA", "354"}, {"Subject: x\r\n\r\nx\r\n.", "250"}} {
		if _, err := secure.Write([]byte(step.say + "\r\n")); err != nil {
			t.Fatal(err)
		}
		if got := answer(t, in); !strings.HasPrefix(got, step.want) {
			t.Errorf("%s: %s", step.say, got)
		}
	}
	if r.got[0].Relayed != true {
		t.Error("the gateway is not known")
	}
}

// certificate is one that holds for an hour.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx"}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"mx"}},
		&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx"}}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
}

func FuzzLineEnds(f *testing.F) {
	f.Add([]byte("a\r\nb\r\n"), 2)
	f.Add([]byte("a\nb"), 1)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		var whole, parts lineEnds
		whole.see(b)
		cut = min(max(cut, 0), len(b))
		parts.see(b[:cut])
		parts.see(b[cut:])
		rest := bytes.ReplaceAll(b, []byte("\r\n"), nil)
		if want := bytes.ContainsAny(rest, "\r\n"); whole.bad() != parts.bad() || whole.bad() != want {
			t.Fatalf("%q: %v, in parts %v, should be %v", b, whole.bad(), parts.bad(), want)
		}
	})
}
