package maildns

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestPolicyIsJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		level Level
		says  string
	}{
		{"version: STSv1\r\nmode: enforce\r\nmx: mail.example.se\r\nmax_age: 604800\r\n", Right, "must use TLS"},
		{"version: STSv1\nmode: enforce\nmx: *.example.se\nmax_age: 604800", Right, "must use TLS"},
		{"version: STSv1\nmode: enforce\nmx: *.se\nmax_age: 604800", Wrong, "doesn't name mail.example.se"},
		{"version: STSv1\nmode: testing\nmx: mail.example.se\nmax_age: 604800", Advice, "testing"},
		{"version: STSv1\nmode: enforce\nmx: mail.example.se\nmax_age: 60", Advice, "60 seconds"},
		{"version: STSv1\nmode: maybe\nmx: mail.example.se\nmax_age: 604800", Wrong, "no mode"},
		{"<html>", Wrong, "can't be read"},
	} {
		e := &examination{domain: Domain{Name: "example.se"}, hosts: []string{"mail.example.se"}}
		if level, says := e.judgePolicy(c.text); level != c.level || !strings.Contains(says, c.says) {
			t.Errorf("%q: %s, %s", c.text, level, says)
		}
	}
	if e := (&examination{domain: Domain{Name: "example.se", Host: "mail.example.se"}, hosts: []string{"mail.example.se"}}); e.policy() == "" {
		t.Error("no policy to publish")
	} else if level, says := e.judgePolicy(e.policy()); level != Right {
		t.Errorf("what is to be published is %s: %s", level, says)
	}
}

func TestPolicyIsFetchedWithinBounds(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/large":
			w.Write(make([]byte, 1<<20))
		case "/none":
			http.NotFound(w, r)
		default:
			w.Write([]byte("version: STSv1"))
		}
	}))
	defer server.Close()
	get := Fetch(server.Client())
	for path, want := range map[string]string{"/moved": "redirects", "/none": "404"} {
		if _, err := get(context.Background(), server.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if text, err := get(context.Background(), server.URL+"/large"); err != nil || len(text) != 64<<10 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if text, err := get(context.Background(), server.URL); err != nil || text != "version: STSv1" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := Fetch(&http.Client{})(context.Background(), server.URL); err == nil {
		t.Error("a certificate that nobody vouches for is taken")
	}
}

func TestKeysAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		record string
		level  Level
	}{
		{"v=DKIM1; p=", Wrong}, {"v=DKIM2; p=AAAA", Wrong}, {"p=%%%", Wrong}, {"p=AAAA", Wrong}, {"k=dsa; p=AAAA", Wrong},
		{"k=ed25519; p=AAAA", Wrong}, {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", Advice},
	} {
		found := tags(c.record)
		if level, says := judgeKey(found, found["p"]); level != c.level {
			t.Errorf("%s: %s, %s", c.record, level, says)
		}
	}
}

func TestNamesOfAddresses(t *testing.T) {
	t.Parallel()
	if n := reverseName(netip.MustParseAddr("192.0.2.7")); n != "7.2.0.192.in-addr.arpa" {
		t.Error(n)
	}
	want := "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
	if n := reverseName(netip.MustParseAddr("2001:db8::1")); n != want {
		t.Error(n)
	}
	for name, ok := range map[string]bool{"example.se": true, "a-b.example.se.": true, "localhost": false, "a..se": false, "-a.se": false, "å.se": false, "a b.se": false, strings.Repeat("a", 64) + ".se": false} {
		if Valid(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
}
