package hook

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

func TestACallIsSignedAndCarriesItsId(t *testing.T) {
	t.Parallel()
	at := clock.At(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC))
	got := make(chan *http.Request, 1)
	body := make(chan string, 1)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body <- string(b)
		got <- r
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := &Caller{Clock: at, Roots: roots}
	if err := c.Post(t.Context(), Call{Address: server.URL + "/v", Secret: "en hemlighet", ID: "abc", Body: []byte(`{"id":"abc"}`)}); err != nil {
		t.Fatal(err)
	}
	b, r := <-body, <-got
	if b != `{"id":"abc"}` || r.Method != http.MethodPost || r.Header.Get("Idempotency-Key") != "abc" || r.Header.Get("Content-Type") != "application/json" ||
		r.Header.Get("Webhook-Signature") != seal.CallSignature("en hemlighet", "abc", at.Now(), []byte(b)) {
		t.Errorf("%q %v", b, r.Header)
	}
}

// TestACallThatFailsSaysHow meets receivers that refuse, send elsewhere, stall, drop, answer without
// end and have another's certificate.
func TestACallThatFailsSaysHow(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/refuses", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "hemligt svar", http.StatusTeapot)
	})
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/taken", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/taken", func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	mux.HandleFunc("/stalls", func(http.ResponseWriter, *http.Request) { <-release })
	mux.HandleFunc("/drops", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 10*maxHeader))
		w.WriteHeader(http.StatusOK)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() { close(release); server.Close() })
	secure := httptest.NewTLSServer(mux)
	t.Cleanup(secure.Close)
	for address, want := range map[string]string{
		server.URL + "/refuses":   "hook.refused",
		server.URL + "/elsewhere": "hook.refused",
		server.URL + "/stalls":    "hook.slow",
		server.URL + "/drops":     "hook.unreachable",
		server.URL + "/headers":   "hook.unreachable",
		secure.URL + "/refuses":   "hook.certificate",
		"http://127.0.0.1:1/":     "hook.unreachable",
		"http://169.254.169.254/": "hook.address",
		"http://[fe80::1]/":       "hook.address",
		"http://192.0.2.1/":       "hook.no-tls",
		"://":                     "hook.unreachable",
		"larm":                    "hook.unreachable",
	} {
		c := &Caller{Patience: time.Minute}
		if want == "hook.slow" {
			c.Patience = 300 * time.Millisecond
		}
		err := c.Post(t.Context(), Call{Address: address, Secret: "s", ID: "i"})
		if !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != want || strings.Contains(err.Error(), "hemligt svar") {
			t.Errorf("%s: %v, not %s", address, err, want)
		}
	}
}

// TestAnAnswerWithoutEndIsLeft reads no more than the bound.
func TestAnAnswerWithoutEndIsLeft(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	if err := (&Caller{}).Post(t.Context(), Call{Address: server.URL, ID: "i"}); err != nil {
		t.Error(err)
	}
}

func TestWhichAddressesAreCalled(t *testing.T) {
	t.Parallel()
	for a, want := range map[string]bool{
		"10.0.0.7": true, "192.168.1.2": true, "fd12:3456::1": true, "203.0.113.9": true, "127.0.0.1": true, "::1": true,
		"169.254.169.254": false, "::ffff:169.254.169.254": false, "64:ff9b::a9fe:a9fe": false, "fe80::1": false, "fe80::1%eth0": false,
		"0.0.0.0": false, "::": false, "224.0.0.1": false, "ff02::1": false, "255.255.255.255": false,
		"fd00:ec2::254": false, "100.100.100.200": false, "168.63.129.16": false,
	} {
		if got := allowed(netip.MustParseAddr(a), false) == nil; got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
	if allowed(netip.MustParseAddr("10.0.0.7"), true) == nil {
		t.Error("a private address without TLS")
	}
}

// TestANameIsLookedAtWhenItIsDialled: localhost is this machine, whatever the name says.
func TestANameIsLookedAtWhenItIsDialled(t *testing.T) {
	t.Parallel()
	d := dialer(true)
	conn, err := d.DialContext(context.Background(), "tcp", net.JoinHostPort("localhost", "1"))
	if err == nil {
		_ = conn.Close()
	}
	if err == nil || fault.Of(failed(err)).Code != "hook.unreachable" {
		t.Errorf("%v", err)
	}
}
