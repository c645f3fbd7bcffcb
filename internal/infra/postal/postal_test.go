package postal

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// names is a DNS of a test.
type names struct {
	txt map[string][]string
	mx  map[string][]*net.MX
	ip  map[string]string
}

func gone(s string) error { return &net.DNSError{Err: "no such host", Name: s, IsNotFound: true} }

func (n names) LookupTXT(_ context.Context, name string) ([]string, error) {
	if v, ok := n.txt[strings.TrimSuffix(name, ".")]; ok {
		return v, nil
	}
	return nil, gone(name)
}

func (n names) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if v, ok := n.mx[strings.TrimSuffix(name, ".")]; ok {
		return v, nil
	}
	return nil, gone(name)
}

func (n names) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	if v, ok := n.ip[strings.TrimSuffix(host, ".")]; ok {
		return []net.IPAddr{{IP: net.ParseIP(v)}}, nil
	}
	return nil, gone(host)
}

// server takes letters, or refuses them.
type server struct {
	mu     sync.Mutex
	got    []string
	secure int
	refuse *smtp.SMTPError
}

type visit struct {
	*server
	tls bool
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &visit{s, secure}, nil
}
func (*visit) Reset()                               {}
func (*visit) Logout() error                        { return nil }
func (*visit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *visit) Rcpt(string, *smtp.RcptOptions) error {
	if v.refuse != nil {
		return v.refuse
	}
	return nil
}
func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, string(raw))
	if v.tls {
		v.secure++
	}
	return err
}

func serve(t *testing.T, s *server, secure *tls.Config) (port string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := smtp.NewServer(s)
	out.Domain, out.TLSConfig = "mx.example.se", secure
	done := make(chan error, 1)
	go func() { done <- out.Serve(ln) }()
	t.Cleanup(func() { _ = out.Close(); <-done })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

// certificate holds for a name, and is its own authority.
func certificate(t *testing.T, name string) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name, "mta-sts.example.se"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	one, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(one)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}, pool
}

const raw = "Subject: hej\r\n\r\nHej!\r\n"

func near(host string) names {
	return names{mx: map[string][]*net.MX{"example.se": {{Host: host + ".", Pref: 10}}}, ip: map[string]string{host: "127.0.0.1"}, txt: map[string][]string{}}
}

func why(t *testing.T, err error) *Failed {
	t.Helper()
	var f *Failed
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure of ours", err)
	}
	return f
}

func TestALetterIsHandedOverEncryptedWhereThatIsOffered(t *testing.T) {
	t.Parallel()
	secure, _ := certificate(t, "mx.example.se")
	for name, config := range map[string]*tls.Config{"offered": secure, "not offered": nil} {
		s := &server{}
		p := &Sender{Resolver: near("mx.example.se"), Near: true, Port: serve(t, s, config), Host: "varn.example.se"}
		if err := p.Send(t.Context(), "retur@kommun.example.se", "maj@example.se", []byte(raw), false); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(s.got) != 1 || s.got[0] != raw || (s.secure == 1) != (config != nil) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestWhyALetterIsNotTaken(t *testing.T) {
	t.Parallel()
	busy := &server{refuse: &smtp.SMTPError{Code: 450, Message: "maj.privat@hemma.example.se is busy"}}
	full := &server{refuse: &smtp.SMTPError{Code: 552, Message: "maj.privat@hemma.example.se is full"}}
	none := near("mx.example.se")
	none.mx["example.se"] = []*net.MX{{Host: ".", Pref: 0}}
	for name, c := range map[string]struct {
		p       *Sender
		class   string
		forGood bool
	}{
		"busy":              {&Sender{Resolver: near("mx.example.se"), Near: true, Port: serve(t, busy, nil)}, "recipient_450", false},
		"full":              {&Sender{Resolver: near("mx.example.se"), Near: true, Port: serve(t, full, nil)}, "recipient_552", true},
		"takes none":        {&Sender{Resolver: none, Near: true}, "takes_no_mail", true},
		"no such domain":    {&Sender{Resolver: names{}, Near: true}, "no_domain", true},
		"our own machine":   {&Sender{Resolver: near("mx.example.se"), Port: serve(t, &server{}, nil)}, "address", false},
		"nobody there":      {&Sender{Resolver: near("mx.example.se"), Near: true, Port: "1"}, "connect", false},
		"a gateway unnamed": {&Sender{Gateway: "mail"}, "gateway_address", false},
	} {
		f := why(t, c.p.Send(t.Context(), "", "maj@example.se", []byte(raw), false))
		if f.Class != c.class || f.ForGood != c.forGood {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestAPolicyThatIsEnforcedIsKept(t *testing.T) {
	t.Parallel()
	right, roots := certificate(t, "mx.example.se")
	wrong, _ := certificate(t, "other.example.se")
	for name, c := range map[string]struct {
		policy string
		server *tls.Config
		class  string
	}{
		"kept":                   {"version: STSv1\r\nmode: enforce\r\nmx: mx.example.se\r\nmax_age: 86400\r\n", right, ""},
		"a star":                 {"version: STSv1\nmode: enforce\nmx: *.example.se\nmax_age: 86400\n", right, ""},
		"another host":           {"version: STSv1\nmode: enforce\nmx: mail.example.se\nmax_age: 86400\n", right, "mta_sts_host"},
		"another's certificate":  {"version: STSv1\nmode: enforce\nmx: mx.example.se\nmax_age: 86400\n", wrong, "tls"},
		"no encryption":          {"version: STSv1\nmode: enforce\nmx: mx.example.se\nmax_age: 86400\n", nil, "no_tls"},
		"only tested":            {"version: STSv1\nmode: testing\nmx: mail.example.se\nmax_age: 86400\n", nil, ""},
		"what is none":           {"mode: enforce\nmx: mail.example.se\nmax_age: 86400\n", nil, ""},
		"a policy of no purpose": {"version: STSv1\nmode: none\nmax_age: 86400\n", nil, ""},
	} {
		web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, c.policy)
		}))
		n := near("mx.example.se")
		n.txt["_mta-sts.example.se"] = []string{"v=STSv1; id=20261122T000000Z;"}
		client := web.Client()
		client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, web.Listener.Addr().String())
		}
		client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // the test's own certificate
		s := &server{}
		p := &Sender{Resolver: n, Near: true, Port: serve(t, s, c.server), Roots: roots, fetch: client}
		err := p.Send(t.Context(), "", "maj@example.se", []byte(raw), false)
		switch {
		case c.class == "" && (err != nil || len(s.got) != 1):
			t.Errorf("%s: %v", name, err)
		case c.class != "" && (err == nil || why(t, err).Class != c.class || why(t, err).ForGood || len(s.got) != 0):
			t.Errorf("%s: %v", name, err)
		}
		web.Close()
	}
}

func FuzzPolicy(f *testing.F) {
	f.Add("version: STSv1\nmode: enforce\nmx: mx.example.se\nmax_age: 86400\n")
	f.Add("max_age: 99999999999999999999")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := readPolicy(strings.NewReader(text))
		if err == nil && p.expires.Sub(time.Time{}) > mostAge {
			t.Errorf("%q is kept for %v", text, p.expires)
		}
	})
}
