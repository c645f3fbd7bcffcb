package exposure

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestAcceptedFindingsCountAgainAfterTheirLastDay(t *testing.T) {
	t.Parallel()
	h := New(Options{}).Scan([]byte("Ring 070-174 06 05"))[0]
	other := New(Options{}).Scan([]byte("Ring 070-174 07 05"))[0]
	b := NewBaseline()
	b.Accept("sida.html", h, "Vera Ek", "jourtelefonen", "2027-06-30")
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "174") {
		t.Errorf("the file shows the value: %s", raw)
	}
	b, err = ReadBaseline(raw)
	if err != nil {
		t.Fatal(err)
	}
	at := func(day string) map[string]bool {
		d, _ := time.Parse(time.DateOnly, day)
		return b.InForce(d)
	}
	if !at("2027-06-30")[b.Fingerprint("sida.html", h)] || at("2027-07-01")[b.Fingerprint("sida.html", h)] {
		t.Error("it does not end with its last day")
	}
	if at("2027-01-01")[b.Fingerprint("annan.html", h)] || at("2027-01-01")[b.Fingerprint("sida.html", other)] {
		t.Error("another source or value is accepted with it")
	}
	b.Accept("sida.html", h, "Vera Ek", "nytt skäl", "")
	if len(b.Accepted) != 1 || !at("2099-01-01")[b.Fingerprint("sida.html", h)] {
		t.Errorf("%+v", b.Accepted)
	}
}

func TestABaselineSaysByWhomAndWhy(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{}`, `[]`, `{"version":1,"salt":"x","accepted":[{"fingerprint":"a","by":"","why":"b"}]}`, `{"version":1,"salt":"x","accepted":[{"fingerprint":"a","by":"c","why":""}]}`,
		`{"version":2,"salt":"x"}`, `{"version":1,"salt":"x","accepted":[{"fingerprint":"a","by":"c","why":"d","until":"snart"}]}`,
	} {
		if _, err := ReadBaseline([]byte(raw)); err == nil {
			t.Errorf("%s was read", raw)
		}
	}
}
