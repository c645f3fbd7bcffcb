package scenario

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/domain/job"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/operate"
)

// postOffice is a mail server that can be told to fail.
type postOffice struct {
	mode  atomic.Value // "refuses", "stalls", "drops" or "takes"
	taken chan string
}

// opensPost starts a mail server and lets the administrator enter it.
func (w *town) opensPost() *postOffice {
	w.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(w.t, err)
	p := &postOffice{taken: make(chan string, 10)}
	p.mode.Store("takes")
	w.t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	must(w.t, w.house.Operate.SaveMail(w.t.Context(), w.admin.session(), operate.MailSettings{Host: "127.0.0.1",
		Port: ln.Addr().(*net.TCPAddr).Port, Security: "plain", From: "varn@example.se"}, "", 0))
	return p
}

func (p *postOffice) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	mode := p.mode.Load().(string)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	lines := bufio.NewReader(conn)
	if mode == "stalls" {
		_, _ = lines.ReadString('\n') // until the other side hangs up
		return
	}
	say("220 post.example.se")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(line[:min(4, len(line))]); {
		case verb == "DATA":
			say("354 go on")
			if mode == "drops" {
				return
			}
			text := ""
			for line != ".\r\n" && err == nil {
				line, err = lines.ReadString('\n')
				text += line
			}
			say("250 taken")
			p.taken <- text
		case verb == "RCPT" && mode == "refuses":
			say("550 no such person")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// TestAnAlarmIsMailedThroughAServerThatFails meets a real server that refuses, stalls and drops: the
// job stays until the server has taken the mail, which tells nothing of what waits.
func TestAnAlarmIsMailedThroughAServerThatFails(t *testing.T) {
	t.Parallel()
	w := found(t)
	post := w.opensPost()
	r := threat("Någon står utanför mitt fönster.")
	f := w.files(w.guest(), r)
	w.wakes()
	jobs, err := w.house.DB.Claim(t.Context(), "test", 100, time.Minute)
	must(t, err)
	var alarm job.Job
	for _, j := range jobs {
		if j.Kind == store.NoticeMail && j.Args["person"] == w.head.id {
			alarm = j
		}
	}
	if alarm.ID == "" {
		t.Fatal("nobody is mailed")
	}
	for mode, code := range map[string]string{"refuses": "mail.recipient", "stalls": "mail.unreachable", "drops": "mail.refused"} {
		post.mode.Store(mode)
		patience := time.Minute
		if mode == "stalls" {
			patience = 300 * time.Millisecond
		}
		ctx, stop := context.WithTimeout(t.Context(), patience)
		err := w.house.Operate.Tell(ctx, alarm)
		stop()
		if !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != code {
			t.Errorf("a server that %s: %v", mode, err)
		}
	}
	must(t, w.house.DB.Fail(t.Context(), alarm, "mail.refused"))
	post.mode.Store("takes")
	w.clock.Move(time.Minute)
	if n := w.dispatches(store.NoticeMail); n == 0 {
		t.Fatal("the job has not come back")
	}
	text := <-post.taken
	if strings.Contains(text, "fönster") || strings.Contains(text, f.Ref) || strings.Contains(text, "Hot") {
		t.Errorf("the mail tells %s", text)
	}
	must(t, w.house.Cases.TakeCase(t.Context(), w.head.session(), f.Ref))
}
