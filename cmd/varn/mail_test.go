package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"varn/internal/infra/maildns"
	"varn/internal/transport/cli"
)

// zone is a name server on loopback: "name TYPE" → values. What isn't there doesn't exist.
func zone(t *testing.T, records map[string][]string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := answerTo(buf[:n], records); err == nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}

func answerTo(question []byte, records map[string][]string) ([]byte, error) {
	var p dnsmessage.Parser
	head, err := p.Start(question)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	kind := strings.TrimPrefix(q.Type.String(), "Type")
	values := records[name+" "+kind]
	out := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: head.ID, Response: true, Authoritative: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	known := false
	for key := range records {
		known = known || strings.HasPrefix(key, name+" ")
	}
	if !known {
		out.RCode = dnsmessage.RCodeNameError
	}
	for _, v := range values {
		if v == "SERVFAIL" {
			out.RCode = dnsmessage.RCodeServerFailure
			break
		}
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET, TTL: 1}
		var body dnsmessage.ResourceBody
		switch q.Type {
		case dnsmessage.TypeMX:
			body = &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(v + ".")}
		case dnsmessage.TypeTXT:
			r := &dnsmessage.TXTResource{}
			for len(v) > 255 {
				r.TXT = append(r.TXT, v[:255])
				v = v[255:]
			}
			r.TXT = append(r.TXT, v)
			body = r
		case dnsmessage.TypeA:
			body = &dnsmessage.AResource{A: [4]byte(net.ParseIP(v).To4())}
		case dnsmessage.TypePTR:
			body = &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(v + ".")}
		default:
			continue
		}
		out.Answers = append(out.Answers, dnsmessage.Resource{Header: h, Body: body})
	}
	return out.Pack()
}

func examines(t *testing.T, records map[string][]string, args ...string) (int, map[string]maildns.Finding, string) {
	t.Helper()
	var out, errs bytes.Buffer
	all := append([]string{"mail", "doctor", "--json", "--resolver", zone(t, records)}, args...)
	status := cli.Run(t.Context(), cli.Terminal{Out: &out, Err: &errs, Env: func(string) string { return "" }}, commands(), all)
	var report struct {
		OK       bool
		Findings []maildns.Finding
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("status %d, %s%s", status, out.String(), errs.String())
	}
	if report.OK != (status == cli.Done) {
		t.Errorf("ok %v with status %d", report.OK, status)
	}
	found := map[string]maildns.Finding{}
	for _, f := range report.Findings {
		found[f.Check] = f
	}
	return status, found, out.String()
}

// rightZone is a domain where everything but MTA-STS, which needs a web server, is as it should be.
func rightZone(key string) map[string][]string {
	return map[string][]string{
		"post.example.se MX":                   {"mail.example.se"},
		"mail.example.se A":                    {"192.0.2.7"},
		"post.example.se TXT":                  {"google-site-verification=x", "v=spf1 a:mail.example.se -all"},
		"varn1._domainkey.post.example.se TXT": {"v=DKIM1; k=rsa; p=" + key},
		"_dmarc.example.se TXT":                {"v=DMARC1; p=reject; sp=quarantine"},
		"7.2.0.192.in-addr.arpa PTR":           {"mail.example.se"},
	}
}

func rsaKey(t *testing.T, bits int) (published, file string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw), file
}

func TestMailDoctorFindsNothingWrong(t *testing.T) {
	t.Parallel()
	key, file := rsaKey(t, 2048)
	status, found, out := examines(t, rightZone(key), "--host", "mail.example.se", "--key", file, "post.example.se")
	if status != cli.Done {
		t.Errorf("status %d: %s", status, out)
	}
	for _, check := range []string{"mx", "spf", "dkim", "dmarc", "reverse"} {
		if f := found[check]; f.Level != maildns.Right || len(f.Publish) > 0 {
			t.Errorf("%s: %+v", check, f)
		}
	}
	if f := found["mta-sts"]; f.Level != maildns.Advice || len(f.Publish) != 3 || !strings.Contains(f.Publish[2].Value, "mx: mail.example.se\n") {
		t.Errorf("mta-sts: %+v", f)
	}
}

