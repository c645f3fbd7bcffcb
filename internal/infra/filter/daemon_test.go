package filter

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"varn/internal/kit/fault"
)

// The tests below ask Debian's own daemons, where rspamd and clamav-daemon are installed (make
// test-faults sees to that; they are too large for every run of the tests).

// daemon starts a program in the foreground and waits until ready says so; it ends with the test.
func daemon(t *testing.T, ready func() bool, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: apt-get install rspamd clamav-daemon", name)
	}
	ctx, stop := context.WithCancel(context.Background())
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { stop(); <-ended })
	for range 600 {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v\n%s", name, err, said.String())
		case <-time.After(50 * time.Millisecond):
		}
		if ready() {
			return
		}
	}
	t.Fatalf("%s doesn't answer", name)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func answers(network, address string) bool {
	conn, err := net.DialTimeout(network, address, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

func TestClamAVFindsWhatItsSignatureSays(t *testing.T) {
	t.Parallel()
	// A socket's path has little room; a temporary folder of the test's name may be too long.
	dir, err := os.MkdirTemp("", "clam")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	marker := "varn-test-marker-7f3a91"
	write(t, filepath.Join(dir, "varn.ndb"), "Varn.Test:0:*:"+hex.EncodeToString([]byte(marker))+"\n")
	socket := filepath.Join(dir, "s")
	write(t, filepath.Join(dir, "clamd.conf"), fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nTemporaryDirectory %s\nForeground yes\nStreamMaxLength 1M\nScanMail yes\n", socket, dir, dir))
	daemon(t, func() bool { return answers("unix", socket) }, "clamd", "-c", filepath.Join(dir, "clamd.conf"))
	clam := Clam{Network: "unix", Address: socket}

	if name, err := clam.Virus(t.Context(), letter); name != "" || err != nil {
		t.Errorf("a clean letter: %q, %v", name, err)
	}
	sick := append([]byte(nil), letter...)
	sick = append(sick, strings.Repeat("en rad till\r\n", 10_000)+marker+"\r\n"...)
	if name, err := clam.Virus(t.Context(), sick); name != "Varn.Test.UNOFFICIAL" || err != nil {
		t.Errorf("a letter with the marker: %q, %v", name, err)
	}
	coded := []byte("From: a@example.se\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		"dmFybi10ZXN0LW1hcmtlci03ZjNhOTE=\r\n")
	if name, err := clam.Virus(t.Context(), coded); name != "Varn.Test.UNOFFICIAL" || err != nil {
		t.Errorf("the marker in base64: %q, %v", name, err)
	}
	if name, err := clam.Virus(t.Context(), make([]byte, 3<<20)); name != "" || fault.Of(err).Code != Large && fault.Of(err).Code != Away {
		t.Errorf("more than clamd takes: %q, %v", name, err)
	}
}

func TestRspamdKnowsTheTestOfSpam(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	write(t, filepath.Join(dir, "tld"), "se\n")
	write(t, filepath.Join(dir, "rspamd.conf"), fmt.Sprintf(`
options { pidfile = "%[1]s/pid"; tempdir = "%[1]s"; hs_cache_dir = "%[1]s"; filters = ""; disable_hyperscan = true; url_tld = "%[1]s/tld"; control_socket = "%[1]s/control mode=0600"; dns { nameserver = "127.0.0.1:1"; timeout = 0.1s; retransmits = 1; } }
logging { type = "file"; filename = "%[1]s/log"; level = "error"; }
actions { reject = 15; add_header = 6; greylist = 4; }
worker "normal" { bind_socket = "%[2]s"; count = 1; }
`, dir, at))
	daemon(t, func() bool { return answers("tcp", at) }, "rspamd", "-f", "-i", "-c", filepath.Join(dir, "rspamd.conf"))
	ask := Rspamd{URL: "http://" + at}
	e := Envelope{IP: "127.0.0.1", Helo: "localhost", From: "a@example.se", To: []string{"b@example.se"}, Queue: "t1"}
	if v, err := ask.Spam(t.Context(), e, letter); v.Spam || v.Action != "no action" || err != nil {
		t.Errorf("an ordinary letter: %+v, %v", v, err)
	}
	// The Generic Test for Unsolicited Bulk Email, which every filter takes for spam.
	gtube := append(append([]byte(nil), letter...), "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"...)
	if v, err := ask.Spam(t.Context(), e, gtube); !v.Spam || v.Action != "reject" || err != nil {
		t.Errorf("GTUBE: %+v, %v", v, err)
	}
}
