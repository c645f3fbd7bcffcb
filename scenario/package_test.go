package scenario

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// filing is what whoever files writes.
func filing() casefile.Filing {
	return casefile.Filing{Victim: "Asta Ledamot", Position: "ledamot i socialnämnden", Elected: true, Because: true,
		Filer: "Vera Handling, säkerhetssamordnare", Contact: "kommunens växel, 0123-456 70", Restrict: true}
}

// prepared is a report with files, and the police's view of it.
func prepared(t *testing.T, w *town, vera *actor, files ...string) (filed casework.Filed, police string) {
	t.Helper()
	r := threat("Han skrev att huset ska brinna.")
	r.Contact, r.InjuryMental, r.Consequences = "privat@example.se, 070-174 06 05", true, []incident.Consequence{incident.Consequences()[0]}
	filed, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: r, From: home(1)})
	must(t, err)
	must(t, w.house.Cases.TakeCase(t.Context(), vera.session(), filed.Ref))
	for _, name := range files {
		_, err := w.house.Cases.Attach(t.Context(), vera.session(), filed.Ref, "", []string{vera.sends(name, random(1<<20+100))})
		must(t, err)
	}
	private := filing()
	private.Contact = "ring 0701740605"
	if _, err := w.house.Cases.MakePoliceView(t.Context(), vera.session(), filed.Ref, private); len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Code != "police.private" {
		t.Errorf("the private way: %v", err)
	}
	police, err = w.house.Cases.MakePoliceView(t.Context(), vera.session(), filed.Ref, filing())
	must(t, err)
	return filed, police
}

// verified verifies a package as somebody outside would.
func (w *town) verified(b []byte) evidence.Report {
	w.t.Helper()
	r, err := evidence.Verify(bytes.NewReader(b), int64(len(b)), w.house.Keys.VerifierKey())
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// TestAPackageForThePoliceVerifiesOutside takes a package, verifies it without the house, and shows
// what it holds and what not.
func TestAPackageForThePoliceVerifiesOutside(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		filed, police := prepared(t, w, vera, "hot.png", "brev.eml")
		cases, ctx := w.house.Cases, t.Context()
		var b bytes.Buffer
		if err := cases.MakePackage(ctx, w.head.session(), police, "", &b); !fault.Is(err, fault.NotFound) {
			t.Errorf("taken by who may not know of it: %v", err)
		}
		if err := cases.MakePackage(ctx, vera.session(), filed.Ref, "", &b); fault.Of(err).Code != "police.make-first" {
			t.Errorf("taken before anybody has seen it: %v", err)
		}
		if err := cases.MakePackage(ctx, vera.session(), police, "", &b); fault.Of(err).Fields == nil || b.Len() > 0 {
			t.Errorf("taken before the person concerned has seen it, without a reason: %v", err)
		}
		if f := w.follows(filed.Receipt); f.Views[1].Filing == nil || f.Views[1].Filing.Contact != filing().Contact || f.Views[1].Filing.Filer != "" {
			t.Errorf("the person concerned sees %+v", f.Views[1].Filing)
		}
		if s, err := cases.PackageOf(ctx, vera.session(), police); err != nil || s.NeedsReason() || s.Files != 2 {
			t.Errorf("%+v %v", s, err)
		}
		must(t, cases.MakePackage(ctx, vera.session(), police, "", &b))
		r := w.verified(b.Bytes())
		if !r.OK() || r.Proven != 2 || r.Files != 5 || r.Case != police {
			t.Fatalf("%+v", r)
		}
		for i := 0; i < b.Len(); i += b.Len()/7 + 1 {
			broken := bytes.Clone(b.Bytes())
			broken[i] ^= 1
			if r, err := evidence.Verify(bytes.NewReader(broken), int64(len(broken)), w.house.Keys.VerifierKey()); err == nil && r.OK() {
				t.Errorf("byte %d can be changed", i)
			}
		}
		text := unpacked(t, b.Bytes(), casework.TextName)
		for _, there := range []string{"Målsäganden är förtroendevald", "åtkomstskyddas", "Asta Ledamot", "Han skrev att huset ska brinna.", "0123-456 70", "hot.png", "Vera Handling"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is not in what the police read", there)
			}
		}
		for _, not := range []string{"privat@example.se", "174 06 05", "Psykisk"} {
			if strings.Contains(text, not) {
				t.Errorf("%q is in what the police read", not)
			}
		}
		if keep := os.Getenv("VARN_SHOTS"); keep != "" {
			must(t, os.WriteFile(filepath.Join(keep, "paket.zip"), b.Bytes(), 0o600))
		}
		must(t, cases.ObjectByReceipt(ctx, casework.ReceiptAct{Org: w.org, Code: filed.Receipt, From: home(8), Ref: police, Text: "Helst inte."}))
		if err := cases.MakePackage(ctx, vera.session(), police, "", io.Discard); fault.Of(err).Fields == nil {
			t.Errorf("taken against an objection without a reason: %v", err)
		}
		must(t, cases.MakePackage(ctx, vera.session(), police, "Hotet gäller liv, och får anmälas av vem som helst.", io.Discard))
		w.verifies()
	})
}

