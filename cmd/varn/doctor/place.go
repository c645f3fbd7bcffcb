package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// certificateSoon is how long before its end a certificate is spoken of.
const certificateSoon = 14 * 24 * time.Hour

// origin looks whether the address that visitors use can work.
func (p *Patient) origin() {
	u, err := url.Parse(p.config.Origin)
	if err != nil || u.Hostname() == "" {
		p.wrong("origin", "origin is no address", "set origin to the address that visitors use, such as https://varn.example.se")
		return
	}
	own := u.Hostname() == "localhost"
	switch {
	case u.Scheme != "https" && !own:
		p.wrong("origin", "visitors come without TLS: passkeys do not work, and cookies can be read on the way", "set origin to an https:// address, and tls_cert and tls_key, acme, or a proxy that ends TLS")
	case u.Scheme == "https" && p.config.TLSCert == "" && !p.config.ACME && len(p.config.TrustedProxies) == 0:
		p.unwise("tls", "origin is https and neither a certificate nor a proxy is configured", "set tls_cert and tls_key or acme; behind a proxy, set trusted_proxies, so that rate limits see visitors and not the proxy")
	case own:
		p.unwise("origin", "visitors on this machine alone can use "+p.config.Origin, "set origin to the address that visitors use, before anybody enrols a passkey")
	default:
		p.fine("origin", p.config.Origin)
	}
	if p.config.TLSCert != "" {
		p.certificate(u.Hostname())
	}
	if host, _, err := net.SplitHostPort(p.config.Metrics); err == nil && public(host) {
		p.unwise("metrics", "metrics are served at "+p.config.Metrics+", which others may reach", "set metrics to 127.0.0.1 or an inner address")
	}
}

func public(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && !ip.IsLoopback() && !ip.IsPrivate()
}

func (p *Patient) certificate(host string) {
	pair, err := tls.LoadX509KeyPair(p.config.TLSCert, p.config.TLSKey)
	if err != nil {
		p.wrong("tls", err.Error(), "set tls_cert and tls_key to a certificate and its key")
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil || leaf.VerifyHostname(host) != nil {
		p.wrong("tls", "the certificate is not for "+host, "set tls_cert to a certificate for the host of origin")
		return
	}
	left := leaf.NotAfter.Sub(p.clock.Now())
	switch {
	case left < 0:
		p.wrong("tls", "the certificate ended "+leaf.NotAfter.Format(time.DateOnly), "renew it; it is read again when the file changes")
	case left < certificateSoon:
		p.unwise("tls", "the certificate ends "+leaf.NotAfter.Format(time.DateOnly), "renew it; it is read again when the file changes")
	}
}

// data looks at the data directory: whose it is, who may read it, how full its disk is.
func (p *Patient) data() {
	s, err := os.Stat(p.config.Data)
	if err != nil {
		p.wrong("data", err.Error(), "set data (or --data) to the data directory; varn init makes a new one")
		return
	}
	open := ""
	if s.Mode().Perm()&0o077 != 0 {
		open = p.config.Data
	}
	_ = filepath.WalkDir(p.config.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || open != "" {
			return err
		}
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			open = path
		}
		return nil
	})
	if open != "" {
		p.wrong("data", open+" is open to others", "run: chmod -R go= "+p.config.Data)
	} else {
		p.fine("data", p.config.Data+" is its owner's alone")
	}
	p.room()
}

func (p *Patient) room() {
	var s syscall.Statfs_t
	if err := syscall.Statfs(p.config.Data, &s); err != nil {
		p.wrong("disk", err.Error(), "look at the disk of "+p.config.Data)
		return
	}
	free := int64(s.Bavail) * s.Bsize
	says := fmt.Sprintf("%d MiB are free", free>>20)
	switch {
	case free < p.config.Reserve:
		p.wrong("disk", fmt.Sprintf("%s, less than the %d MiB kept for reports and messages: attachments are refused", says, p.config.Reserve>>20), "make room, or move data to a larger disk")
	case free < 2*p.config.Reserve:
		p.unwise("disk", says+": attachments will soon be refused", "make room, or move data to a larger disk")
	default:
		p.fine("disk", says)
	}
}
