// Load measures a running installation: sealed messages through the API over TLS, at 8 and at 32
// clients, and prints one JSON line. It starts the server itself, as a child, so that the memory
// it reports is the server's alone.
package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/infra/pgtest"
	"varn/internal/kit/ident"
)

// result is one measurement.
type result struct {
	Engine   string  `json:"engine"`
	Clients  int     `json:"clients"`
	Bytes    int     `json:"bytes"`
	PerSec   float64 `json:"per_second"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Failures int64   `json:"failures"`
	PeakMB   float64 `json:"peak_mb"`
	// ServerMS is the server's own processor time for one message: steadier than a rate where
	// others use the machine.
	ServerMS float64 `json:"server_cpu_ms"`
}

func main() {
	seconds := flag.Int("seconds", 5, "length of each run")
	size := flag.Int("size", 500, "bytes of a message")
	postgres := flag.Bool("postgres", false, "on a PostgreSQL of its own, with fsync; otherwise on SQLite")
	serve := flag.String("serve", "", "")
	flag.Parse()
	if *serve != "" {
		if err := child(*serve); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := onEngine(*postgres, *seconds, *size); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// onEngine starts the database that is measured on.
func onEngine(postgres bool, seconds, size int) error {
	if !postgres {
		return run(wire.Config{}, seconds, size)
	}
	cluster, err := pgtest.Start(true)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	if err := cluster.Create("load", ""); err != nil {
		return err
	}
	d := cluster.Database("load")
	return run(wire.Config{Database: d.URL, DatabaseOwner: d.OwnerURL, DatabaseWorker: d.WorkerURL}, seconds, size)
}

// child serves the house described by the configuration.
func child(text string) error {
	var c wire.Config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	h, err := wire.Open(context.Background(), c, wire.Options{})
	if err != nil {
		return err
	}
	handler, err := h.Handler(false)
	if err != nil {
		return err
	}
	t, err := h.TLS()
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	fmt.Println("serving")
	return wire.NewServer(handler).Serve(tls.NewListener(ln, t))
}

func run(c wire.Config, seconds, size int) error {
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	def := wire.Defaults()
	c.Data, c.ServerKey = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server")
	c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool, err := certificate(c.TLSCert, c.TLSKey)
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	c.Listen, c.Origin, c.Reserve = fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("https://localhost:%d", port), def.Reserve
	accounts, err := found(c)
	if err != nil {
		return err
	}
	cmd, err := start(c)
	if err != nil {
		return err
	}
	defer func() { _ = cmd.Process.Signal(syscall.SIGKILL); _ = cmd.Wait() }()
	l := &load{url: c.Origin + "/api/v1", size: size, pid: cmd.Process.Pid, pool: pool}
	for _, a := range accounts {
		switch a.Role {
		case "case_officer", "head_of_security":
			l.tokens = append(l.tokens, a.Token)
		}
	}
	if err := l.prepare(); err != nil {
		return err
	}
	engine := "sqlite"
	if c.Database != "" {
		engine = "postgres"
	}
	for _, clients := range []int{8, 32} {
		r := l.measure(clients, time.Duration(seconds)*time.Second)
		r.Engine = engine
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func found(c wire.Config) ([]demo.Account, error) {
	h, err := wire.Open(context.Background(), c, wire.Options{})
	if err != nil {
		return nil, err
	}
	accounts, err := demo.Found(context.Background(), h)
	if err != nil {
		return nil, err
	}
	return accounts, h.Close()
}

func start(c wire.Config) (*exec.Cmd, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(os.Args[0], "-serve", string(text))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line := make([]byte, 8)
	_, err = io.ReadFull(out, line)
	return cmd, err
}

type load struct {
	url    string
	size   int
	pid    int
	pool   *x509.CertPool
	tokens []string
	refs   []string
}

// prepare opens a case for each client.
func (l *load) prepare() error {
	client := l.client()
	var fs struct {
		Items []struct{ ID, Kind, Authority string } `json:"items"`
	}
	if err := l.ask(client, "GET", "/functions", l.tokens[0], nil, &fs); err != nil {
		return err
	}
	guard, authority := "", ""
	for _, f := range fs.Items {
		if f.Kind == "security" {
			guard, authority = f.ID, f.Authority
		}
	}
	for i := range 32 {
		var got struct{ Ref string }
		body := map[string]any{"authority": authority, "title": fmt.Sprintf("Mätning %d", i), "text": "start", "members": []map[string]string{{"kind": "function", "id": guard}}}
		if err := l.ask(client, "POST", "/cases", l.tokens[0], body, &got); err != nil {
			return err
		}
		l.refs = append(l.refs, got.Ref)
	}
	return nil
}

func (l *load) client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: l.pool}, MaxIdleConnsPerHost: 4}, Timeout: 30 * time.Second}
}

func (l *load) ask(client *http.Client, method, path, token string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, l.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if method == "POST" {
		r.Header.Set("Idempotency-Key", ident.New())
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// measure lets clients send for a while, each in a case of its own.
func (l *load) measure(clients int, d time.Duration) result {
	var failures atomic.Int64
	times := make([][]time.Duration, clients)
	until := time.Now().Add(d)
	spent := l.spent()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			client := l.client()
			text := strings.Repeat("å", l.size/2)
			for time.Now().Before(until) {
				at := time.Now()
				var got struct{ ID string }
				if err := l.ask(client, "POST", "/cases/"+l.refs[i]+"/messages", l.tokens[i%len(l.tokens)], map[string]string{"text": text}, &got); err != nil {
					failures.Add(1)
					fmt.Fprintln(os.Stderr, err)
					continue
				}
				times[i] = append(times[i], time.Since(at))
			}
		})
	}
	all.Wait()
	var flat []time.Duration
	for _, t := range times {
		flat = append(flat, t...)
	}
	sort.Slice(flat, func(i, j int) bool { return flat[i] < flat[j] })
	r := result{Clients: clients, Bytes: l.size, PerSec: float64(len(flat)) / d.Seconds(), Failures: failures.Load(), PeakMB: l.peak()}
	if len(flat) > 0 {
		r.ServerMS = (l.spent() - spent) / float64(len(flat))
		r.P50, r.P99 = flat[len(flat)/2].Seconds()*1000, flat[len(flat)*99/100].Seconds()*1000
	}
	return r
}

// spent is the processor time that the server has used so far, in ms, from /proc.
func (l *load) spent() float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	f := strings.Fields(rest) // from the third field on
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(f[11], 64) // a number by the kernel's word
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) * 10 // hundredths of a second
}

// peak is the server's highest resident memory so far, in MB, from /proc.
func (l *load) peak() float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(raw), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// certificate makes a certificate for localhost that nobody else trusts.
func certificate(certFile, keyFile string) (*x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(certFile, certPEM, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}), 0o600); err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return pool, nil
}