func TestMailDoctorSaysWhatToPublish(t *testing.T) {
	t.Parallel()
	key, file := rsaKey(t, 2048)
	other, _ := rsaKey(t, 2048)
	weak, _ := rsaKey(t, 1024)
	for _, c := range []struct {
		name, check string
		level       maildns.Level
		says        string
		publish     string
		change      map[string][]string
	}{
		{"no MX", "mx", maildns.Wrong, "nowhere to go", "10 mail.example.se.", map[string][]string{"post.example.se MX": nil}},
		{"another's MX", "mx", maildns.Wrong, "and not to mail.example.se", "10 mail.example.se.", map[string][]string{"post.example.se MX": {"gw.example.se"}}},
		{"silent", "mx", maildns.Unknown, "no answer", "", map[string][]string{"post.example.se MX": {"SERVFAIL"}}},
		{"no SPF", "spf", maildns.Wrong, "no SPF record", "v=spf1 a:mail.example.se -all", map[string][]string{"post.example.se TXT": {"x"}}},
		{"two SPF", "spf", maildns.Wrong, "2 SPF records", "", map[string][]string{"post.example.se TXT": {"v=spf1 -all", "v=spf1 mx -all"}}},
		{"SPF without us", "spf", maildns.Wrong, "doesn't let mail.example.se (192.0.2.7) send", "v=spf1 a:mail.example.se ip4:198.51.100.1 -all",
			map[string][]string{"post.example.se TXT": {"v=spf1 ip4:198.51.100.1 -all"}}},
		{"SPF for all", "spf", maildns.Advice, "lets anybody", "-all", map[string][]string{"post.example.se TXT": {"v=spf1 mx ?all"}}},
		{"SPF broken", "spf", maildns.Wrong, "can't be read", "-all", map[string][]string{"post.example.se TXT": {"v=spf1 ip4:nonsense -all"}}},
		{"no key", "dkim", maildns.Wrong, "no key at varn1._domainkey.post.example.se", "v=DKIM1; k=rsa; p=" + key, map[string][]string{"varn1._domainkey.post.example.se TXT": nil}},
		{"revoked", "dkim", maildns.Wrong, "revoked", key, map[string][]string{"varn1._domainkey.post.example.se TXT": {"v=DKIM1; p="}}},
		{"another key", "dkim", maildns.Wrong, "another than the one", key, map[string][]string{"varn1._domainkey.post.example.se TXT": {"v=DKIM1; p=" + other}}},
		{"weak key", "dkim", maildns.Wrong, "another than the one", key, map[string][]string{"varn1._domainkey.post.example.se TXT": {"v=DKIM1; p=" + weak}}},
		{"no DMARC", "dmarc", maildns.Wrong, "anybody may send", "v=DMARC1; p=quarantine", map[string][]string{"_dmarc.example.se TXT": nil}},
		{"DMARC none", "dmarc", maildns.Advice, "only asks", "p=quarantine", map[string][]string{"_dmarc.post.example.se TXT": {"v=DMARC1; p=none"}}},
		{"no PTR", "reverse", maildns.Wrong, "192.0.2.7 has no name", "mail.example.se.", map[string][]string{"7.2.0.192.in-addr.arpa PTR": nil}},
		{"false PTR", "reverse", maildns.Wrong, "doesn't lead back", "mail.example.se.", map[string][]string{"7.2.0.192.in-addr.arpa PTR": {"liar.example.se"}, "liar.example.se A": {"192.0.2.8"}}},
		{"other PTR", "reverse", maildns.Advice, "best is the name", "mail.example.se.", map[string][]string{"7.2.0.192.in-addr.arpa PTR": {"h7.example.se"}, "h7.example.se A": {"192.0.2.7"}}},
		{"STS away", "mta-sts", maildns.Wrong, "can't be fetched", "mode: enforce", map[string][]string{"_mta-sts.post.example.se TXT": {"v=STSv1; id=1"}}},
		{"STS without id", "mta-sts", maildns.Wrong, "with an id", "v=STSv1; id=1", map[string][]string{"_mta-sts.post.example.se TXT": {"v=STSv1"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			records := rightZone(key)
			for name, values := range c.change {
				if values == nil {
					delete(records, name)
					continue
				}
				records[name] = values
			}
			status, found, _ := examines(t, records, "--host", "mail.example.se", "--key", file, "post.example.se")
			f := found[c.check]
			published := ""
			for _, r := range f.Publish {
				published += r.Value + "\n"
			}
			if f.Level != c.level || !strings.Contains(f.Says, c.says) || !strings.Contains(published, c.publish) {
				t.Errorf("%+v", f)
			}
			if want := map[bool]int{true: cli.Done, false: cli.Failed}[c.level == maildns.Advice]; status != want {
				t.Errorf("status %d", status)
			}
		})
	}
}

func TestMailDoctorRefusesWrongUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"localhost"}, {"a b.se"}, {"a.se", "b.se"}, {"--key", "/nowhere", "a.se"}, {"--host", "-", "a.se"}, {"--selector", "a b", "a.se"}} {
		var out, errs bytes.Buffer
		status := cli.Run(t.Context(), cli.Terminal{Out: &out, Err: &errs, Env: func(string) string { return "" }}, commands(), append([]string{"mail", "doctor"}, args...))
		if status != cli.Misused || out.Len() > 0 {
			t.Errorf("%q: status %d, %s", args, status, out.String())
		}
	}
}
