package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

// reports are what guests have sent, by the key of each attempt: what was told, and the receipt once it
// was acknowledged.
type reports struct {
	unit string
	told map[string]string
	got  map[string]casework.Filed
}

// report sends one more report, from an address of its own: each has two views, the employer's and
// security's.
func (l *load) report(url string) {
	key := ident.New() + ident.New()
	l.mu.Lock()
	text := fmt.Sprintf("rapport %d %s", len(l.reports.told), key)
	l.reports.told[key] = text
	from := len(l.reports.told)
	l.mu.Unlock()
	if f, ok := l.attempt(url, key, text, from); ok {
		l.mu.Lock()
		l.reports.got[key] = f
		l.mu.Unlock()
	}
}

// attempt sends a report; a server that is gone acknowledges nothing.
func (l *load) attempt(url, key, text string, from int) (f casework.Filed, ok bool) {
	body, err := json.Marshal(map[string]any{"narrative": text, "target_category": incident.Employee, "context": incident.Employment, "unit": l.reports.unit})
	if err != nil {
		return f, false
	}
	r, err := http.NewRequest(http.MethodPost, url+"/api/v1/reports", bytes.NewReader(body))
	if err != nil {
		return f, false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(loopback(from), 0))}).DialContext}}
	res, err := client.Do(r)
	if err != nil {
		return f, false
	}
	defer res.Body.Close()
	return f, res.StatusCode == http.StatusCreated && json.NewDecoder(res.Body).Decode(&f) == nil && f.Receipt != ""
}

// loopback spreads guests over the loopback network, so that no address meets its limit.
func loopback(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 1, byte(n/50/250 + 1), byte(n/50%250 + 1)})
}

// retry sends everything that was not acknowledged once more, with the same key: it comes in once,
// whether or not it had come in before the kill.
func (l *load) retry(url string) {
	l.t.Helper()
	n := len(l.reports.told)
	for key, text := range l.reports.told {
		if _, ok := l.reports.got[key]; ok {
			continue
		}
		n++
		f, ok := l.attempt(url, key, text, n)
		if !ok {
			l.t.Fatalf("%s is not taken when it is sent again", text)
		}
		l.reports.got[key] = f
	}
}

// checkReports opens every receipt, and holds rows against each other: a report is there with all its
// views or not at all, and the register has neither gap nor duplicate.
func (l *load) checkReports(t *testing.T, c wire.Config) {
	t.Helper()
	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool()})
	must(t, err)
	w := &town{t: t, house: h, org: h.Org()}
	n := 0
	for key, f := range l.reports.got {
		n++
		got, err := h.Cases.OpenReceipt(t.Context(), w.org, f.Receipt, loopback(n))
		if err != nil || len(got.Views) != 2 {
			t.Errorf("%s was acknowledged: %+v %v", l.reports.told[key], got, err)
			continue
		}
		for _, v := range got.Views {
			if v.Report == nil || v.Report.Narrative != l.reports.told[key] || v.Status != casefile.Unopened {
				t.Errorf("%s is half: %+v", l.reports.told[key], v)
			}
		}
	}
	views := map[string]int{}
	for _, event := range w.rows(`SELECT event FROM casefile WHERE org = $1 AND event <> ''`) {
		views[event]++
	}
	for event, n := range views {
		if n != 2 {
			t.Errorf("event %s has %d views", event, n)
		}
	}
	if len(views) != len(l.reports.told) || len(l.reports.got) != len(l.reports.told) {
		t.Errorf("%d were sent, %d acknowledged, %d are there", len(l.reports.told), len(l.reports.got), len(views))
	}
	numbers := w.rows(`SELECT number FROM registration WHERE org = $1 ORDER BY year, serial`)
	for i, number := range numbers {
		if want := fmt.Sprintf("KS %s/%04d", number[3:7], i+1); number != want {
			t.Fatalf("the register has %s where %s belongs", number, want)
		}
	}
	for table, want := range map[string]int{"registration": 2, "deadline": 4, "wake": 2, "receipt": 1, "echo": 2} {
		column := map[string]string{"receipt": "id", "registration": "id", "echo": "item"}[table]
		if column == "" {
			column = "case_id"
		}
		if got := len(w.rows(`SELECT ` + column + ` FROM ` + table + ` WHERE org = $1`)); got != want*len(views) {
			t.Errorf("%d reports have %d rows of %s", len(views), got, table)
		}
	}
	must(t, h.Close())
}
