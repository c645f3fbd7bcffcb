package scenario

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/person"
	"varn/internal/infra/pgtest"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

// needles are the texts of the story that must be found nowhere: one of every kind that is
// stored. A new kind of stored text gets a line here and a place in plant.
var needles = map[string]string{
	"organisation":  "Exempelstads kommun",
	"contact":       "kontaktvägen@example.se",
	"authority":     "Kommunstyrelsen",
	"unit":          "Säkerhetsenheten",
	"person":        "Asta Näverlund",
	"address":       "asta.naverlund@example.se",
	"phone":         "070-1740699",
	"title":         "Ledamot i Blåklintsnämnden",
	"party":         "Blåklintspartiet",
	"custodian":     "Gudrun Ek",
	"function":      "Blåklintsjouren",
	"function mail": "jouren.blaklint@example.se",
	"case title":    "Ärendet om den röda cykeln",
	"message":       "någon har ställt en röd cykel vid min grind",
	"later message": "cykeln är borta nu men lappen sitter kvar",
	"reason":        "släpps in för att hon känner till grinden",
	"excluded name": "Torkel Utestängd",
	"session label": "Astas gamla platta",
	"token label":   "Blåklintsskriptet",
	"search query":  "röda cykeln",
	"passphrase":    phrase,
	"guest draft":   "en gäst börjar skriva om den gula lappen",
	"guest report":  "en gäst berättar om den gula lappen på dörren",
	"guest file":    "gula-lappen-på-dörren.png",
	"guest contact": "gula.lappen@example.se",
	"guest barred":  "Torgny Gullapp",
}

// plant tells a story that stores every kind of text there is.
func plant(t *testing.T, w *town) (secrets map[string]string) {
	t.Helper()
	ctx := t.Context()
	h := w.house
	p, version, err := h.People.EditProfile(ctx, w.admin.session())
	must(t, err)
	p.Contact = needles["contact"]
	must(t, h.People.SaveProfile(ctx, w.admin.session(), p, version))
	id, err := h.People.RegisterPerson(ctx, w.admin.session(), person.Profile{Name: needles["person"], Address: needles["address"],
		Phone: needles["phone"], Title: needles["title"], Party: needles["party"]})
	must(t, err)
	link, err := h.People.Invite(ctx, w.admin.session(), id)
	must(t, err)
	e, err := h.Enrol.WithPassphrase(ctx, w.org, link, phrase)
	must(t, err)
	cookie, err := h.SignIn.Begin(ctx, w.org, e.Person, e.Key, needles["session label"])
	must(t, err)
	asta := &actor{name: "asta", id: e.Person, town: w, secret: cookie}
	w.confirm(asta)
	_, err = h.People.RegisterFunction(ctx, w.admin.session(), people.NewFunction{Authority: w.council, Kind: function.OnCall,
		Card: function.Card{Name: needles["function"], Mail: needles["function mail"], Phone: needles["phone"]}})
	must(t, err)
	token, err := h.SignIn.NewToken(ctx, asta.session(), needles["token label"], access.Scopes(), time.Hour)
	must(t, err)
	ref, err := h.Cases.OpenCase(ctx, asta.session(), casework.NewCase{Authority: w.council, Title: needles["case title"], Text: needles["message"],
		Members: []casework.Member{{Kind: casefile.ByFunction, ID: w.guard, Reason: needles["reason"]}, {Kind: casefile.ByPerson, ID: asta.id, Reason: needles["reason"]}}})
	must(t, err)
	must(t, asta.says(ref, needles["later message"]))
	_, err = h.Cases.OpenCase(ctx, asta.session(), casework.NewCase{Authority: w.council, Title: needles["case title"], Text: needles["message"],
		Members: []casework.Member{{Kind: casefile.ByFunction, ID: w.guard}}, Exclude: casework.Exclusion{Words: []string{needles["excluded name"]}}})
	must(t, err)
	_, err = w.head.reads(ref)
	must(t, err)
	_, err = h.Cases.ListCases(ctx, w.head.session(), casework.Wanted{Query: needles["search query"]})
	must(t, err)
	guest := w.guest()
	draft := casework.NewDraft()
	draft.Body = []byte(`{"values":{"narrative":["` + needles["guest draft"] + `"]}}`)
	draft, err = h.Cases.SaveDraft(ctx, guest, draft)
	must(t, err)
	upload, err := h.Cases.BeginUpload(ctx, guest, casework.NewUpload{Name: needles["guest file"], Type: "image/png", Length: -1, Bounded: true})
	must(t, err)
	at, err := h.Cases.AppendUpload(ctx, w.org, casework.Appending{Address: upload.Secret, Length: -1, Size: -1, Body: strings.NewReader(needles["guest report"])})
	must(t, err)
	_, err = h.Cases.AppendUpload(ctx, w.org, casework.Appending{Address: upload.Secret, Offset: at.Received, Length: at.Received, Body: strings.NewReader("")})
	must(t, err)
	filed, err := h.Cases.FileReport(ctx, guest, casework.NewReport{From: home(1), Uploads: []string{upload.Secret},
		Report: incident.Report{Narrative: needles["guest report"], Contact: needles["guest contact"], Exclude: needles["guest barred"]}})
	must(t, err)
	must(t, h.Cases.SayByReceipt(ctx, casework.ReceiptAct{Org: w.org, Code: filed.Receipt, From: home(1), Ref: filed.Ref, Text: needles["guest report"]}))
	secrets = plantFlow(t, w)
	maps.Copy(secrets, map[string]string{"receipt": filed.Receipt, "draft": draft.Secret, "upload": upload.Secret, "cookie": cookie, "token": token, "invitation": link, "sheet": w.founded.Sheets[0].Share.Text(), "code": w.founded.Sheets[0].Code})
	plantBackup(t, w, filepath.Join(filepath.Dir(w.house.Config.Data), "backups"))
	return secrets
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestNothingStoredIsReadable looks for every needle in every file that the story leaves: in
// the data directory, in a backup, in the key place, and in PostgreSQL's whole cluster with its log; while
// the house is open, and after it is closed.
func TestNothingStoredIsReadable(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		w := found(t)
		secrets := plant(t, w)
		look(t, filepath.Dir(w.house.Config.Data), secrets)
		must(t, w.house.Close())
		look(t, filepath.Dir(w.house.Config.Data), secrets)
		w.closed = true
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		alone, err := pgtest.Start(false) // the one that all share grows with every test
		must(t, err)
		t.Cleanup(alone.Stop)
		must(t, alone.Create("varn", ""))
		d := alone.Database("varn")
		w := found(t, func(c *wire.Config) { c.Database, c.DatabaseOwner, c.DatabaseWorker = d.URL, d.OwnerURL, d.WorkerURL })
		secrets := plant(t, w)
		look(t, filepath.Dir(w.house.Config.Data), secrets)
		look(t, filepath.Dir(alone.LogPath()), secrets)
	})
}

