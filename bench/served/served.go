// Package served starts an installation as a child process for the measurements, with a certificate
// that nobody else trusts, and reads from /proc what it uses.
package served

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"varn/cmd/varn/wire"
)

// Configure fills in where an installation for a measurement lies and listens, and gives what its
// certificate is trusted by.
func Configure(c *wire.Config, dir string) (*x509.CertPool, error) {
	c.Data, c.ServerKey = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server")
	c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool, err := certificate(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	c.Listen, c.Origin, c.Reserve = fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("https://localhost:%d", port), wire.Defaults().Reserve
	return pool, nil
}

// Child serves the house that a configuration describes: the program's other half.
func Child(text string) error {
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
	if err := profile(); err != nil {
		return err
	}
	fmt.Println("serving")
	return wire.NewServer(handler).Serve(tls.NewListener(ln, t))
}

// profiled names the file that a child writes its processor profile to when it is stopped; unset: none.
const profiled = "VARN_BENCH_PROFILE"

func profile() error {
	path := os.Getenv(profiled)
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		pprof.StopCPUProfile()
		_ = f.Close()
		os.Exit(0)
	}()
	return nil
}

// Server is a child that serves.
type Server struct{ cmd *exec.Cmd }

// Start starts this program again with -serve and waits until it serves.
func Start(c wire.Config) (*Server, error) {
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
	return &Server{cmd}, err
}

// Stop ends the child.
func (s *Server) Stop() {
	end := syscall.SIGKILL
	if os.Getenv(profiled) != "" {
		end = syscall.SIGTERM
	}
	_ = s.cmd.Process.Signal(end)
	_ = s.cmd.Wait()
}

// Spent is the processor time that the server has used so far, in ms, from /proc.
func (s *Server) Spent() float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
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

// Peak is the server's highest resident memory so far, in MB, from /proc.
func (s *Server) Peak() float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
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