// unpacked gives a file of a package.
func unpacked(t *testing.T, b []byte, name string) string {
	t.Helper()
	content, err := evidence.Unpack(bytes.NewReader(b), int64(len(b)), name)
	must(t, err)
	return string(content)
}

// whenWritten does something once so many bytes have been written.
type whenWritten struct {
	bytes.Buffer
	after int
	do    func()
}

func (w *whenWritten) Write(p []byte) (int, error) {
	if w.do != nil && w.Len()+len(p) > w.after {
		w.do()
		w.do = nil
	}
	return w.Buffer.Write(p)
}

// TestAPackageStopsWhenItsTakerIsRemoved removes the one who takes a package while it goes out.
func TestAPackageStopsWhenItsTakerIsRemoved(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		ref := vera.opens("Hot", "text", vera)
		for _, name := range []string{"a.png", "b.png"} {
			_, err := w.house.Cases.Attach(t.Context(), vera.session(), ref, "", []string{vera.sends(name, random(400_000))})
			must(t, err)
		}
		out := &whenWritten{after: 200_000, do: func() {
			circle, err := w.house.Cases.ReadCircle(t.Context(), w.head.session(), ref)
			must(t, err)
			for _, seat := range circle.Circle {
				if seat.Member == vera.id {
					must(t, w.house.Cases.RemoveMember(t.Context(), w.head.session(), ref, seat.ID))
				}
			}
		}}
		err := w.house.Cases.MakePackage(t.Context(), vera.session(), ref, "", out)
		if fault.Of(err).Code != "police.stopped" || out.Len() > 500_000 {
			t.Fatalf("%d bytes, %v", out.Len(), err)
		}
		if _, err := evidence.Verify(bytes.NewReader(out.Bytes()), int64(out.Len()), ""); err == nil {
			t.Error("what had gone out is a package")
		}
		if rows := w.rows(`SELECT id FROM audit_row WHERE org = $1 AND kind = 'package'`); len(rows) != 0 {
			t.Error("the log knows of a package")
		}
	})
}

// TestNothingSealedToOthersComesAlong slips a file of another case into one, as a fault in the program
// might, and finds that no package is made.
func TestNothingSealedToOthersComesAlong(t *testing.T) {
	t.Parallel()
	w := found(t)
	mine, other := w.head.opens("Hot", "text"), w.head.opens("Annat", "text")
	for _, ref := range []string{mine, other} {
		_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(1000))})
		must(t, err)
	}
	must(t, w.house.Cases.MakePackage(t.Context(), w.head.session(), mine, "", io.Discard))
	w.write(`UPDATE object SET case_id = (SELECT id FROM casefile WHERE org = $1 AND ref = $2) WHERE org = $1`, other)
	var out bytes.Buffer
	if err := w.house.Cases.MakePackage(t.Context(), w.head.session(), mine, "", &out); fault.Of(err).Code != "fault.tampered" || out.Len() > 0 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}

// TestAnOriginalThatIsAnotherIsSaidAndLogged changes the stored bytes of an attachment.
func TestAnOriginalThatIsAnotherIsSaidAndLogged(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Hot", "text")
	ids, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "Se.", []string{w.head.sends("x.png", random(200_000))})
	must(t, err)
	blobs, _ := filepath.Glob(filepath.Join(w.house.Config.Data, "blobs", "*", "*"))
	b, err := os.ReadFile(blobs[0])
	must(t, err)
	b[len(b)/2] ^= 1
	must(t, os.Chmod(blobs[0], 0o600))
	must(t, os.WriteFile(blobs[0], b, 0o600))
	f, err := w.house.Cases.OpenFile(t.Context(), w.head.session(), ref, ids[1])
	must(t, err)
	if _, err := io.Copy(io.Discard, f); fault.Of(err).Code != "fault.tampered" {
		t.Fatal(err)
	}
	log, err := w.house.Cases.Openings(t.Context(), w.head.session(), ref, 0)
	if err != nil || log.List[0].Act != "file.broken" {
		t.Fatalf("%+v %v", log, err)
	}
	if err := w.house.Cases.MakePackage(t.Context(), w.head.session(), ref, "", io.Discard); fault.Of(err).Code != "fault.tampered" {
		t.Errorf("packed: %v", err)
	}
}
