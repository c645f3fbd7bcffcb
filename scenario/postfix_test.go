package scenario

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// postfix is Debian's Postfix with a configuration, a queue and a log of its own: somebody else's mail server.
type postfix struct {
	dir string
	at  string // where it takes mail
}

// startPostfix starts one that listens at an address of this machine and sends what it takes on to the address that
// routes names for its domain: host:port without a look-up in any DNS. It ends with the test.
func startPostfix(t *testing.T, at, name string, routes map[string]string) *postfix {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("Postfix starts as root alone")
	}
	if _, err := exec.LookPath("/usr/sbin/postfix"); err != nil {
		t.Fatal("Debian's postfix is missing; tools/need.sh installs it")
	}
	// Its own programs, which are other users, must be able to pass through.
	dir, err := os.MkdirTemp("", "varn-postfix-")
	must(t, err)
	p := &postfix{dir: dir, at: at}
	host, port, err := net.SplitHostPort(at)
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	for _, sub := range []string{"etc", "spool", "data"} {
		must(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	owner, err := user.Lookup("postfix")
	must(t, err)
	uid, _ := strconv.Atoi(owner.Uid)
	must(t, os.Chown(filepath.Join(dir, "data"), uid, -1))
	var transport, domains strings.Builder
	for domain, to := range routes {
		h, n, err := net.SplitHostPort(to)
		must(t, err)
		fmt.Fprintf(&transport, "%s smtp:[%s]:%s\n", domain, h, n)
		domains.WriteString(domain + " ")
	}
	p.writes(t, "transport", transport.String())
	p.writes(t, "main.cf", fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = %[2]s
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = %[3]s
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtp_host_lookup = native
relay_domains = %[4]s
transport_maps = texthash:%[1]s/etc/transport
alias_maps =
alias_database =
local_recipient_maps =
relay_recipient_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
maillog_file = %[1]s/maillog
maillog_file_prefixes = %[1]s
smtp_tls_security_level = may
smtpd_tls_security_level = none
minimal_backoff_time = 1s
queue_run_delay = 1s
`, dir, name, host, strings.TrimSpace(domains.String())))
	p.writes(t, "master.cf", host+":"+port+` inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`)
	if out, err := p.command("start").CombinedOutput(); err != nil {
		t.Fatalf("postfix does not start: %v\n%s%s", err, out, p.log())
	}
	t.Cleanup(func() {
		if out, err := p.command("abort").CombinedOutput(); err != nil {
			t.Errorf("postfix does not stop: %v\n%s", err, out)
		}
		p.gone(t)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *postfix) writes(t *testing.T, name, text string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(p.dir, "etc", name), []byte(text), 0o644))
}

func (p *postfix) command(act string) *exec.Cmd {
	return exec.Command("/usr/sbin/postfix", "-c", filepath.Join(p.dir, "etc"), act)
}

// gone waits until its master has ended.
func (p *postfix) gone(t *testing.T) {
	t.Helper()
	for range 100 {
		if err := p.command("status").Run(); err != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("postfix goes on")
}

// log is what it wrote: for a test that fails.
func (p *postfix) log() string {
	b, _ := os.ReadFile(filepath.Join(p.dir, "maillog"))
	return string(b)
}

// swaks hands a letter to a server as a program of somebody else's does.
func swaks(t *testing.T, at, from, to string, letter []byte) {
	t.Helper()
	host, port, err := net.SplitHostPort(at)
	must(t, err)
	cmd := exec.CommandContext(t.Context(), "/usr/bin/swaks", "--server", host, "--port", port, "--from", from, "--to", to, "--data", "-", "--helo", "klient.example.se", "--silent", "2")
	cmd.Stdin = bytes.NewReader(letter)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("swaks: %v\n%s", err, out)
	}
}
