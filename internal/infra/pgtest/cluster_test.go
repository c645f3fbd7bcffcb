package pgtest

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const orphan = "VARN_PGTEST_ORPHAN"

// TestHoldAServer is the child: it starts a server, tells where, and waits to be killed.
func TestHoldAServer(t *testing.T) {
	if os.Getenv(orphan) == "" {
		return // the parent below starts it
	}
	c, err := Start(false)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = os.Stdout.WriteString("at " + c.dir + "\n")
	select {}
}

func TestAServerDoesNotOutliveItsKilledTests(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldAServer$")
	cmd.Env = append(os.Environ(), orphan+"=1")
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	dir := ""
	for dir == "" && lines.Scan() {
		dir, _ = strings.CutPrefix(lines.Text(), "at ")
	}
	if err := cmd.Process.Kill(); err != nil || dir == "" {
		t.Fatal(err, dir)
	}
	_ = cmd.Wait()
	for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
	}
	t.Fatalf("%s is still there", dir)
}

func TestAStoppedServerLeavesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	c, err := Start(true)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Create("one", ""); err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort("127.0.0.1", c.portText())
	c.Stop()
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("its folder stays: %v", err)
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Error("it still answers")
	}
}
