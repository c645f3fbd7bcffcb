package web_test

import (
	"bufio"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/contact"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/operate"
)

// post is a mail server that takes everything; it gives what it took.
func (w *town) post(t *testing.T) chan string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan string, 10)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go takes(c, taken)
		}
	}()
	if err := w.house.Operate.SaveMail(t.Context(), w.admin.session(), operate.MailSettings{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, Security: "plain", From: "varn@example.se"}, "", 0); err != nil {
		t.Fatal(err)
	}
	return taken
}

func takes(c net.Conn, taken chan string) {
	defer func() { _ = c.Close() }()
	say := func(line string) { _, _ = c.Write([]byte(line + "\r\n")) }
	say("220 post.example.se")
	in, text, body := bufio.NewScanner(c), "", false
	for in.Scan() {
		switch line := in.Text(); {
		case body && line == ".":
			body = false
			taken <- text
			say("250 taken")
		case body:
			text += line + "\r\n"
		case strings.HasPrefix(line, "DATA"):
			body = true
			say("354 go on")
		case strings.HasPrefix(line, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// mailsLinks does the jobs that forms have left.
func (w *town) mailsLinks(t *testing.T) {
	t.Helper()
	jobs, err := w.house.DB.Claim(t.Context(), "test", 100, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == contact.ConfirmJob {
			if err := w.house.Contact.MailLink(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestACitizenWritesWithAndWithoutScript writes to a representative, mends what is missing without losing what was
// written, gets the link by mail and confirms. No cookie is set on the way.
func TestACitizenWritesWithAndWithoutScript(t *testing.T) {
	t.Parallel()
	w := found(t)
	w.elected(nil, "Asta Lindvik")
	taken := w.post(t)
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		tab := w.tab(t, nil)
		if !script {
			tab.WithoutScript()
		}
		tab.Open(w.url + "/kontakt/asta-lindvik")
		tab.Follow(`main a[href$="/skriv"]`)
		tab.Expect("422")
		if script {
			tab.InspectHere("contact-write")
		}
		tab.Type("#f-text", "När byggs cykelbanan vid stationen?")
		tab.Follow("main form button[type=submit]")
		if script {
			tab.InspectHere("contact-write-errors")
		}
		if got := browser.Eval[string](tab, `document.querySelector('#f-text').value`); got != "När byggs cykelbanan vid stationen?" {
			t.Errorf("%s: the text is now %q", name, got)
		}
		tab.Type("#f-name", "Nils Kärr")
		tab.Type("#f-address", "nils.karr@example.se")
		tab.Type("#f-subject", "Cykelbanan")
		if script {
			for n := 0; browser.Eval[string](tab, `document.querySelector('[name=answer]').value`) == ""; n++ {
				if n > 600 {
					t.Fatal("the page finds no answer to its task")
				}
				time.Sleep(50 * time.Millisecond)
			}
		}
		tab.Follow("main form button[type=submit]")
		reads(t, tab, "Ett steg kvar", "nils.karr@example.se", "14 dagar")
		if script {
			tab.InspectHere("contact-sent")
		}
		w.mailsLinks(t)
		mail := strings.ReplaceAll(<-taken, "=\r\n", "")
		link := regexp.MustCompile(`/kontakt/bekrafta/[a-z0-9]+`).FindString(mail)
		if link == "" {
			t.Fatalf("no link in %s", mail)
		}
		tab.Open(w.url + link)
		if script {
			tab.InspectHere("contact-confirm")
		}
		tab.Follow("main form button[type=submit]")
		reads(t, tab, "på väg", "Asta Lindvik")
		if script {
			tab.InspectHere("contact-confirmed")
		}
	}
}
