package mailauth

import (
	"bytes"
	"context"
	"encoding/pem"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/letter"
)

// zone answers from a map, as the DNS would.
type zone map[string][]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if v, ok := z[strings.TrimSuffix(name, ".")]; ok {
		return v, nil
	}
	return nil, &net.DNSError{Name: name, Err: "no such host", IsNotFound: true}
}

func (z zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (z zone) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (z zone) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

const mail = "From: Karin <karin@example.se>\r\nTo: anna@exempelstad.se\r\nSubject: =?utf-8?q?V=C3=A4gen?=\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.se>\r\n\r\nHej!  \t\r\n\r\nrad  två\r\n\r\n\r\n"

// pair makes a signer and puts its key into the zone.
func pair(t *testing.T, z zone, domain string) Signer {
	t.Helper()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(domain, "sel", key)
	if err != nil {
		t.Fatal(err)
	}
	record, err := s.Record()
	if err != nil {
		t.Fatal(err)
	}
	z["sel._domainkey."+domain] = []string{record}
	return s
}

func signedBy(t *testing.T, s Signer, raw string) []byte {
	t.Helper()
	out, err := s.Sign([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsSignedIsProved(t *testing.T) {
	t.Parallel()
	z := zone{"_dmarc.example.se": {"v=DMARC1; p=reject; adkim=s"}, "example.se": {"v=spf1 ip4:192.0.2.1 -all"}}
	s := pair(t, z, "example.se")
	c := NewChecker(z)
	raw := signedBy(t, s, mail)
	r := c.Check(t.Context(), Envelope{IP: netip.MustParseAddr("192.0.2.1"), Helo: "mx.example.se", From: "karin@example.se"}, raw)
	if r.SPF != Pass || r.DMARC != Pass || len(r.DKIM) != 1 || r.DKIM[0].Outcome != Pass || r.ARC != None || r.Policy != "reject" || !r.Aligned("karin@example.se") {
		t.Errorf("%+v", r)
	}
	changed := bytes.Replace(raw, []byte("Hej!"), []byte("Hot!"), 1)
	r = c.Check(t.Context(), Envelope{IP: netip.MustParseAddr("192.0.2.9"), Helo: "x", From: "karin@example.se"}, changed)
	if r.SPF != Fail || r.DMARC != Fail || r.DKIM[0].Outcome != Fail || r.Aligned("karin@example.se") {
		t.Errorf("%+v", r)
	}
	added := append([]byte("From: chefen@example.se\r\n"), raw...)
	if r := c.Check(t.Context(), Envelope{}, added); r.DMARC == Pass || r.DKIM[0].Outcome == Pass {
		t.Errorf("a second From passes: %+v", r)
	}
	r = c.Check(t.Context(), Envelope{IP: netip.MustParseAddr("10.0.0.1"), From: "karin@example.se", Relayed: true}, raw)
	if r.SPF != None || r.DMARC != Pass || !r.Relayed {
		t.Errorf("behind a gateway: %+v", r)
	}
	if line := r.Line("mx.exempelstad.se"); !strings.Contains(line, "dkim=pass header.d=example.se") || !strings.Contains(line, "dmarc=pass header.from=example.se") {
		t.Error(line)
	}
}

func TestSimilarDomainsProveNothing(t *testing.T) {
	t.Parallel()
	z := zone{"_dmarc.example.se": {"v=DMARC1; p=none"}}
	evil := pair(t, z, "example.se.evil.org")
	r := NewChecker(z).Check(t.Context(), Envelope{}, signedBy(t, evil, mail))
	if r.DMARC != Fail || r.Aligned("karin@example.se") || r.DKIM[0].Outcome != Pass {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{"mail.example.se", "example.se", true}, {"example.se", "EXAMPLE.se.", true}, {"example.se", "badexample.se", false}, {"a.co.uk", "b.co.uk", false}, {"", "", false}} {
		if letter.Related(c.a, c.b) != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, !c.want)
		}
	}
}

// silent never answers before it is told to stop.
type silent struct{ zone }

func (silent) LookupTXT(ctx context.Context, _ string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestDNSThatIsSilentIsNoVerdict(t *testing.T) {
	t.Parallel()
	z := zone{}
	raw := signedBy(t, pair(t, z, "example.se"), mail)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := NewChecker(silent{z}).Check(ctx, Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: "karin@example.se"}, raw)
	if r.SPF != TempError || r.DMARC != TempError || r.DKIM[0].Outcome == Pass || !r.Unfinished {
		t.Errorf("%+v", r)
	}
}

// TestOthersAgree asks dkimpy, another implementation, of signatures and chains in both directions.
func TestOthersAgree(t *testing.T) {
	t.Parallel()
	z := zone{}
	s := pair(t, z, "exempelstad.se")
	third := pair(t, z, "third.example")
	author := pair(t, z, "example.se")
	c := NewChecker(z)
	first := signedBy(t, author, mail)
	r := c.Check(t.Context(), Envelope{}, first)
	ours, err := s.Sign(first)
	if err != nil {
		t.Fatal(err)
	}
	if ours, err = s.Seal(ours, "mx.exempelstad.se", r); err != nil {
		t.Fatal(err)
	}
	if got, n := c.ARC(t.Context(), ours); got != Pass || n != 1 {
		t.Errorf("our own chain: %s %d", got, n)
	}
	if got := dkimpy(t, z, ours); got != "dkim=pass arc=pass" {
		t.Errorf("dkimpy says %q of ours", got)
	}
	pemFile := filepath.Join(t.TempDir(), "key.pem")
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	second, err := NewSigner("second.example", "sel2", key)
	if err != nil {
		t.Fatal(err)
	}
	record, _ := second.Record()
	z["sel2._domainkey.second.example"] = []string{record}
	if err := os.WriteFile(pemFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600); err != nil {
		t.Fatal(err)
	}
	// dkimpy passes on what an Authentication-Results of its own host says.
	withResults := append([]byte("Authentication-Results: second.example; dkim=pass header.d=example.se; arc=pass\r\n"), ours...)
	theirs := python(t, withResults, append([]string{"seal", pemFile}, records(z)...)...)
	if got, n := c.ARC(t.Context(), theirs); got != Pass || n != 2 {
		t.Errorf("the chain with theirs on top: %s %d\n%.3000s", got, n, theirs)
	}
	last, err := third.Seal(theirs, "third.example", Results{ARC: Pass})
	if err != nil {
		t.Fatal(err)
	}
	if got, n := c.ARC(t.Context(), last); got != Pass || n != 3 {
		t.Errorf("three hops: %s %d", got, n)
	}
	if got := dkimpy(t, z, last); !strings.HasSuffix(got, "arc=pass") {
		t.Errorf("dkimpy says %q of three hops", got)
	}
	for what, broken := range map[string][]byte{
		"body":     bytes.Replace(last, []byte("Hej!"), []byte("Hot!"), 1),
		"order":    bytes.Replace(last, []byte("i=2;"), []byte("i=4;"), 1),
		"doubled":  append([]byte("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=x; s=y; b=z\r\n"), last...),
		"instance": bytes.ReplaceAll(last, []byte("i=3;"), []byte("i=99;")),
	} {
		if got, _ := c.ARC(t.Context(), broken); got != Fail {
			t.Errorf("%s changed: %s", what, got)
		}
	}
	failed, err := third.Seal(bytes.Replace(ours, []byte("Hej!"), []byte("Hot!"), 1), "third.example", Results{ARC: Fail})
	if err != nil || !bytes.Contains(failed, []byte("cv=fail")) {
		t.Errorf("a broken chain is sealed as whole: %v", err)
	}
}

func records(z zone) []string {
	var out []string
	for name, v := range z {
		out = append(out, name+"="+strings.Join(v, ""))
	}
	return out
}

func dkimpy(t *testing.T, z zone, raw []byte) string {
	t.Helper()
	return strings.TrimSpace(string(python(t, raw, records(z)...)))
}

func python(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", append([]string{"testdata/dkimpy.py"}, args...)...)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("dkimpy (Debian's python3-dkim and python3-dnspython; tools/need.sh installs them): %v\n%s", err, errs.String())
	}
	return out
}

func TestABodyOfEmptyLinesCostsNoMoreThanItsLength(t *testing.T) {
	t.Parallel()
	z := zone{}
	raw := signedBy(t, pair(t, z, "example.se"), mail+strings.Repeat("\r\n", 4<<20)+"slut\r\n")
	raw = append(raw[:bytes.Index(raw, []byte("From:"))], append([]byte("DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.se; s=sel; h=from; bh=eA==; b=eA==\r\n"), raw[bytes.Index(raw, []byte("From:")):]...)...)
	got := NewChecker(z).DKIM(t.Context(), raw)
	if len(got) != 2 || got[0].Outcome != Pass || got[1].Outcome == Pass {
		t.Errorf("%+v", got)
	}
}

func FuzzARC(f *testing.F) {
	z := zone{}
	f.Add([]byte(mail))
	f.Add([]byte("ARC-Seal: i=1; cv=none; a=rsa-sha256; d=x; s=y; b=eA==\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=x; s=y; h=from; bh=eA==; b=eA==\r\nARC-Authentication-Results: i=1; x\r\n\r\n"))
	c := NewChecker(z)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, _ := c.ARC(t.Context(), raw); got == Pass {
			t.Errorf("passes without a key: %q", raw)
		}
		c.DKIM(t.Context(), raw)
		_ = bodyHash(raw, true)
		if letterOf, err := letter.Read(raw); err == nil {
			_ = letterOf.Text
		}
	})
}

func BenchmarkSignAndSeal(b *testing.B) {
	key, err := NewKey()
	if err != nil {
		b.Fatal(err)
	}
	s, err := NewSigner("exempelstad.se", "sel", key)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		raw, _ := s.Sign([]byte(mail))
		_, _ = s.Seal(raw, "mx", Results{})
	}
}
