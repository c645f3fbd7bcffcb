package exposure

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/extract"
	"varn/internal/infra/crawl"
)

func answer(kind, charset, body string) *crawl.Answer {
	u, _ := url.Parse("https://www.exempelstad.example.se/rum/sida")
	return &crawl.Answer{URL: u, Type: kind, Charset: charset, Body: []byte(body)}
}

func TestWhatAnAnswerIsIsSeenInItsBytes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ said, body, want string }{
		"a page":                           {"text/html", "<p>hej", "text/html"},
		"a page that says it is a file":    {"application/pdf", "<!doctype html><p>hej", "text/html"},
		"a file that says it is a page":    {"text/html", "%PDF-1.7\n", "application/pdf"},
		"a picture that says it is text":   {"text/plain", "\x89PNG\x0d\x0a\x1a\x0a", "image/png"},
		"a page without a doctype":         {"text/html; charset=utf-8", "hej", "text/html; charset=utf-8"},
		"data":                             {"application/ld+json", `{"a":1}`, "text/plain"},
		"nothing said":                     {"", "hej", "text/plain"},
		"nothing said of something else":   {"application/octet-stream", "\x00\x01\x02", "application/octet-stream"},
		"xhtml":                            {"application/xhtml+xml", "<?xml version='1.0'?><html/>", "text/html"},
		"a document is what it says it is": {"application/vnd.oasis.opendocument.text", "PK\x03\x04", "application/zip"},
	} {
		if got := kindOf(answer(c.said, "", c.body)); got != c.want {
			t.Errorf("%s is %s, want %s", name, got, c.want)
		}
	}
}

func TestATitleIsReadInItsLetters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ charset, body, want string }{
		"plain":         {"utf-8", "<TITLE lang=sv>\n Hej  &amp; då </Title>", "Hej & då"},
		"latin, said":   {"iso-8859-1", "<title>\xc5sa</title>", "Åsa"},
		"latin, silent": {"", "<title>\xc5sa</title>", "Åsa"},
		"none":          {"", "<p>hej", ""},
		"never ended":   {"", "<title>hej", ""},
		"nothing":       {"", "<title", ""},
	} {
		if got := titleOf([]byte(c.body), c.charset); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestLinksBeginWhereThePageSays(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		`<base href="/annat/">`:                   "https://www.exempelstad.example.se/annat/a",
		`<base href='https://b.example.se/x/y' >`: "https://b.example.se/x/a",
		`<base target=x href=/z/ id=1>`:           "https://www.exempelstad.example.se/z/a",
		`<base href=>`:                            "https://www.exempelstad.example.se/rum/a",
		`<base href="%zz">`:                       "a",
		``:                                        "a",
	} {
		if got := based(answer("text/html", "", "<html>"+base+"<p>"), []string{"a"}); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v", base, got)
		}
	}
}

func TestAFactOfAFileIsAHitOnlyIfItTellsOfSomebody(t *testing.T) {
	t.Parallel()
	got := factHits([]extract.Fact{{Kind: extract.FactGPS, Name: "GPS", Value: "59.123456, 18.123456"}, {Kind: extract.FactSoftware, Name: "Producer", Value: "LibreOffice"},
		{Kind: extract.FactOwner, Name: "Owner", Value: "Viola Blomvall"}, {Kind: extract.FactAuthor, Name: "Author", Value: " "}})
	if len(got) != 2 || got[0].Kind != "coordinates" || got[1].Kind != "metadata" {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got[0].MaskedContext, "123456") {
		t.Errorf("the masked context is %q", got[0].MaskedContext)
	}
}

func FuzzTitle(f *testing.F) {
	f.Add([]byte("<title>a</title>"), "")
	f.Fuzz(func(_ *testing.T, body []byte, charset string) {
		_ = titleOf(body, charset)
		_ = based(answer("text/html", charset, string(body)), []string{"a", "%"})
	})
}
