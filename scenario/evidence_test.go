package scenario

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"net"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/preview"
	"varn/internal/infra/mailauth"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestEvidenceOfFiveKindsGoesToThePolice keeps a file, a mail, a web page, a picture and a recording,
// shows what can be shown of each, plays from the middle, and takes them to the police in a package that
// fails after one flipped byte.
func TestEvidenceOfFiveKindsGoesToThePolice(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		filed := w.files(w.guest(), threat("Han skrev att huset ska brinna."))
		cases, ctx := w.house.Cases, t.Context()
		must(t, cases.TakeCase(ctx, vera.session(), filed.Ref))
		var picture bytes.Buffer
		must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 20, 10))))
		film := append([]byte("\x00\x00\x00\x18ftypmp42"), random(2_000_000)...)
		mail := []byte("Received: from a by b; Fri, 20 Nov 2026 19:40:00 +0100\r\nAuthentication-Results: b; spf=fail\r\nFrom: x@example.se\r\nSubject: Du\r\n\r\nJag vet var du bor.\r\n")
		add := func(c casefile.Card, parts ...string) {
			t.Helper()
			var uploads []string
			for i := 0; i < len(parts); i += 2 {
				uploads = append(uploads, vera.sends(parts[i], []byte(parts[i+1])))
			}
			c.From, c.Why = "Vaktmästaren", "Visar hotet."
			_, err := cases.AddEvidence(ctx, vera.session(), filed.Ref, c, uploads)
			must(t, err)
		}
		now := clock.Of(w.clock.Now())
		add(casefile.Card{Kind: casefile.PlainFile}, "brev.pdf", "%PDF-1.7 brevet")
		add(casefile.Card{Kind: casefile.Mail}, "hot.eml", string(mail))
		add(casefile.Card{Kind: casefile.WebPage, URL: "https://violer.example.se/hot", Seen: now}, "skarm.png", picture.String(), "sida.html", "<html><script>alert(1)</script>hotet</html>")
		add(casefile.Card{Kind: casefile.Picture}, "bild.png", picture.String())
		add(casefile.Card{Kind: casefile.Recording}, "film.mp4", string(film))
		if _, err := cases.AddEvidence(ctx, vera.session(), filed.Ref, casefile.Card{Kind: casefile.WebPage, From: "x", Why: "y"}, nil); len(fault.Of(err).Fields) != 2 {
			t.Errorf("a web page without address and time: %v", err)
		}
		list, err := cases.Evidence(ctx, vera.session(), filed.Ref)
		if err != nil || len(list) != 6 {
			t.Fatalf("%d, %v", len(list), err)
		}
		var of string
		for _, e := range list {
			p, err := cases.PreviewOriginal(ctx, vera.session(), filed.Ref, e.ID)
			must(t, err)
			if e.Broken || e.Card.From != "Vaktmästaren" || e.Custody[0].Act != casefile.ActReceived || e.Custody[0].Who != "Vera Handling" {
				t.Errorf("%s: %+v", e.Name, e)
			}
			good := map[string]bool{"brev.pdf": p.Why == preview.Document, "hot.eml": p.Mail != nil && len(p.Mail.Received) == 1 && strings.Contains(p.Text, "Jag vet"),
				"skarm.png": len(p.Picture) > 0, "sida.html": strings.Contains(p.Text, "<script>"), "bild.png": p.Width == 20, "film.mp4": p.Why == preview.Played}[e.Name]
			if !good {
				t.Errorf("%s: %+v", e.Name, p)
			}
			if e.Name == "film.mp4" {
				of = e.ID
			}
		}
		f, err := cases.OpenFile(ctx, vera.session(), filed.Ref, of)
		must(t, err)
		_, err = f.Seek(1_500_000, io.SeekStart)
		must(t, err)
		part := make([]byte, 1000)
		if _, err := io.ReadFull(f, part); err != nil || !bytes.Equal(part, film[1_500_000:][:1000]) {
			t.Errorf("from the middle: %v", err)
		}
		card := casefile.Card{Kind: casefile.Derived, Of: of, From: "Vera", Why: "Ansikten är maskade."}
		_, err = cases.AddEvidence(ctx, vera.session(), filed.Ref, card, []string{vera.sends("maskad.mp4", []byte("maskad"))})
		must(t, err)
		police, err := cases.MakePoliceView(ctx, vera.session(), filed.Ref, filing())
		must(t, err)
		w.follows(filed.Receipt)
		var b bytes.Buffer
		must(t, cases.MakePackage(ctx, vera.session(), police, "", &b))
		if r := w.verified(b.Bytes()); !r.OK() || r.Proven != 6 {
			t.Fatalf("%+v", r)
		}
		if i := bytes.Index(b.Bytes(), film[1_000_000:1_000_050]); i < 0 {
			t.Error("the film is not there byte for byte")
		} else {
			b.Bytes()[i] ^= 1
		}
		if r := w.verified(b.Bytes()); r.OK() || r.Findings[0].String() == "" || !strings.HasSuffix(r.Findings[0].File, "film.mp4") {
			t.Errorf("one flipped byte: %+v", r)
		}
		if checked, err := cases.CheckOriginal(ctx, vera.session(), filed.Ref, of); !checked || err != nil {
			t.Errorf("%v %v", checked, err)
		}
		w.verifies()
	})
}

