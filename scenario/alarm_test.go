package scenario

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/job"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
	"varn/internal/usecase/rule"
)

// atNight founds a municipality shortly before 23 o'clock, Swedish time.
func atNight() time.Time { return time.Date(2026, 11, 21, 21, 59, 0, 0, time.UTC) }

// wakes takes the chains a step on.
func (w *town) wakes() int {
	w.t.Helper()
	n, err := w.house.Cases.WakeDue(w.t.Context(), w.org)
	must(w.t, err)
	return n
}

// woken tells whether somebody has been woken for a case.
func (w *town) woken(a *actor, ref string) bool {
	w.t.Helper()
	return len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2 AND kind = 'report.wake' AND ref = $3`, a.id, ref)) > 0
}

// logged counts how often the log tells of an act.
func (w *town) logged(act string) int {
	w.t.Helper()
	text := `SELECT payload FROM audit_entry WHERE org = $1 AND payload IS NOT NULL`
	if w.house.DB.Engine() == "postgres" {
		text += ` UNION ALL SELECT payload FROM audit_pending WHERE org = $1`
	}
	n := 0
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) error {
		n = 0
		all, err := store.All[[]byte](tx, text)
		for _, payload := range all {
			e, err := audit.Decode(payload)
			if err != nil {
				return err
			}
			if e.Act == act {
				n++
			}
		}
		return err
	}))
	return n
}

func TestNobodyIsOnCallAtNightAndTheHeadIsWokenFirst(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); headIsWokenFirst(t, foundAt(t, atNight())) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); headIsWokenFirst(t, foundAt(t, atNight(), onPostgres(t))) })
}

func headIsWokenFirst(t *testing.T, w *town) {
	ctx := t.Context()
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	tove := w.newcomer("Tove Järnhed", access.DutyOfficer)
	standby, err := w.house.People.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: tove.id, Standby: true})
	must(t, err)
	must(t, w.house.People.ConfirmHolder(ctx, w.head.session(), standby))
	w.clock.Move(time.Minute)
	f := w.files(w.guest(), threat("Någon står utanför mitt fönster."))
	w.wakes()
	if !w.woken(w.head, f.Ref) || w.woken(vera, f.Ref) {
		t.Fatal("the head is not woken first and alone")
	}
	w.wakes()
	w.clock.Move(14 * time.Minute)
	w.wakes()
	if w.woken(vera, f.Ref) {
		t.Error("vera is woken before the minutes have passed")
	}
	w.clock.Move(time.Minute)
	w.wakes()
	if !w.woken(vera, f.Ref) {
		t.Fatal("nobody answered, and the next is not woken")
	}
	w.clock.Move(15 * time.Minute)
	w.wakes()
	if !w.told(w.head, "report.unanswered") {
		t.Error("everybody has been asked, and the head is not told")
	}
	if _, err := tove.reads(f.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("on standby: %v", err)
	}
	w.dispatches(casework.StandbyJob)
	if _, err := tove.reads(f.Ref); err != nil {
		t.Errorf("woken: %v", err)
	}
	must(t, w.house.People.WakeStandby(ctx, w.org, standby)) // a job may come again
	if w.logged("case.wake") != 2 || w.logged("case.unanswered") != 1 || w.logged("holder.wake") != 1 {
		t.Errorf("logged %d, %d, %d", w.logged("case.wake"), w.logged("case.unanswered"), w.logged("holder.wake"))
	}
	w.clock.Move(time.Hour)
	if n := w.wakes(); n != 0 {
		t.Errorf("%d steps after the end", n)
	}
	w.verifies()
}

// dispatches does the waiting jobs of a kind, as a worker would.
func (w *town) dispatches(kind string) int {
	w.t.Helper()
	jobs, err := w.house.DB.Claim(w.t.Context(), "test", 100, time.Minute)
	must(w.t, err)
	n := 0
	for _, j := range jobs {
		if j.Kind != kind {
			continue
		}
		must(w.t, w.house.Worker().Handlers[kind](w.t.Context(), j))
		must(w.t, w.house.DB.Complete(w.t.Context(), j))
		n++
	}
	return n
}

func TestWhoeverIsOnCallIsWokenFirstAndTakingItEndsTheChain(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		_, err := w.turn(vera, 0, 8*time.Hour)
		must(t, err)
		w.rules("", rule.Body{Routing: &ruling.RoutingRule{WakeMinutes: 5}})
		f := w.files(w.guest(), threat("Det kom ett brev."))
		w.wakes()
		if !w.woken(vera, f.Ref) || w.woken(w.head, f.Ref) {
			t.Fatal("vera, who is on call, is not woken first")
		}
		must(t, w.house.Cases.TakeCase(ctx, vera.session(), f.Ref))
		w.clock.Move(6 * time.Minute)
		w.wakes()
		if w.woken(w.head, f.Ref) {
			t.Error("somebody is woken for a case that is taken")
		}
		g := w.files(w.guest(), threat("Ett till."))
		w.wakes()
		w.clock.Move(5 * time.Minute)
		w.wakes()
		if !w.woken(w.head, g.Ref) {
			t.Error("the rule's five minutes have passed")
		}
		w.verifies()
	})
}

func TestAnExcludedHeadIsNeverWokenNorTold(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		r := threat("Det var säkerhetschefen.")
		r.Exclude = w.head.name
		known := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2`, w.head.id))
		f := w.files(w.guest(), r)
		for range 4 {
			w.wakes()
			w.clock.Move(16 * time.Minute)
		}
		w.clock.Move(25 * time.Hour)
		_, err := w.house.Cases.RemindDue(t.Context(), w.org)
		must(t, err)
		if !w.woken(vera, f.Ref) || !w.told(vera, "deadline.passed") {
			t.Error("vera is not told")
		}
		if n := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2`, w.head.id)); n != known {
			t.Errorf("the head has %d notices, and had %d", n, known)
		}
	})
}

func TestADeadlineRemindsOnceAndEscalatesOnce(t *testing.T) {
	t.Parallel()
	forBoth(t, deadlineRemindsOnce)
}

func deadlineRemindsOnce(t *testing.T, w *town) {
	ctx := t.Context()
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	rut := w.newcomer("Rut Andersdotter", access.CaseOfficer)
	w.seat(rut, w.guard)
	f := w.files(w.guest(), threat("Det kom ett brev."))
	must(t, w.house.Cases.TakeCase(ctx, vera.session(), f.Ref))
	_, err := w.house.Cases.PutTask(ctx, vera.session(), f.Ref, "", casefile.Task{Title: "Ring", Owner: rut.id, Due: clock.Of(w.clock.Now().Add(4 * time.Hour))})
	must(t, err)
	reminds := func() int {
		t.Helper()
		n, err := w.house.Cases.RemindDue(ctx, w.org)
		must(t, err)
		return n
	}
	if n := reminds(); n != 0 {
		t.Errorf("%d told of four hours ahead", n)
	}
	w.clock.Move(2*time.Hour + time.Minute)
	if n := reminds(); n != 1 || !w.told(rut, "deadline.near") || w.told(vera, "deadline.near") {
		t.Errorf("%d: the owner alone is reminded", n)
	}
	if n := reminds(); n != 0 {
		t.Errorf("reminded %d times more", n)
	}
	w.clock.Move(2 * time.Hour)
	if n := reminds(); n != 1 || !w.told(w.head, "deadline.passed") || w.told(vera, "deadline.passed") {
		t.Errorf("%d: the head is told of what has passed", n)
	}
	if n := reminds(); n != 0 {
		t.Errorf("escalated %d times more", n)
	}
	if w.logged("case.remind") != 1 || w.logged("case.escalate") != 1 {
		t.Error("it is not logged")
	}
	w.verifies()
}

// TestTwoNodesNeverAskTwice lets two nodes take the same steps at the same moment.
func TestTwoNodesNeverAskTwice(t *testing.T) {
	t.Parallel()
	w, other := twoNodes(t)
	f := w.files(w.guest(), threat("Det kom ett brev."))
	var both sync.WaitGroup
	for range 8 {
		both.Go(func() {
			if _, err := w.house.Cases.WakeDue(t.Context(), w.org); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			if _, err := other.Cases.WakeDue(t.Context(), w.org); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND kind = 'report.wake'`)); n != 1 || !w.woken(w.head, f.Ref) {
		t.Errorf("%d were asked", n)
	}
	w.clock.Move(23 * time.Hour)
	other.Clock.(*clock.Fixed).Move(23 * time.Hour)
	for range 8 {
		both.Go(func() { _, _ = w.house.Cases.RemindDue(t.Context(), w.org) })
		both.Go(func() { _, _ = other.Cases.RemindDue(t.Context(), w.org) })
	}
	both.Wait()
	if n := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND kind = 'deadline.near'`)); n != 2 {
		t.Errorf("%d reminders of two deadlines to one person", n)
	}
}

// TestTheHookHearsOnlyThatSomebodyIsWoken calls a real receiver, which fails first.
func TestTheHookHearsOnlyThatSomebodyIsWoken(t *testing.T) {
	t.Parallel()
	w := found(t)
	type heard struct{ body, id, signature string }
	var mu sync.Mutex
	var calls []heard
	status := http.StatusInternalServerError
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		calls = append(calls, heard{string(b), r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Signature")})
		answer := status
		mu.Unlock()
		if answer == 0 {
			<-release
			return
		}
		rw.WriteHeader(answer)
	}))
	t.Cleanup(func() { close(release); server.Close() })
	answers := func(n int) { mu.Lock(); status = n; mu.Unlock() }
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{Hook: server.URL + "/larm", HookSecret: "en hemlighet att minnas"}})
	f := w.files(w.guest(), threat("Det kom ett brev."))
	w.wakes()
	jobs, err := w.house.DB.Claim(t.Context(), "test", 100, time.Minute)
	must(t, err)
	i := slices.IndexFunc(jobs, func(j job.Job) bool { return j.Kind == casework.WakeHook })
	if i < 0 {
		t.Fatal("the hook is not called")
	}
	call := func() error { return w.house.Cases.CallWakeHook(t.Context(), jobs[i]) }
	if err := call(); fault.Of(err).Code != "hook.refused" {
		t.Errorf("a receiver that fails: %v", err)
	}
	answers(0)
	w.house.Cases.Hook.Patience = 2 * time.Second
	if err := call(); fault.Of(err).Code != "hook.slow" {
		t.Errorf("a receiver that stalls: %v", err)
	}
	w.house.Cases.Hook.Patience = 0
	answers(http.StatusNoContent)
	must(t, call())
	mu.Lock()
	seen := calls
	mu.Unlock()
	if len(seen) != 3 || seen[0].id == "" || seen[0].id != seen[2].id || !strings.HasPrefix(seen[2].signature, "v1,") {
		t.Errorf("%+v", seen)
	}
	var told map[string]any
	must(t, json.Unmarshal([]byte(seen[2].body), &told))
	if len(told) != 2 || told["kind"] != "wake" || told["id"] != seen[2].id || strings.Contains(seen[2].body, f.Ref) {
		t.Errorf("the hook hears %s", seen[2].body)
	}
	must(t, w.house.Cases.TakeCase(t.Context(), w.head.session(), f.Ref))
	must(t, call())
	if mu.Lock(); len(calls) != 3 {
		t.Error("the hook is called for a case that is taken")
	}
	mu.Unlock()
	must(t, w.house.Cases.CallWakeHook(t.Context(), job.Job{Org: w.org, Kind: casework.WakeHook, Args: map[string]string{"id": ident.New(), "case": ident.New()}}))
}

// TestTheWorkerWakesByItself runs the schedules as a node does.
func TestTheWorkerWakesByItself(t *testing.T) {
	t.Parallel()
	w := found(t)
	f := w.files(w.guest(), threat("Det kom ett brev."))
	worked, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.house.Worker().Run(worked) }()
	w.until("the wake", func() bool { return w.woken(w.head, f.Ref) })
	stop()
	<-done
}
