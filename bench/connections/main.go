// Connections measures how much memory the mail server holds while very many connections are open, plain and after
// STARTTLS, each with a letter begun. One JSON line.
package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/kit/seal"
)

type result struct {
	Connections int     `json:"connections"`
	TLS         bool    `json:"tls"`
	EmptyMB     float64 `json:"empty_mb"`
	OpenMB      float64 `json:"open_mb"`
	AnonMB      float64 `json:"open_anonymous_mb"`
}

func main() {
	n := flag.Int("n", 5_000, "connections")
	child := flag.String("child", "", "be the server, with this folder")
	flag.Parse()
	err := error(nil)
	if *child != "" {
		err = serve(*child)
	} else {
		err = errors.Join(run(*n, false), run(*n, true))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve is the server in a process of its own: it prints its address and ends when its input does.
func serve(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	port, err := freePort()
	if err != nil {
		return err
	}
	c.Mail.Listen, c.Mail.Domains, c.Mail.Trusted = "127.0.0.1:"+port, []string{"fortroende.example.se"}, []string{"127.0.0.0/8"}
	h, err := wire.Open(ctx, c, wire.Options{Pool: seal.NewTestPool(), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := demo.Found(ctx, h); err != nil {
		return err
	}
	end, err := h.ServeMail(ctx)
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // what founding a municipality took is no part of this
	fmt.Println(c.Mail.Listen)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return end()
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, err
}

func run(n int, secure bool) error {
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := certificate(dir); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "-child", dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	at, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the server did not start: %w", err)
	}
	r := result{Connections: n, TLS: secure}
	if r.EmptyMB, _, err = memory(cmd.Process.Pid); err != nil {
		return err
	}
	open := make([]net.Conn, 0, n)
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	for i := range n {
		c, err := begin(strings.TrimSpace(at), secure)
		if err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
		open = append(open, c)
	}
	time.Sleep(2 * time.Second)
	if r.OpenMB, r.AnonMB, err = memory(cmd.Process.Pid); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// begin opens a connection and begins a letter.
func begin(at string, secure bool) (net.Conn, error) {
	c, err := net.Dial("tcp", at)
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	r := bufio.NewReaderSize(c, 512)
	say := func(line string) error {
		if line != "" {
			if _, err := io.WriteString(c, line+"\r\n"); err != nil {
				return err
			}
		}
		for {
			got, err := r.ReadString('\n')
			if err != nil {
				return err
			}
			if got[0] != '2' {
				return errors.New(strings.TrimSpace(got))
			}
			if len(got) > 3 && got[3] == ' ' {
				return nil
			}
		}
	}
	if err := errors.Join(say(""), say("EHLO klient.example.se")); err != nil {
		return nil, err
	}
	if secure {
		if err := say("STARTTLS"); err != nil {
			return nil, err
		}
		s := tls.Client(c, &tls.Config{InsecureSkipVerify: true}) // its certificate was made a moment ago, for this run
		if err := s.Handshake(); err != nil {
			return nil, err
		}
		c, r = s, bufio.NewReaderSize(s, 512)
		if err := say("EHLO klient.example.se"); err != nil {
			return nil, err
		}
	}
	return c, say("MAIL FROM:<maj@example.se>")
}

// memory reads what a process holds, in MB: all of it, and what no file stands behind.
func memory(pid int) (all, anonymous float64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kb, _ := strconv.ParseFloat(f[1], 64)
		switch f[0] {
		case "VmRSS:":
			all = kb * 1024 / 1e6
		case "RssAnon:":
			anonymous = kb * 1024 / 1e6
		}
	}
	return all, anonymous, nil
}

func certificate(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
}
