package scenario

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/domain/obligation"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestAThreatFromTriageToClose: a social worker is threatened with a knife. The clock of AML 3:3 a runs and
// is answered; two assess, the second blind, and settle what they see differently; measures follow; five
// kinds of evidence are kept; the police's package proves itself without Värn, and fails after one
// flipped bit; the person concerned sees it first; and the case is closed when nothing more is owed.
func TestAThreatFromTriageToClose(t *testing.T) {
	t.Parallel()
	forBoth(t, threatFromTriageToClose)
}

func threatFromTriageToClose(t *testing.T, w *town) {
	ctx, cases := t.Context(), w.house.Cases
	maria, vera := w.newcomer("Maria Chef", access.Manager), w.newcomer("Vera Handling", access.CaseOfficer)
	unit := w.unit(0)
	bosses := w.unitFunction(function.UnitManager, "Chefer för enheten", unit)
	w.seat(maria, bosses)
	w.seatBy(maria, vera, bosses)
	emil := w.newcomer("Emil Sekreterare", access.Employee)
	filed, err := cases.FileReport(ctx, emil.session(), casework.NewReport{Report: incident.Report{Narrative: "Han drog kniv vid hembesöket och sade att jag skulle dö.",
		Words: "Nästa gång dör du.", Forms: []incident.Form{incident.Threat, incident.Violence}, TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit}, From: home(1)})
	must(t, err)
	ref := filed.Ref
	must(t, cases.TakeCase(ctx, maria.session(), ref))

	// The duty that waits for nobody.
	if o := maria.owed(ref, obligation.WorkNotice); o.Standing != obligation.Waits {
		t.Fatalf("the notice of AML 3:3 a: %s", o.Standing)
	}
	must(t, cases.AnswerNotice(ctx, maria.session(), ref, casework.WorkNotice{Answer: casework.NoticeGiven, Number: "2026/0815"}))
	if o := maria.owed(ref, obligation.WorkNotice); o.Standing != obligation.Met {
		t.Errorf("notified, and it stands %s", o.Standing)
	}

	// Two judge, the second without having seen the first.
	first, err := maria.judges(ref, assessment.High, "Kniven och orden väger tungt.", true)
	must(t, err)
	if blind := vera.work(ref); blind.Standing.First.Summary != "" || blind.Standing.Level != "" {
		t.Errorf("the second sees the first: %+v", blind.Standing)
	}
	second, err := vera.judges(ref, assessment.VeryHigh, "Han vet var Emil bor.", true)
	must(t, err)
	if second.Second != first.ID {
		t.Errorf("the second belongs to %q", second.Second)
	}
	for _, a := range []*actor{vera, maria} {
		_, err := cases.SettleAssessment(ctx, a.session(), ref, assessment.VeryHigh, "Adressen avgör.")
		must(t, err)
	}
	if got := maria.work(ref).Standing; got.Phase != assessment.Settled || got.Level != assessment.VeryHigh {
		t.Fatalf("%+v", got)
	}

	// Protected.
	now := clock.Of(w.clock.Now())
	alarm := measure.Measure{Kind: measure.PersonalAlarm, State: measure.Ongoing, Owner: maria.id, What: "Personlarm", Told: "Du får ett larm att bära.", Shown: true,
		Start: now, Review: now.Add(30 * 24 * time.Hour), Proportion: "Litet ingrepp mot risken", Consent: measure.AgreedSelf}
	alarm.ID, err = cases.OrderMeasure(ctx, maria.session(), ref, alarm)
	must(t, err)

	packed(t, w, maria, emil, ref)
	_, err = cases.Track(ctx, maria.session(), ref, casefile.Reported{To: casefile.ToPolice, At: now, Number: "5000-K123456-26", AskedRestricted: true})
	must(t, err)

	// Followed up and closed: not over a measure or a duty that is still open.
	end := casework.Moving{To: casefile.Closed, Reason: "Åtgärderna är genomförda.", Outcome: casefile.MeasuresDone}
	maria.moves(ref, casefile.Measures, casefile.FollowUp)
	if _, err := cases.MoveCase(ctx, maria.session(), ref, end); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed over what is owed: %v", err)
	}
	got, err := maria.reads(ref)
	must(t, err)
	for _, o := range got.Obligations {
		if o.Standing == obligation.Waits {
			must(t, cases.AnswerObligation(ctx, maria.session(), ref, casework.ObligationAnswer{Code: o.Code, Answer: obligation.Done, Reason: "Anmält på anmalarbetsskada.se."}))
		}
	}
	alarm.State, alarm.End, alarm.Effect = measure.Ended, now, measure.Helped
	_, err = cases.OrderMeasure(ctx, maria.session(), ref, alarm)
	must(t, err)
	if _, err := cases.MoveCase(ctx, maria.session(), ref, end); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	w.verifies()
}

// packed keeps evidence of five kinds and makes the police's package of it, once the person concerned
// has seen what goes along.
func packed(t *testing.T, w *town, maria, emil *actor, ref string) {
	t.Helper()
	ctx, cases := t.Context(), w.house.Cases
	now := clock.Of(w.clock.Now())
	for _, e := range []struct {
		kind    casefile.EvidenceKind
		name    string
		content []byte
	}{
		{casefile.PlainFile, "brev.pdf", []byte("%PDF-1.4 ett brev")},
		{casefile.Mail, "hot.eml", []byte("From: arg@example.se\r\nTo: emil@example.se\r\nSubject: Du\r\n\r\nNästa gång dör du.\r\n")},
		{casefile.WebPage, "inlagg.html", []byte("<p>Nästa gång dör du</p>")},
		{casefile.Picture, "kniven.png", random(3 << 20)},
		{casefile.Recording, "samtal.webm", random(2<<20 + 77)},
	} {
		card := casefile.Card{Kind: e.kind, From: "Emil lämnade den", Why: "Hotet framgår."}
		if e.kind == casefile.WebPage {
			card.URL, card.Seen = "https://example.se/inlagg/1", now
		}
		_, err := cases.AddEvidence(ctx, maria.session(), ref, card, []string{maria.sends(e.name, e.content)})
		must(t, err)
	}
	police, err := cases.MakePoliceView(ctx, maria.session(), ref, filing())
	must(t, err)
	var to bytes.Buffer
	if err := cases.MakePackage(ctx, maria.session(), police, "", &to); !fault.Is(err, fault.Invalid) {
		t.Errorf("taken along before the person concerned has seen it, with no reason: %v", err)
	}
	f, err := cases.OpenOwn(ctx, emil.session(), emil.own().ReceiptID)
	must(t, err)
	if !slices.ContainsFunc(f.Views, func(v casework.FollowedView) bool { return v.Ref == police && v.CanObject }) {
		t.Fatalf("the person concerned does not see it: %+v", f.Views)
	}
	to.Reset()
	must(t, cases.MakePackage(ctx, maria.session(), police, "", &to))
	key, _ := cases.LogKey()
	report, err := evidence.Verify(bytes.NewReader(to.Bytes()), int64(to.Len()), key)
	must(t, err)
	if !report.OK() || report.Proven != 5 || report.Unproven {
		t.Fatalf("%+v", report)
	}
	spoilt := to.Bytes()
	spoilt[to.Len()/2] ^= 1 // in the picture
	report, err = evidence.Verify(bytes.NewReader(spoilt), int64(len(spoilt)), key)
	must(t, err)
	if report.OK() || report.Findings[0].What != evidence.FileChanged {
		t.Errorf("one flipped bit goes unseen: %+v", report.Findings)
	}
}
