package wire

import (
	"crypto/tls"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// TLS is how connections are secured here: nil when a proxy does it, or on this machine alone.
func (h *House) TLS() (*tls.Config, error) {
	c := h.Config
	switch {
	case c.ACME:
		origin, err := url.Parse(c.Origin)
		if err != nil {
			return nil, err
		}
		m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(origin.Hostname()), Cache: autocert.DirCache(filepath.Join(h.Keys.Folder(), "acme"))}
		t := m.TLSConfig()
		t.MinVersion = tls.VersionTLS12
		return t, nil
	case c.TLSCert != "":
		f := &certFile{cert: c.TLSCert, key: c.TLSKey}
		if _, err := f.get(nil); err != nil {
			return nil, err
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: f.get, NextProtos: []string{"h2", "http/1.1"}}, nil
	}
	return nil, nil
}

// certFile reads the certificate again when the file has changed.
type certFile struct {
	cert, key string
	mu        sync.Mutex
	at        time.Time
	loaded    *tls.Certificate
}

func (f *certFile) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.cert)
	if err == nil && f.loaded != nil && info.ModTime().Equal(f.at) {
		return f.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(f.cert, f.key); err == nil {
			f.loaded, f.at = &pair, info.ModTime()
			return f.loaded, nil
		}
	}
	if f.loaded != nil {
		return f.loaded, nil // a renewal half written: the old one serves on
	}
	return nil, err
}