// look reads every file under a folder.
func look(t *testing.T, dir string, secrets map[string]string) {
	t.Helper()
	var all []written
	for _, texts := range []map[string]string{needles, flowNeedles(), secrets} {
		for kind, text := range texts {
			all = append(all, forms(kind, text)...)
		}
	}
	looked := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // a file that goes away while the database runs
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		looked++
		inside(t, raw, all, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked < 2 {
		t.Fatalf("only %d files under %s: this test looks at nothing", looked, dir)
	}
}

// written is a text as some program might write it.
type written struct {
	kind, form string
	bytes      []byte
}

// forms are a text as it is and as programs commonly write it.
func forms(kind, text string) []written {
	var le []byte
	for _, u := range utf16.Encode([]rune(text)) {
		le = append(le, byte(u), byte(u>>8))
	}
	return []written{
		{kind, "as text", []byte(text)}, {kind, "in lower case", []byte(strings.ToLower(text))}, {kind, "in UTF-16", le},
		{kind, "in hex", []byte(hex.EncodeToString([]byte(text)))}, {kind, "in base64", []byte(base64.StdEncoding.EncodeToString([]byte(text)))[:len(text)]},
	}
}

// inside looks for texts in a file's bytes.
func inside(t *testing.T, raw []byte, all []written, path string) {
	t.Helper()
	for _, w := range all {
		if bytes.Contains(raw, w.bytes) {
			t.Errorf("%s stands %s in %s", w.kind, w.form, path)
		}
	}
}

// TestTheSearchForPlaintextFinds shows that the search above can fail.
func TestTheSearchForPlaintextFinds(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"x Asta Näverlund y", hex.EncodeToString([]byte("x Asta Näverlund y")), base64.StdEncoding.EncodeToString([]byte("Asta Näverlund"))} {
		probe := &testing.T{}
		inside(probe, []byte(raw), forms("person", needles["person"]), "probe")
		if !probe.Failed() {
			t.Errorf("%q was not found", raw)
		}
	}
}
