package postal

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// impatient takes one letter on each connection, or more, and then ends it in the way that it is told.
func impatient(t *testing.T, most int, goodbye string) (port string, met func() (connections, letters int)) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var connections, letters int
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			connections++
			mu.Unlock()
			all.Go(func() {
				defer c.Close()
				r, here := bufio.NewReader(c), 0
				fmt.Fprint(c, "220 mx.example.se\r\n")
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					switch {
					case strings.HasPrefix(line, "MAIL") && here == most:
						fmt.Fprint(c, goodbye)
						return
					case strings.HasPrefix(line, "DATA"):
						fmt.Fprint(c, "354 go on\r\n")
						for line != ".\r\n" && err == nil {
							line, err = r.ReadString('\n')
						}
						here++
						mu.Lock()
						letters++
						mu.Unlock()
						fmt.Fprint(c, "250 taken\r\n")
					default:
						fmt.Fprint(c, "250 well\r\n")
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = ln.Close(); all.Wait() })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port, func() (int, int) {
		mu.Lock()
		defer mu.Unlock()
		return connections, letters
	}
}

func TestLettersShareAConnectionAndOneThatHasEndedIsReplaced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most        int
		goodbye     string
		connections int
	}{
		"one for all":         {100, "", 1},
		"gone without a word": {2, "", 3},
		"gone with 421":       {2, "421 4.7.0 enough\r\n", 3},
		"one letter for each": {1, "", 5},
	} {
		port, met := impatient(t, c.most, c.goodbye)
		s := &Sender{Resolver: names{mx: map[string][]*net.MX{"example.se": {{Host: "mx.example.se."}}}, ip: map[string]string{"mx.example.se": "127.0.0.1"}}, Near: true, Port: port}
		for i := range 5 {
			if err := s.Send(t.Context(), "a@example.se", "b@example.se", []byte("Subject: x\r\n\r\nhej\r\n"), false); err != nil {
				t.Fatalf("%s: letter %d: %v", name, i+1, err)
			}
		}
		if connections, letters := met(); connections != c.connections || letters != 5 {
			t.Errorf("%s: %d letters on %d connections, want 5 on %d", name, letters, connections, c.connections)
		}
		s.idle.mu.Lock()
		for _, all := range s.idle.kept {
			for _, one := range all {
				_ = one.Close()
			}
		}
		s.idle.mu.Unlock()
	}
}
