package scenario

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/registry"
	"varn/internal/usecase/rule"
)

// registrar is somebody who keeps the council's register.
func (w *town) registrar() *actor {
	w.t.Helper()
	rut := w.newcomer("Rut Diarie", access.Registrar)
	w.seat(rut, w.function(function.Registrar, "Registrator"))
	return rut
}

// register lists the council's register as somebody sees it.
func (w *town) register(a *actor) []registry.Entry {
	w.t.Helper()
	p, err := w.house.Registry.List(w.t.Context(), a.session(), registry.Wanted{Authority: w.council})
	must(w.t, err)
	return p.Entries
}

func TestTheRegistrarListsEveryEntryAndNoContent(t *testing.T) {
	t.Parallel()
	forBoth(t, registrarLists)
}

func registrarLists(t *testing.T, w *town) {
	ctx := t.Context()
	rut := w.registrar()
	r := threat("Jag vet var du bor, skrev han.")
	r.Exclude = w.head.name
	f := w.files(w.guest(), r)
	w.files(w.guest(), threat("Ett till."))
	all := w.register(rut)
	if len(all) != 2 || all[0].Number != "KS 2026/0002" || all[1].Number != "KS 2026/0001" || all[0].Party != registration.Withheld || all[0].Direction != registration.In {
		t.Fatalf("%+v", all)
	}
	if raw, err := json.Marshal(all); err != nil || bytes.Contains(raw, []byte(f.Ref)) || bytes.Contains(raw, []byte("skrev")) {
		t.Errorf("the list tells %s", raw)
	}
	if _, err := rut.reads(f.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("the registrar reads: %v", err)
	}
	for _, stranger := range []*actor{w.head, w.admin} {
		if _, err := w.house.Registry.List(ctx, stranger.session(), registry.Wanted{Authority: w.council}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s lists: %v", stranger.name, err)
		}
		if _, err := w.house.Registry.Authorities(ctx, stranger.session()); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", stranger.name, err)
		}
		if _, err := w.house.Registry.SetOutside(ctx, stranger.session(), all[0].ID, "KS 2026/7"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s numbers: %v", stranger.name, err)
		}
		if _, err := w.house.Cases.AskRecord(ctx, stranger.session(), all[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s asks: %v", stranger.name, err)
		}
	}
	if _, err := w.house.Registry.List(ctx, rut.session(), registry.Wanted{Authority: w.authority(1)}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another authority's register: %v", err)
	}
	page, err := w.house.Registry.List(ctx, rut.session(), registry.Wanted{Authority: w.council, Limit: 1})
	must(t, err)
	if len(page.Entries) != 1 || page.Next == nil {
		t.Fatalf("%+v", page)
	}
	page, err = w.house.Registry.List(ctx, rut.session(), registry.Wanted{Authority: w.council, Limit: 1, Before: *page.Next})
	must(t, err)
	if len(page.Entries) != 1 || page.Next != nil || page.Entries[0].Number != "KS 2026/0001" {
		t.Errorf("%+v", page)
	}
	for year, want := range map[int]int{2025: 0, 2026: 2, 2027: 0} {
		page, err := w.house.Registry.List(ctx, rut.session(), registry.Wanted{Authority: w.council, Year: year})
		if err != nil || len(page.Entries) != want {
			t.Errorf("%d: %+v %v", year, page, err)
		}
	}
	w.verifies()
}

func TestTheNumberOfAnotherRegisterComesBackAndTheListIsExported(t *testing.T) {
	t.Parallel()
	forBoth(t, outsideNumberComesBack)
}

