package scenario

import (
	"net/netip"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

// guest is somebody without an account.
func (w *town) guest() *access.Session { return access.GuestOf(w.org, ident.New()) }

// home is where guests' reports come from.
func home(n byte) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, n}) }

// files sends a report.
func (w *town) files(s *access.Session, r incident.Report) casework.Filed {
	w.t.Helper()
	f, err := w.house.Cases.FileReport(w.t.Context(), s, casework.NewReport{Report: r, From: home(1)})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func threat(text string) incident.Report {
	return incident.Report{Narrative: text, Forms: []incident.Form{incident.Threat}, Medium: []incident.Medium{incident.Email},
		TargetCategory: incident.ElectedLeisure, Context: incident.MunicipalAssignment}
}

func TestAReportIsSealedToThoseResponsible(t *testing.T) {
	t.Parallel()
	forBoth(t, reportIsSealed)
}

func reportIsSealed(t *testing.T, w *town) {
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	emil := w.newcomer("Emil Norrby", access.Employee)
	f := w.files(w.guest(), threat("Jag vet var du bor, skrev han."))
	if f.Ref == "" || len(f.Receipt) < 24 {
		t.Fatalf("%+v", f)
	}
	got, err := vera.reads(f.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if got.State != casefile.New || got.Title != "Hot · E-post" || len(got.Timeline) != 1 || got.Timeline[0].Report == nil || got.Timeline[0].Report.Narrative != "Jag vet var du bor, skrev han." {
		t.Fatalf("%+v", got)
	}
	if got.View != string(routing.SecurityView) || got.Responsible != w.guard {
		t.Errorf("%+v", got)
	}
	for _, stranger := range []*actor{emil, w.admin} {
		if _, err := stranger.reads(f.Ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", stranger.name, err)
		}
	}
	w.verifies()
}

// TestWhoeverMayNotKnowDoesNot sends a report about the head of security.
func TestWhoeverMayNotKnowDoesNot(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		r := threat("Det var säkerhetschefen själv.")
		r.Exclude = "Sigrid Vakt"
		f := w.files(w.guest(), r)
		if _, err := w.head.reads(f.Ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("the head reads: %v", err)
		}
		if got, err := vera.reads(f.Ref); err != nil || got.Timeline[0].Report.Exclude != "Sigrid Vakt" {
			t.Errorf("vera: %v", err)
		}
		list, err := w.house.Cases.ListCases(t.Context(), w.head.session(), casework.Wanted{})
		if err != nil || len(list.Lines) != 0 {
			t.Errorf("the head's list: %+v %v", list, err)
		}
		// A name that nobody has: security alone, and the head among them.
		r.Exclude = "Någon Helt Annan"
		if _, err := w.head.reads(w.files(w.guest(), r).Ref); err != nil {
			t.Error(err)
		}
	})
}

func TestAnEmployeesReportHasTwoViews(t *testing.T) {
	t.Parallel()
	w := found(t)
	maria := w.newcomer("Maria Chef", access.Manager)
	unit := w.unit(0)
	boss := w.unitFunction(function.UnitManager, "Chef för enheten", unit)
	w.seat(maria, boss)
	r := incident.Report{Narrative: "Besökaren slog i disken.", ActorNote: "en gissning", TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit}
	f := w.files(w.guest(), r)
	got, err := maria.reads(f.Ref)
	if err != nil || got.View != string(routing.EmployerView) || got.Timeline[0].Report.ActorNote != "" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := w.head.reads(f.Ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("security reads the employer's view: %v", err)
	}
	list, err := w.house.Cases.ListCases(t.Context(), w.head.session(), casework.Wanted{})
	if err != nil || len(list.Lines) != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	own, err := w.head.reads(list.Lines[0].Ref)
	if err != nil || own.Timeline[0].Report.ActorNote != "en gissning" {
		t.Fatalf("%+v %v", own, err)
	}
	w.verifies()
}

// TestAFloodFromOneAddressLetsOthersThrough sends many reports from one address.
func TestAFloodFromOneAddressLetsOthersThrough(t *testing.T) {
	t.Parallel()
	w := found(t)
	refused := 0
	for range 140 {
		_, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: threat("flod"), From: home(1)})
		switch {
		case fault.Is(err, fault.Busy):
			refused++
		case err != nil:
			t.Fatal(err)
		}
	}
	if refused != 20 {
		t.Errorf("%d refused", refused)
	}
	if _, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: threat("en annan"), From: home(2)}); err != nil {
		t.Error(err)
	}
	emil := w.newcomer("Emil Norrby", access.Employee)
	if _, err := w.house.Cases.FileReport(t.Context(), emil.session(), casework.NewReport{Report: threat("inloggad"), From: home(1)}); err != nil {
		t.Error(err)
	}
}

// TestGuestsDraftsAreBounded: a flood of drafts from one address is stopped, without a word lost of
// what others write.
func TestGuestsDraftsAreBounded(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	save := func(s *access.Session, d casework.Draft, n byte) (casework.Draft, error) {
		d.Body, d.From = []byte(`{}`), home(n)
		return w.house.Cases.SaveDraft(ctx, s, d)
	}
	begun, err := save(w.guest(), casework.NewDraft(), 2)
	must(t, err)
	refused := 0
	var first casework.Draft
	guest := w.guest()
	for i := range 250 {
		d, err := save(guest, casework.NewDraft(), 1)
		switch {
		case fault.Is(err, fault.Busy):
			refused++
		case err != nil:
			t.Fatal(err)
		case i == 0:
			first = d
		}
	}
	if refused != 10 {
		t.Errorf("%d refused", refused)
	}
	if _, err := save(guest, first, 1); err != nil {
		t.Errorf("whoever had begun can't go on: %v", err)
	}
	if begun.Version != 1 {
		t.Errorf("version %d", begun.Version)
	}
	for _, s := range []*access.Session{w.guest(), w.newcomer("Emil Norrby", access.Employee).session()} {
		n := byte(2)
		if s.Account() {
			n = 1
		}
		if _, err := save(s, casework.NewDraft(), n); err != nil {
			t.Error(err)
		}
	}
}

func TestABadReportSaysWhatToMend(t *testing.T) {
	t.Parallel()
	w := found(t)
	for field, r := range map[string]incident.Report{
		"narrative": {},
		"forms":     {Narrative: "x", Forms: []incident.Form{"HEMLIG"}},
		"unit":      {Narrative: "x", Unit: ident.New()},
	} {
		_, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: r, From: home(1)})
		if !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) == 0 || fault.Of(err).Fields[0].Name != field || strings.Contains(err.Error(), "HEMLIG") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
