package scenario

import (
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/domain/routing"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

func (w *town) follows(code string) *casework.Followed {
	w.t.Helper()
	f, err := w.house.Cases.OpenReceipt(w.t.Context(), w.org, code, home(9))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// TestAReporterWithoutAnAccountComesBack reports, comes back with the code, talks, and sees the truth.
func TestAReporterWithoutAnAccountComesBack(t *testing.T) {
	t.Parallel()
	forBoth(t, reporterComesBack)
}

func reporterComesBack(t *testing.T, w *town) {
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	filed := w.files(w.guest(), threat("Han stod vid grinden."))
	f := w.follows(strings.ToLower(strings.ReplaceAll(filed.Receipt, "-", " ")))
	if len(f.Views) != 1 || f.Views[0].Status != casefile.Unopened || f.Views[0].Promised == 0 || f.Views[0].Report.Narrative != "Han stod vid grinden." || len(f.Views[0].Openings) != 0 {
		t.Fatalf("%+v", f)
	}
	if len(f.Views[0].Contacts) != 1 || f.Views[0].Contacts[0].Name == "" {
		t.Errorf("%+v", f.Views[0].Contacts)
	}
	if _, err := vera.reads(filed.Ref); err != nil {
		t.Fatal(err)
	}
	f = w.follows(filed.Receipt)
	if f.Views[0].Status != casefile.Seen || len(f.Views[0].Openings) != 1 || f.Views[0].Openings[0].Function != f.Views[0].Contacts[0].Name {
		t.Fatalf("%+v", f.Views[0])
	}
	act := casework.ReceiptAct{Org: w.org, Code: filed.Receipt, From: home(9), Ref: filed.Ref, Text: "Han kom tillbaka i går."}
	if err := w.house.Cases.SayByReceipt(t.Context(), act); err != nil {
		t.Fatal(err)
	}
	if err := vera.says(filed.Ref, "Tack. Vi ringer dig i dag."); err != nil {
		t.Fatal(err)
	}
	f = w.follows(filed.Receipt)
	m := f.Views[0].Messages
	if len(m) != 2 || !m[0].Mine || m[0].Text != "Han kom tillbaka i går." || m[1].Mine || m[1].Text != "Tack. Vi ringer dig i dag." || m[1].From != f.Views[0].Contacts[0].Name {
		t.Fatalf("%+v", m)
	}
	got, err := w.head.reads(filed.Ref)
	if err != nil || len(got.Timeline) != 3 || !got.Timeline[1].Reporter || got.Timeline[1].Text != "Han kom tillbaka i går." {
		t.Fatalf("%+v %v", got, err)
	}
	// The second time everything opens by symmetric keys alone, and to the same.
	if again := w.follows(filed.Receipt); len(again.Views[0].Messages) != 2 {
		t.Fatalf("%+v", again)
	}
	act.Text = "Det löste sig."
	if err := w.house.Cases.WithdrawByReceipt(t.Context(), act); err != nil {
		t.Fatal(err)
	}
	if f = w.follows(filed.Receipt); !f.Views[0].Withdrawn {
		t.Fatalf("%+v", f.Views[0])
	}
	w.verifies()
}

func TestAGuessedReceiptOpensNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	filed := w.files(w.guest(), threat("text"))
	elsewhere := found(t)
	other := elsewhere.files(elsewhere.guest(), threat("text")).Receipt
	if _, err := w.house.Cases.OpenReceipt(t.Context(), w.org, other, home(3)); !fault.Is(err, fault.NotFound) {
		t.Errorf("another town's code: %v", err)
	}
	wrong := []byte(filed.Receipt)
	wrong[0] = "01"[1-strings.IndexByte("01", wrong[0])&1]
	if _, err := w.house.Cases.OpenReceipt(t.Context(), w.org, string(wrong), home(3)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a mistyped code: %v", err)
	}
	busy := 0
	for range 70 {
		if _, err := w.house.Cases.OpenReceipt(t.Context(), w.org, other, home(3)); fault.Is(err, fault.Busy) {
			busy++
		}
	}
	if busy != 12 {
		t.Errorf("%d of the guesses were stopped", busy)
	}
	if _, err := w.house.Cases.OpenReceipt(t.Context(), w.org, filed.Receipt, home(4)); err != nil {
		t.Errorf("from another address: %v", err)
	}
}

// TestASignedInReporterNeedsNoCode reports signed in, comes back by signing in, and shares with the
// party what they approved.
func TestASignedInReporterNeedsNoCode(t *testing.T) {
	t.Parallel()
	forBoth(t, signedInReporter)
}

func signedInReporter(t *testing.T, w *town) {
	asta := w.member("Asta Ledamot", access.Elected, "Framtidspartiet")
	petra := w.member("Petra Kontakt", access.PartyContact, "Framtidspartiet")
	emil := w.newcomer("Emil Norrby", access.Employee)
	contact := w.partyFunction("Framtidspartiet")
	w.seat(petra, contact)
	r := threat("Någon ringer om nätterna.")
	r.ActorNote = "kanske grannen"
	filed := w.files(asta.session(), r)
	own, err := w.house.Cases.OwnReports(t.Context(), asta.session())
	if err != nil || len(own) != 1 || own[0].Status != casefile.Unopened {
		t.Fatalf("%+v %v", own, err)
	}
	if _, err := w.house.Cases.OpenOwn(t.Context(), emil.session(), own[0].ReceiptID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another opens it: %v", err)
	}
	f, err := w.house.Cases.OpenOwn(t.Context(), asta.session(), own[0].ReceiptID)
	if err != nil || !f.CanShare || f.Views[0].Ref != filed.Ref {
		t.Fatalf("%+v %v", f, err)
	}
	act := casework.ReceiptAct{Session: asta.session(), ReceiptID: own[0].ReceiptID, Ref: filed.Ref}
	ref, err := w.house.Cases.ShareWithParty(t.Context(), act, "Jag får samtal om nätterna.")
	if err != nil {
		t.Fatal(err)
	}
	got, err := petra.reads(ref)
	if err != nil || got.View != string(routing.PartyView) || got.Timeline[0].Report.Narrative != "Jag får samtal om nätterna." || got.Timeline[0].Report.ActorNote != "" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := petra.reads(filed.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("the party reads security's view: %v", err)
	}
	if _, err := w.house.Cases.ShareWithParty(t.Context(), act, "En gång till."); !fault.Is(err, fault.Conflict) {
		t.Errorf("shared twice: %v", err)
	}
	w.verifies()
}

// TestSomebodyElseReportsAndTheOneConcernedIsTold lets a colleague report.
func TestSomebodyElseReportsAndTheOneConcernedIsTold(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.member("Asta Ledamot", access.Elected, "Framtidspartiet")
	emil := w.member("Emil Norrby", access.Elected, "Framtidspartiet")
	w.seat(w.member("Petra Kontakt", access.PartyContact, "Framtidspartiet"), w.partyFunction("Framtidspartiet"))
	r := threat("De väntade på Asta utanför.")
	r.Concerned, r.ShareWithParty = asta.id, true // not Emil's to say
	w.files(emil.session(), r)
	own, err := w.house.Cases.OwnReports(t.Context(), asta.session())
	if err != nil || len(own) != 1 || own[0].Role != casefile.Concerned {
		t.Fatalf("%+v %v", own, err)
	}
	f, err := w.house.Cases.OpenOwn(t.Context(), asta.session(), own[0].ReceiptID)
	if err != nil || f.Views[0].Report == nil || !f.CanShare {
		t.Fatalf("%+v %v", f, err)
	}
	// What the party reads of it is for her to approve, and not for him.
	if his := emil.own(); his.CanShare {
		t.Error("whoever reported for her can share it")
	} else if _, err := w.house.Cases.ShareWithParty(t.Context(), casework.ReceiptAct{Session: emil.session(), ReceiptID: his.ReceiptID, Ref: his.Views[0].Ref}, "De väntade."); !fault.Is(err, fault.Conflict) {
		t.Errorf("he shares it: %v", err)
	}
	notices, err := w.house.People.Notices(t.Context(), asta.session())
	if err != nil || !slices.ContainsFunc(notices, func(n people.Notice) bool { return n.Kind == "report.concerned" }) {
		t.Errorf("%+v %v", notices, err)
	}
}

// member is a newcomer of a party.
func (w *town) member(name string, role access.Role, party string) *actor {
	w.t.Helper()
	return w.joins(person.Profile{Name: name, Address: address(name), Party: party}, role)
}

func (w *town) partyFunction(party string) string {
	w.t.Helper()
	id, err := w.house.People.RegisterFunction(w.t.Context(), w.admin.session(), people.NewFunction{Authority: w.council, Kind: function.PartyContact,
		Card: function.Card{Name: "Kontaktperson", Phone: "070-1740610", Party: party}})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}