func outsideNumberComesBack(t *testing.T, w *town) {
	ctx := t.Context()
	rut := w.registrar()
	for range 3 {
		w.files(w.guest(), threat("Ett brev."))
	}
	all := w.register(rut)
	for i, c := range []struct {
		number    string
		plausible bool
	}{{"ks2026/ 77", true}, {"=HYPERLINK(1)", false}, {"", false}} {
		got, err := w.house.Registry.SetOutside(ctx, rut.session(), all[i].ID, c.number)
		if err != nil || got != c.plausible {
			t.Errorf("%q: %v %v", c.number, got, err)
		}
	}
	for _, bad := range []string{strings.Repeat("x", 61), "KS\x002026"} {
		if _, err := w.house.Registry.SetOutside(ctx, rut.session(), all[0].ID, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if got := w.register(rut); got[0].Outside != "ks2026/ 77" || !got[0].Plausible || got[1].Plausible || got[2].Outside != "" {
		t.Errorf("%+v", got)
	}
	var file bytes.Buffer
	must(t, w.house.Registry.CSV(ctx, rut.session(), w.council, 2026, &file))
	text, marked := strings.CutPrefix(file.String(), "\ufeff")
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = ';'
	lines, err := in.ReadAll()
	if err != nil || !marked || len(lines) != 4 || lines[0][0] != "Nummer" || lines[1][0] != "KS 2026/0003" || lines[1][6] != "ks2026/ 77" || lines[2][6] != "'=HYPERLINK(1)" {
		t.Errorf("%q %v", lines, err)
	}
	if err := w.house.Registry.CSV(ctx, w.head.session(), w.council, 0, &file); !fault.Is(err, fault.NotFound) {
		t.Errorf("the head exports: %v", err)
	}
	if w.logged("register.export") != 1 || w.logged("registration.outside") != 3 {
		t.Error("it is not logged")
	}
	w.verifies()
}

// TestAJournalistAsksForARecord: the registrar asks the circle, the clock goes, the answer comes back.
func TestAJournalistAsksForARecord(t *testing.T) {
	t.Parallel()
	forBoth(t, journalistAsks)
}

func journalistAsks(t *testing.T, w *town) {
	ctx := t.Context()
	rut := w.registrar()
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	f := w.files(w.guest(), threat("Ett brev."))
	w.files(w.guest(), threat("Ett till."))
	all := w.register(rut)
	entry := all[1].ID
	id, err := w.house.Cases.AskRecord(ctx, rut.session(), entry)
	must(t, err)
	if _, err := w.house.Cases.AskRecord(ctx, rut.session(), entry); !fault.Is(err, fault.Conflict) {
		t.Errorf("asked twice: %v", err)
	}
	if !w.told(vera, "record.asked") || !w.told(w.head, "record.asked") {
		t.Error("the circle is not asked")
	}
	asked, err := w.house.Cases.RecordRequests(ctx, vera.session(), f.Ref)
	must(t, err)
	if len(asked) != 1 || asked[0].ID != id || asked[0].Due != registration.ReleaseBy(clock.Of(w.clock.Now()), locale.Zone()) {
		t.Fatalf("%+v", asked)
	}
	if _, err := w.house.Cases.RecordRequests(ctx, rut.session(), f.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("the registrar at the case: %v", err)
	}
	if got, err := w.house.Cases.Today(ctx, vera.session(), casework.WantedToday{Section: casework.SectionDue}); err != nil || got.Counts[casework.SectionDue].N > 2 {
		t.Errorf("%+v %v", got, err)
	}
	w.clock.Move(3 * 24 * time.Hour)
	w.head, vera, rut = w.returns(w.head), w.returns(vera), w.returns(rut)
	open, err := w.house.Registry.Requests(ctx, rut.session(), w.council)
	must(t, err)
	if len(open) != 1 || !open[0].Late || open[0].Number != "KS 2026/0001" {
		t.Errorf("%+v", open)
	}
	_, err = w.house.Cases.RemindDue(ctx, w.org)
	must(t, err)
	if !w.told(w.head, "deadline.passed") {
		t.Error("the clock has passed and the head is not told")
	}
	for _, a := range []*actor{rut, w.returns(w.admin)} {
		if err := w.house.Cases.AnswerRecord(ctx, a.session(), id, registration.Refused); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s answers: %v", a.name, err)
		}
	}
	if err := w.house.Cases.AnswerRecord(ctx, vera.session(), id, registration.Asked); !fault.Is(err, fault.Invalid) {
		t.Errorf("an answer that is none: %v", err)
	}
	must(t, w.house.Cases.AnswerRecord(ctx, vera.session(), id, registration.Partly))
	if err := w.house.Cases.AnswerRecord(ctx, vera.session(), id, registration.Refused); !fault.Is(err, fault.Conflict) {
		t.Errorf("answered twice: %v", err)
	}
	open, err = w.house.Registry.Requests(ctx, rut.session(), w.council)
	must(t, err)
	if open[0].State != registration.Partly || open[0].Late || !w.told(rut, "record.answered") {
		t.Errorf("%+v", open)
	}
	if left := w.rows(`SELECT id FROM deadline WHERE org = $1 AND kind = $2 AND done = 0`, string(casefile.RecordDue)); len(left) != 0 {
		t.Errorf("%d clocks go on", len(left))
	}
	_, err = w.house.Cases.AskRecord(ctx, rut.session(), entry)
	must(t, err) // the next who asks
	w.verifies()
}

// TestNoNumberIsLeftOutOrGivenTwice files many reports at once, beside transactions that take a
// number and fail.
func TestNoNumberIsLeftOutOrGivenTwice(t *testing.T) {
	t.Parallel()
	forBoth(t, noNumberIsLeftOut)
}

func noNumberIsLeftOut(t *testing.T, w *town) {
	const writers, each = 32, 3
	broken := errors.New("taken back")
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			for range each {
				if _, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: threat("Ett brev."), From: home(byte(n))}); err != nil {
					t.Error(err)
				}
				err := w.house.DB.Org(w.org).Write(t.Context(), func(tx *store.Tx) error {
					if _, err := tx.NextSerial(w.council, 2026); err != nil {
						return err
					}
					return broken
				})
				if !errors.Is(err, broken) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got := w.rows(`SELECT number FROM registration WHERE org = $1 AND authority = $2 ORDER BY serial`, w.council)
	if len(got) != writers*each {
		t.Fatalf("%d entries", len(got))
	}
	for i, number := range got {
		if number != fmt.Sprintf("KS 2026/%04d", i+1) {
			t.Fatalf("the entry in place %d is %s", i+1, number)
		}
	}
	w.verifies()
}

