package jail

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMain is the jailed process too, when its first argument says so.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == ProgramArgument {
		os.Exit(MainProgram(os.Args[2:]))
	}
	if len(os.Args) == 3 && os.Args[1] == "jailed" {
		os.Exit(Main(os.Stdin, os.Stdout, map[string]func(io.Reader) ([]byte, error){"probe": probe, "echo": io.ReadAll, "spin": spin, "swell": swell, "flood": flood}[os.Args[2]]))
	}
	os.Exit(m.Run())
}

func runner() *Runner {
	return &Runner{Program: "/proc/self/exe", Args: []string{"jailed"}, Wall: 20 * time.Second, Most: 1 << 20}
}

// probe tries what must not go, and says what went.
func probe(io.Reader) ([]byte, error) {
	tried := map[string]error{}
	_, tried["read a file"] = os.ReadFile("/etc/passwd")
	_, tried["open its own program"] = os.Open("/proc/self/exe")
	_, tried["list a folder"] = os.ReadDir("/")
	tried["write a file"] = os.WriteFile("/tmp/varn-jail-probe", []byte("x"), 0o600)
	tried["make a folder"] = os.Mkdir("/tmp/varn-jail-folder", 0o700)
	_, tried["listen"] = net.Listen("tcp", "127.0.0.1:0")
	_, tried["dial"] = net.Dial("tcp", "127.0.0.1:9")
	_, tried["look up"] = net.LookupHost("example.se")
	for name, domain := range map[string]int{"inet": unix.AF_INET, "inet6": unix.AF_INET6, "unix": unix.AF_UNIX, "netlink": unix.AF_NETLINK} {
		_, tried[name] = unix.Socket(domain, unix.SOCK_STREAM, 0)
	}
	_, tried["socket pair"] = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	tried["run a program"] = exec.Command("/bin/true").Run()
	_, _, e := unix.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
	tried["fork"] = errnoOf(e)
	_, tried["memory file"] = unix.MemfdCreate("x", 0)
	_, tried["memory to run"] = unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_ANON|unix.MAP_PRIVATE)
	tried["kill another"] = unix.Kill(1, 0)
	tried["trace another"] = unix.PtraceAttach(1)
	_, tried["open by handle"] = unix.OpenByHandleAt(0, unix.NewFileHandle(0, nil), 0)
	tried["change root"] = unix.Chroot("/")
	tried["change user"] = unix.Setuid(0)
	_, _, e = unix.RawSyscall(unix.SYS_IO_URING_SETUP, 1, 0, 0)
	tried["ring"] = errnoOf(e)
	var went []string
	for what, err := range tried {
		if err == nil {
			went = append(went, what)
		}
	}
	if len(os.Environ()) > 0 {
		went = append(went, "see the environment")
	}
	return json.Marshal(went)
}

func errnoOf(e unix.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}

func spin(io.Reader) ([]byte, error) {
	for i := 0; ; i++ {
		if i < 0 {
			return nil, nil
		}
	}
}

func swell(io.Reader) ([]byte, error) {
	debug.SetGCPercent(-1)
	var all [][]byte
	for {
		all = append(all, bytes.Repeat([]byte("x"), 32<<20))
		if len(all) > 1000 {
			return nil, nil
		}
	}
}

func flood(io.Reader) ([]byte, error) { return make([]byte, 2<<20), nil }

func TestAJailedProcessOpensNoSocketAndNoFile(t *testing.T) {
	t.Setenv("VARN_SECRET_OF_A_TEST", "x")
	out, err := runner().Run(t.Context(), strings.NewReader(""), "probe")
	if err != nil {
		t.Fatal(err)
	}
	var went []string
	if err := json.Unmarshal(out, &went); err != nil || len(went) > 0 {
		t.Fatalf("%v: it could %v", err, went)
	}
	if _, err := os.Stat("/tmp/varn-jail-probe"); err == nil {
		t.Error("it has written a file")
	}
}

func TestAJailedProcessAnswers(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("viol"), 200_000)
	out, err := runner().Run(t.Context(), bytes.NewReader(content), "echo")
	if err != nil || !bytes.Equal(out, content) {
		t.Fatalf("%d bytes, %v", len(out), err)
	}
}

func TestAJailedProcessTakesNoMoreThanItsShare(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"swell", "flood"} {
		if _, err := runner().Run(t.Context(), strings.NewReader(""), what); !errors.Is(err, ErrStopped) {
			t.Errorf("%s: %v", what, err)
		}
	}
	short := runner()
	short.Wall = time.Second
	if _, err := short.Run(t.Context(), strings.NewReader(""), "spin"); !errors.Is(err, ErrStopped) {
		t.Errorf("spin: %v", err)
	}
	if _, err := (*Runner)(nil).Run(t.Context(), nil); !errors.Is(err, ErrNoJail) {
		t.Error(err)
	}
}