// published is a DNS of TXT records alone.
type published map[string]string

func (z published) LookupTXT(_ context.Context, name string) ([]string, error) {
	if v, ok := z[name]; ok {
		return []string{v}, nil
	}
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (published) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (published) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (published) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

// TestSignaturesOfMailAreCheckedAndWhatCameOfItIsKept: a mail that was signed is told from one that was changed, and the
// answer stays in the case when the domain has taken its key away.
func TestSignaturesOfMailAreCheckedAndWhatCameOfItIsKept(t *testing.T) {
	t.Parallel()
	w := found(t)
	key, err := mailauth.NewKey()
	must(t, err)
	signer, err := mailauth.NewSigner("example.se", "nov", key)
	must(t, err)
	record, err := signer.Record()
	must(t, err)
	dns := published{"nov._domainkey.example.se": record}
	w.house.Cases.Signatures = mailauth.NewChecker(dns)
	ref := w.head.opens("Hot", "Se mejlet.")
	raw, err := signer.Sign([]byte("From: x@example.se\r\nSubject: Du\r\n\r\nJag vet var du bor.\r\n"))
	must(t, err)
	add := func(name string, raw []byte) string {
		ids, err := w.house.Cases.AddEvidence(t.Context(), w.head.session(), ref, casefile.Card{Kind: casefile.Mail, From: "Asta", Why: "Hotet."}, []string{w.head.sends(name, raw)})
		must(t, err)
		return ids[0]
	}
	for _, c := range []struct {
		id, outcome string
	}{{add("som-det-kom.eml", raw), "pass"}, {add("andrat.eml", bytes.Replace(raw, []byte("bor"), []byte("åt"), 1)), "fail"}} {
		got, err := w.house.Cases.CheckSignatures(t.Context(), w.head.session(), ref, c.id)
		if err != nil || len(got) != 1 || got[0] != (casework.Signature{Domain: "example.se", Outcome: c.outcome}) {
			t.Errorf("%+v, %v, want %s", got, err, c.outcome)
		}
	}
	if got, err := w.house.Cases.CheckSignatures(t.Context(), w.head.session(), ref, add("osignerat.eml", []byte("From: x@example.se\r\n\r\nhej"))); err != nil || len(got) != 0 {
		t.Errorf("unsigned: %+v %v", got, err)
	}
	opened, err := w.head.reads(ref)
	must(t, err)
	var kept []string
	for _, e := range opened.Timeline {
		if e.Change != nil && e.Change.Field == casework.SignatureField {
			kept = append(kept, e.Change.Before+": "+e.Change.After)
		}
	}
	if got := strings.Join(kept, "; "); got != "som-det-kom.eml: example.se pass; andrat.eml: example.se fail; osignerat.eml: none" {
		t.Errorf("kept: %s", got)
	}
	asta := w.newcomer("Asta Ledamot", access.Elected)
	if _, err := w.house.Cases.CheckSignatures(t.Context(), asta.session(), ref, opened.Timeline[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody outside the circle: %v", err)
	}
	w.verifies()
}

// TestWhatCanNotBeShutInIsNotRead makes no preview without a jail, and none of what is too much.
func TestWhatCanNotBeShutInIsNotRead(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Hot", "text")
	ids, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("a.txt", []byte("hej"))})
	must(t, err)
	look := func() preview.Preview {
		t.Helper()
		p, err := w.house.Cases.PreviewOriginal(t.Context(), w.head.session(), ref, ids[0])
		must(t, err)
		return p
	}
	if p := look(); p.Why != "" || p.Text != "hej" {
		t.Errorf("%+v", p)
	}
	w.house.Cases.Jail.Wall = 1
	if p := look(); p.Why != preview.Stopped {
		t.Errorf("%+v", p)
	}
	w.house.Cases.Jail = nil
	if p := look(); p.Why != preview.NoJail || p.Text != "" {
		t.Errorf("%+v", p)
	}
}
