package scenario

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/mailroom"
)

// servedMail is set for the child process that takes letters: the configuration it serves.
const servedMail = "VARN_SCENARIO_SERVE_MAIL"

// TestServeMailUntilKilled is the child: it takes letters and forwards them until somebody kills it.
func TestServeMailUntilKilled(t *testing.T) {
	text, child := os.LookupEnv(servedMail)
	if !child {
		return // the test below starts it
	}
	var c wire.Config
	must(t, json.Unmarshal([]byte(text), &c))
	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool(), Net: wire.MailNet{Resolver: letterZone{}}})
	must(t, err)
	server, err := h.MailServer()
	must(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	fmt.Printf("serving %s\n", ln.Addr())
	go h.Queue.Run(t.Context())
	must(t, server.Serve(ln))
}

// sink is the server that everything leaves by: it counts what comes, by subject.
type sink struct {
	mu  sync.Mutex
	got map[string]int
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *sink) Reset()                                      {}
func (s *sink) Logout() error                               { return nil }
func (s *sink) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *sink) Rcpt(to string, _ *smtp.RcptOptions) error   { return nil }

func (s *sink) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[field(string(raw), "Subject")]++
	return nil
}

func (s *sink) missing(want []string) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, subject := range want {
		if s.got[subject] == 0 {
			out = append(out, subject)
		}
	}
	return out
}

// TestKillNineLosesNoLetter kills a server that takes letters and forwards them, again and again: every letter that was
// answered with 250 is in the reader once, and has been forwarded at least once.
func TestKillNineLosesNoLetter(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts and kills servers")
	}
	s := &sink{got: map[string]int{}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	out := smtp.NewServer(s)
	out.Domain = "sink.example.se"
	done := make(chan error, 1)
	go func() { done <- out.Serve(ln) }()
	t.Cleanup(func() { _ = out.Close(); <-done })

	w := foundAt(t, time.Now(), func(c *wire.Config) {
		c.Mail.Domains, c.Mail.Host, c.Mail.Gateway = []string{mailDomain}, "mx."+mailDomain, ln.Addr().String()
	})
	p := w.mail()
	asha := w.newcomer("Asha Berg", access.Elected)
	p.forwards(asha, p.mailbox(asha, "asha.berg", mailbox.Office))
	c := w.house.Config
	must(t, w.house.Close())
	w.closed = true

	var mu sync.Mutex
	var taken []string
	for range mailKillings {
		at, kill := serveOther(t, "^TestServeMailUntilKilled$", servedMail, c)
		before := len(taken)
		stop := make(chan struct{})
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					subject := "brev-" + ident.New()
					if letterTaken(at, subject) {
						mu.Lock()
						taken = append(taken, subject)
						mu.Unlock()
					}
				}
			})
		}
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			n := len(taken)
			mu.Unlock()
			if n > before+5 {
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
		kill()
		close(stop)
		clients.Wait()
	}
	_, kill := serveOther(t, "^TestServeMailUntilKilled$", servedMail, c)
	for deadline := time.Now().Add(2 * time.Minute); len(s.missing(taken)) > 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	if lost := s.missing(taken); len(lost) > 0 {
		t.Errorf("%d of %d letters were answered with 250 and never forwarded", len(lost), len(taken))
	}
	kill()
	verifies(t, c)

	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool()})
	must(t, err)
	w.house, w.closed = h, false
	read := map[string]int{}
	for after := (mailroom.Cursor{}); ; {
		list, err := h.Mail.ListLetters(t.Context(), asha.session(), after)
		must(t, err)
		for _, l := range list.Threads {
			read[l.Subject]++
		}
		if after = list.Next; after.ID == "" {
			break
		}
	}
	for _, subject := range taken {
		if read[subject] != 1 {
			t.Errorf("%s was answered with 250 and is in the reader %d times", subject, read[subject])
		}
	}
	twice := 0
	for _, n := range s.got {
		if n > 1 {
			twice++
		}
	}
	if len(taken) < 5*mailKillings {
		t.Fatalf("only %d letters were taken: nothing was tested", len(taken))
	}
	t.Logf("%d kills: %d letters answered with 250, all in the reader and forwarded, %d of them twice", mailKillings, len(taken), twice)
}

// letterTaken sends a letter and tells whether it was answered with 250; a server that is gone answers nothing.
func letterTaken(at, subject string) bool {
	c, err := textproto.Dial("tcp", at)
	if err != nil {
		time.Sleep(5 * time.Millisecond)
		return false
	}
	defer func() { _ = c.Close() }()
	want := []int{220, 250, 250, 250, 354, 250}
	for i, say := range []string{"", "EHLO post.example.se", "MAIL FROM:<maj.lind@example.se>", "RCPT TO:<asha.berg@" + mailDomain + ">", "DATA",
		strings.ReplaceAll(strings.ReplaceAll(question, "Cykelbanan", subject), "\n", "\r\n") + "."} {
		if say != "" && c.PrintfLine("%s", strings.ReplaceAll(say, "<ett@", "<"+subject+"@")) != nil {
			return false
		}
		if code, _, err := c.ReadResponse(want[i]); err != nil || code != want[i] {
			return false
		}
	}
	return true
}
