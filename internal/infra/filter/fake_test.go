package filter

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/fault"
)

var letter = []byte("From: a@example.se\r\nTo: b@example.se\r\nSubject: Hej\r\n\r\nHej!\r\n")

// clamFake reads one INSTREAM and answers by script; it gives what it read.
func clamFake(t *testing.T, script func(net.Conn)) (Clam, <-chan []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan []byte, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		if command, err := r.ReadString(0); err != nil || command != "zINSTREAM\x00" {
			got <- []byte("command " + command)
			return
		}
		var all []byte
		for {
			var head [4]byte
			if _, err := io.ReadFull(r, head[:]); err != nil {
				return
			}
			n := binary.BigEndian.Uint32(head[:])
			if n == 0 {
				break
			}
			piece := make([]byte, n)
			if _, err := io.ReadFull(r, piece); err != nil {
				return
			}
			all = append(all, piece...)
		}
		got <- all
		script(conn)
	}()
	return Clam{Network: "tcp", Address: l.Addr().String(), Within: 2 * time.Second}, got
}

func TestClamIsSentEveryByteAndUnderstood(t *testing.T) {
	t.Parallel()
	raw := []byte(strings.Repeat("0123456789abcdef", 20_000))
	for _, c := range []struct{ says, name, code string }{
		{"stream: OK\x00", "", ""},
		{"stream: Varn.Test.UNOFFICIAL FOUND\x00", "Varn.Test.UNOFFICIAL", ""},
		{"INSTREAM size limit exceeded. ERROR\x00", "", Large},
		{"stream:  FOUND\x00", "", Odd},
		{"UNKNOWN COMMAND\x00", "", Odd},
		{"stream: OK", "", Away},
		{"", "", Away},
		{strings.Repeat("x", 10_000), "", Away},
	} {
		clam, got := clamFake(t, func(conn net.Conn) { io.WriteString(conn, c.says) })
		name, err := clam.Virus(t.Context(), raw)
		if all := <-got; string(all) != string(raw) {
			t.Fatalf("%q: %d bytes came", c.says, len(all))
		}
		if name != c.name || (err == nil) != (c.code == "") || err != nil && fault.Of(err).Code != c.code {
			t.Errorf("%.40q: %q, %v", c.says, name, err)
		}
	}
}

func TestClamThatIsSilentOrGoneIsAFault(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	clam, _ := clamFake(t, func(net.Conn) { <-release })
	clam.Within = 50 * time.Millisecond
	if _, err := clam.Virus(t.Context(), letter); fault.Of(err).Code != Away || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("silent: %v", err)
	}
	clam, _ = clamFake(t, func(net.Conn) { <-release })
	ctx, stop := context.WithCancel(t.Context())
	go stop()
	if _, err := clam.Virus(ctx, letter); fault.Of(err).Code != Away {
		t.Errorf("given up: %v", err)
	}
	if _, err := (Clam{Network: "unix", Address: t.TempDir() + "/none"}).Virus(t.Context(), letter); fault.Of(err).Code != Away {
		t.Errorf("gone: %v", err)
	}
	if _, err := (Clam{Network: "unix", Address: "/none", Most: 10}).Virus(t.Context(), letter); fault.Of(err).Code != Large {
		t.Errorf("large: %v", err)
	}
}

func TestRspamdIsToldTheEnvelopeAndUnderstood(t *testing.T) {
	t.Parallel()
	e := Envelope{IP: "192.0.2.7", Helo: "mx.example.se", From: "a@example.se", To: []string{"b@example.se", "c@example.se"}, Queue: "q1\r\nX-Evil: 1"}
	for _, c := range []struct {
		status       int
		says, action string
		spam         bool
		code         string
	}{
		{200, `{"action":"no action","score":-0.1,"required_score":15,"symbols":{"B":{"score":1},"A":{}}}`, "no action", false, ""},
		{200, `{"action":"greylist","score":5,"required_score":15}`, "greylist", false, ""},
		{200, `{"action":"add header","score":7,"required_score":15}`, "add header", true, ""},
		{200, `{"action":"reject","score":99,"required_score":15}`, "reject", true, ""},
		{200, `{"action":"dance","score":99}`, "", false, Odd},
		{200, `{"score":99}`, "", false, Odd},
		{200, `nonsense`, "", false, Odd},
		{200, strings.Repeat(" ", mostAnswered+5), "", false, Odd},
		{403, `{"error":"Unauthorized"}`, "", false, Odd},
		{302, ``, "", false, Odd},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if r.URL.Path != "/checkv2" || string(body) != string(letter) {
				t.Errorf("%s: %q", r.URL.Path, body)
			}
			if r.Header.Get("IP") != e.IP || r.Header.Get("From") != e.From || len(r.Header["Rcpt"]) != 2 || r.Header.Get("Helo") != e.Helo {
				t.Errorf("headers: %v", r.Header)
			}
			if r.Header.Get("Queue-Id") != "" || r.Header.Get("X-Evil") != "" {
				t.Errorf("a line end came through: %v", r.Header)
			}
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(c.status)
			io.WriteString(w, c.says)
		}))
		v, err := Rspamd{URL: server.URL}.Spam(t.Context(), e, letter)
		if v.Action != c.action || v.Spam != c.spam || (err == nil) != (c.code == "") || err != nil && fault.Of(err).Code != c.code {
			t.Errorf("%d %.60q: %+v, %v", c.status, c.says, v, err)
		}
		if strings.Contains(c.says, "symbols") && strings.Join(v.Symbols, " ") != "A B" {
			t.Errorf("symbols: %v", v.Symbols)
		}
		server.Close()
	}
}

func TestRspamdThatIsSilentOrGoneIsAFault(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	if _, err := (Rspamd{URL: server.URL, Within: 50 * time.Millisecond}).Spam(t.Context(), Envelope{}, letter); fault.Of(err).Code != Away || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("silent: %v", err)
	}
	_, err := Rspamd{URL: "http://127.0.0.1:1"}.Spam(t.Context(), Envelope{}, letter)
	if fault.Of(err).Code != Away || !fault.Is(err, fault.Unavailable) {
		t.Errorf("gone: %v", err)
	}
	if _, err := (Rspamd{URL: "::"}).Spam(t.Context(), Envelope{}, letter); fault.Of(err).Code != Away {
		t.Errorf("no address: %v", err)
	}
	if _, err := (Rspamd{URL: "http://127.0.0.1:1", Most: 10}).Spam(t.Context(), Envelope{}, letter); fault.Of(err).Code != Large {
		t.Errorf("large: %v", err)
	}
}
