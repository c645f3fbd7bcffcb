// Package pgtest starts a real PostgreSQL server for one test process and a database for each
// test. Only tests and benchmarks import it.
package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cluster is a private server: its own folder, a random port on loopback, its own roles.
type Cluster struct {
	dir    string
	bin    string
	port   int
	as     *syscall.Credential // nil: the server runs as the tests do
	server *exec.Cmd
	alive  *os.File // the keeper ends the server when this closes, however the tests end
}

// The roles of every cluster; they sign in over loopback without a password.
const (
	Owner  = "varn_owner"
	App    = "varn_app"
	Worker = "varn_worker"
)

// Start makes and starts a server. With durable it syncs to disk as a real one does; otherwise
// only what a power cut would show is left out.
func Start(durable bool) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin}
	if c.as, err = serverUser(); err != nil {
		return nil, err
	}
	if err := c.prepare(); err != nil {
		c.remove()
		return nil, err
	}
	if err := c.launch(durable); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("pgtest: install Debian's package postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// serverUser is postgres when we are root, which the server refuses to be.
func serverUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func (c *Cluster) prepare() error {
	var err error
	if c.dir, err = os.MkdirTemp("", "varn-pg-"); err != nil {
		return err
	}
	if err := os.Chmod(c.dir, 0o755); err != nil {
		return err
	}
	if c.as != nil {
		if err := os.Chown(c.dir, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	if err := c.run("initdb", "-D", c.dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"); err != nil {
		return err
	}
	c.port, err = freePort()
	return err
}

func (c *Cluster) portText() string { return strconv.Itoa(c.port) }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// keeper runs the server and waits for the end of its own input, which comes when the tests
// close it or die. It then stops the server and removes the folder.
const keeper = `
dir=$1; shift
"$@" >"$dir/log" 2>&1 </dev/null & server=$!
echo "$server"
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$dir"
`

func (c *Cluster) launch(durable bool) error {
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": c.portText(), "unix_socket_directories": c.dir,
		"max_connections": "200", "deadlock_timeout": "50ms", "shared_buffers": "64MB", "log_error_verbosity": "terse",
		"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "256MB",
	}
	if !durable {
		settings["fsync"] = "off"
		settings["full_page_writes"] = "off"
	}
	args := []string{"-c", keeper, "keeper", c.dir, c.bin + "/postgres", "-D", c.dir + "/data"}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	c.server = exec.Command("/bin/sh", args...)
	c.server.Dir = c.dir
	c.server.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	// A group of its own: a Ctrl-C in the terminal must not reach it before the tests have ended.
	c.server.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true}
	input, alive, err := os.Pipe()
	if err != nil {
		return err
	}
	c.server.Stdin, c.alive = input, alive
	output, err := c.server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.server.Start(); err != nil {
		return err
	}
	_ = input.Close()
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		return fmt.Errorf("pgtest: the server did not start: %w", err)
	}
	return c.ready()
}

// ready waits until the server answers; the deadline is for a server that never will.
func (c *Cluster) ready() error {
	deadline := time.Now().Add(time.Minute)
	for {
		err := c.run("psql", "-h", "127.0.0.1", "-p", c.portText(), "-U", "postgres", "-d", "postgres", "-qc",
			"CREATE ROLE "+Owner+" LOGIN; CREATE ROLE "+App+" LOGIN; CREATE ROLE "+Worker+" LOGIN")
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(c.dir + "/log")
			return fmt.Errorf("%w\n%s", err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *Cluster) run(program string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: %s: %w: %s", program, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// LogPath is the server's own log.
func (c *Cluster) LogPath() string { return c.dir + "/log" }

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() {
	if c.alive != nil {
		_ = c.alive.Close()
		_ = c.server.Wait()
	}
	c.remove()
}

func (c *Cluster) remove() {
	if c.dir != "" {
		_ = os.RemoveAll(c.dir)
	}
}
