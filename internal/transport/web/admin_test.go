package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/infra/store"
	"varn/internal/transport/web/browser"
)

// post is a mail server that takes everything and keeps it.
type postbox struct {
	port int
	mu   sync.Mutex
	text string
}

func mailServer(t *testing.T) *postbox {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postbox{port: ln.Addr().(*net.TCPAddr).Port}
	var talking sync.WaitGroup
	t.Cleanup(func() { _ = ln.Close(); talking.Wait() })
	talking.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			p.talk(conn)
			_ = conn.Close()
		}
	})
	return p
}

func (p *postbox) talk(conn net.Conn) {
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 post.example.se")
	inText := false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		line := lines.Text()
		switch {
		case inText && line == ".":
			inText = false
			say("250 taken")
		case inText:
			p.mu.Lock()
			p.text += line + "\n"
			p.mu.Unlock()
		case strings.HasPrefix(line, "DATA"):
			inText = true
			say("354 go on")
		case strings.HasPrefix(line, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postbox) taken() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text
}

func TestTheAdministratorSeesHowTheInstallationIs(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.admin)
	tab.Inspect("admin", w.url+"/drift")
	if got := tab.Text("main"); !strings.Contains(got, "Senast bevisad återläsning") || !strings.Contains(got, "aldrig") {
		t.Errorf("nothing says that no restore was ever proven: %s", got)
	}
	if got := tab.Text("main"); !strings.Contains(got, "Den andra nyckelplatsen (second_key_place) är inte inställd") || strings.Contains(got, "is not set") {
		t.Errorf("the warning of the key places is not in the page's language: %s", got)
	}
	tab.Inspect("admin-clock", w.url+"/drift/klocka")
	tab.Follow("main form button")
	other := w.tab(t, w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected))
	other.Expect("403")
	if got := other.Open(w.url + "/drift"); got != http.StatusForbidden {
		t.Errorf("an elected representative gets %d", got)
	}
}

func TestAuthoritiesAreEnteredAndTwoWhoRenameLoseNeitherText(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab, other := w.tab(t, w.admin), w.tab(t, w.admin)
	tab.Expect("422")
	other.Expect("409")
	tab.Inspect("admin-parts", w.url+"/drift/organisation")
	tab.Follow(`a[href="/drift/organisation/ny"]`)
	tab.InspectHere("admin-part-new")
	tab.Follow("main button[type=submit]")
	tab.Set("#f-name", "Miljönämnden")
	tab.Set("#f-code", "MN")
	tab.Follow("main button[type=submit]")
	if got := tab.Text("main"); !strings.Contains(got, "Miljönämnden") {
		t.Fatalf("the authority is not listed: %s", got)
	}
	tab.Follow(`section:last-of-type a[href*="?i="]`)
	tab.Set("#f-name", "Tillsynsenheten")
	tab.Follow("main button[type=submit]")
	at := browser.Eval[string](tab, `[...document.querySelectorAll('section:last-of-type li a')].pop().href`)
	tab.Open(at)
	other.Open(at)
	tab.Set("#f-name", "Enheten för tillsyn")
	tab.Follow("main button[type=submit]")
	other.Set("#f-name", "Tillsyn")
	if got := other.Follow("main button[type=submit]"); got != http.StatusConflict {
		t.Errorf("the second to rename is answered with %d", got)
	}
	if got := other.Text("main"); !strings.Contains(got, "Enheten för tillsyn") {
		t.Errorf("the first text is lost: %s", got)
	}
}

func TestTheOrganisationsNameAndColoursChangeOnEveryPage(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab, visitor := w.tab(t, w.admin), w.tab(t, nil)
	tab.Expect("422")
	visitor.Open(w.url + "/om") // kept in memory now
	tab.Inspect("admin-profile", w.url+"/drift/profil")
	tab.Set("#f-primary", "#FFFFCC")
	if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Errorf("a colour on which nothing can be read is answered with %d", got)
	}
	tab.Set("#f-primary", "#7A1F3D")
	tab.Set("#f-name", "Provstads kommun")
	tab.Set("#f-privacy", "dataskydd@example.se")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("admin-profile-saved")
	visitor.Open(w.url + "/om")
	if got := visitor.Text(".brand"); !strings.Contains(got, "Provstads kommun") {
		t.Errorf("the public pages still say %q", got)
	}
}

func TestMailIsSetTriedAndCarriesNoContent(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	box := mailServer(t)
	tab := w.tab(t, w.admin)
	tab.Expect("422")
	tab.Inspect("admin-mail", w.url+"/drift/e-post")
	tab.Set("#f-host", "localhost")
	tab.Set("#f-port", strconv.Itoa(box.port))
	tab.Set("#f-from", "varn@example.se")
	tab.Follow("main form[action='/drift/e-post'] button")
	if got := tab.Follow("form[action='/drift/e-post/prova'] button"); got != http.StatusUnprocessableEntity {
		t.Errorf("a server without STARTTLS is answered with %d", got)
	}
	tab.InspectHere("admin-mail-failed")
	if got := tab.Text("#errors"); !strings.Contains(got, "erbjuder inget skydd") {
		t.Errorf("the failure says %q", got)
	}
	tab.Click("#f-security-2")
	tab.Follow("main form[action='/drift/e-post'] button")
	tab.Follow("form[action='/drift/e-post/prova'] button")
	tab.InspectHere("admin-mail-sent")
	if got := box.taken(); !strings.Contains(got, "To: <bo.drift@example.se>") {
		t.Fatalf("the server has taken %q", got)
	}
	// A notice becomes a mail that says that something waits, and nothing of what or of whom.
	asta := w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected)
	if err := w.house.Operate.Tell(t.Context(), job.Job{Org: w.house.Org(), Kind: store.NoticeMail, Args: map[string]string{"person": asta.id}}); err != nil {
		t.Fatal(err)
	}
	_, mail, _ := strings.Cut(box.taken(), "To: <asta.ledamot@example.se>")
	if mail == "" || strings.Contains(mail, "roll") || strings.Contains(mail, "Asta") || strings.Contains(mail, "bekr") {
		t.Errorf("the mail says %q", mail)
	}
}

func TestDeadJobsAreTriedAgainOrDiscarded(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.admin)
	ctx, org := t.Context(), w.house.DB.Org(w.house.Org())
	tab.Inspect("admin-jobs-none", w.url+"/drift/jobb")
	if err := org.Write(ctx, func(tx *store.Tx) error {
		for _, kind := range []string{"one", "two"} {
			if err := tx.Enqueue(job.Job{Kind: kind, MaxAttempts: 1}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	claimed, err := w.house.DB.Claim(ctx, "node", 100, 1e9)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range claimed {
		if err := w.house.DB.Fail(ctx, j, "mail.refused"); err != nil {
			t.Fatal(err)
		}
	}
	tab.Open(w.url + "/drift/jobb")
	tab.InspectHere("admin-jobs")
	tab.Follow("main li form button")
	tab.Follow("main li a")
	tab.InspectHere("admin-job-discard")
	tab.Follow("main form button")
	if got := tab.Text("main"); !strings.Contains(got, "Allt har gått som det ska") {
		t.Errorf("got %s", got)
	}
}
