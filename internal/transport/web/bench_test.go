package web

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// The two benchmarks are compared by bench/: a kept page must reach 0.7 × a bare handler that
// sends the same bytes over TLS.

func BenchmarkKeptPage(b *testing.B) {
	s, err := New(Config{Organisation: func(*http.Request) (Organisation, error) {
		return Organisation{ID: "o", Name: "Exempelstads kommun"}, nil
	}, TLS: true})
	if err != nil {
		b.Fatal(err)
	}
	overTLS(b, s)
}

func BenchmarkBareHandler(b *testing.B) {
	s, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	body := w.Body.Bytes()
	overTLS(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	}))
}

func overTLS(b *testing.B, h http.Handler) {
	b.Helper()
	server := httptest.NewTLSServer(h)
	b.Cleanup(server.Close)
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs},
		MaxIdleConnsPerHost: 16, DisableCompression: true,
	}}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			resp, err := client.Get(server.URL + "/")
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	})
}
