package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/routing"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestThePolicePackageIsSealedToWhoeverFiles makes it, and shows that nobody else of the circle opens
// it, that the reporter sees it, and that an objection is logged and stops nothing.
func TestThePolicePackageIsSealedToWhoeverFiles(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		r := threat("Han sade att huset ska brinna.")
		r.Exclude = "Bo Drift"
		filed := w.files(w.guest(), r)
		if _, err := w.house.Cases.MakePoliceView(t.Context(), w.admin.session(), filed.Ref, filing()); !fault.Is(err, fault.NotFound) {
			t.Errorf("made by a stranger: %v", err)
		}
		ref, err := w.house.Cases.MakePoliceView(t.Context(), vera.session(), filed.Ref, filing())
		must(t, err)
		if !w.told(vera, "case.alone") || !w.told(w.head, "case.few") {
			t.Error("one person alone can open it, and nobody is told")
		}
		got, err := vera.reads(ref)
		if err != nil || got.View != string(routing.PoliceView) || got.Timeline[0].Report.Narrative != r.Narrative || got.Timeline[0].Report.Exclude != "" {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := w.head.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("the head reads the package: %v", err)
		}
		if _, err := w.house.Cases.MakePoliceView(t.Context(), vera.session(), filed.Ref, filing()); !fault.Is(err, fault.Conflict) {
			t.Errorf("made twice: %v", err)
		}
		f := w.follows(filed.Receipt)
		if len(f.Views) != 2 || f.Views[1].Kind != routing.PoliceView || !f.Views[1].CanObject || f.Views[1].Report == nil {
			t.Fatalf("%+v", f.Views)
		}
		if f.Views[0].Ref != filed.Ref || f.Views[1].Openings[0].Function == "" {
			t.Errorf("%+v", f.Views)
		}
		act := casework.ReceiptAct{Org: w.org, Code: filed.Receipt, From: home(8), Ref: ref, Text: "Jag vill inte anmäla."}
		must(t, w.house.Cases.ObjectByReceipt(t.Context(), act))
		if f = w.follows(filed.Receipt); !f.Views[1].Objected || f.Views[1].Status == casefile.Ended {
			t.Errorf("%+v", f.Views[1])
		}
		w.verifies()
	})
}