// TestEntriesAreHandedOverAtLeastOnce calls a real register, which fails, and then loses its answer.
func TestEntriesAreHandedOverAtLeastOnce(t *testing.T) {
	t.Parallel()
	forBoth(t, entriesAreHandedOver)
}

func entriesAreHandedOver(t *testing.T, w *town) {
	ctx := t.Context()
	var mu sync.Mutex
	var keys, bodies []string
	status := http.StatusBadGateway
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		keys, bodies = append(keys, r.Header.Get("Idempotency-Key")), append(bodies, string(b))
		rw.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	rut := w.registrar()
	f := w.files(w.guest(), threat("Ett brev."))
	if n, err := w.house.Registry.SendDue(ctx, w.org); err != nil || n != 0 {
		t.Errorf("%d wait without a hook, %v", n, err)
	}
	w.rules(w.council, rule.Body{Register: &ruling.RegisterRule{Pattern: "KS {year}-{n}", Provision: "OSL 21:3", Hook: server.URL + "/diarium", HookSecret: "en hemlighet att minnas"}})
	w.files(w.guest(), threat("Ett till."))
	for range 2 {
		if n, err := w.house.Registry.SendDue(ctx, w.org); err != nil || n != 2 {
			t.Fatalf("%d wait, %v", n, err)
		}
	}
	jobs, err := w.house.DB.Claim(ctx, "test", 100, time.Minute)
	must(t, err)
	sends := 0
	for _, j := range jobs {
		if j.Kind != registry.SendJob {
			continue
		}
		sends++
		if err := w.house.Registry.Send(ctx, j); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a register that fails: %v", err)
		}
		mu.Lock()
		status = http.StatusCreated
		mu.Unlock()
		must(t, w.house.Registry.Send(ctx, j))
		must(t, w.house.Registry.Send(ctx, j)) // the job comes again: it is delivered already
		mu.Lock()
		status = http.StatusBadGateway
		mu.Unlock()
	}
	if sends != 2 || len(keys) != 4 || keys[0] != keys[1] || keys[0] == keys[2] {
		t.Errorf("%d jobs, calls %v", sends, keys)
	}
	if n, err := w.house.Registry.SendDue(ctx, w.org); err != nil || n != 0 {
		t.Errorf("%d wait still, %v", n, err)
	}
	all := w.register(rut)
	if all[0].Delivered == 0 || all[1].Delivered == 0 || all[0].Number != "KS 2026-2" || all[0].Provision != "OSL 21:3" {
		t.Errorf("%+v", all)
	}
	i := slices.IndexFunc(bodies, func(b string) bool { return strings.Contains(b, "KS 2026-2") })
	var told map[string]string
	must(t, json.Unmarshal([]byte(bodies[i]), &told))
	if told["direction"] != "IN" || told["direction_text"] != "Inkommen" || told["provision"] != "OSL 21:3" || told["provision_text"] == "" || told["authority"] != "Kommunstyrelsen" || strings.Contains(bodies[i], f.Ref) {
		t.Errorf("%v", told)
	}
	must(t, w.house.Registry.Send(ctx, job.Job{Org: w.org, Kind: registry.SendJob, Args: map[string]string{"id": ident.New()}}))
	w.verifies()
}
