package web_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/transport/web/browser"
)

// TestADocumentIsCheckedBeforeItIsPublished sends documents in, sees what was found on their pages, and takes a copy
// that was looked through. Then once more without script.
func TestADocumentIsCheckedBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	kajsa, elected := w.newcomer("Kajsa Ord", "kajsa.ord@example.se", access.CommunicationsOfficer), w.newcomer("Eva Ek", "eva.ek@example.se", access.Elected)
	document := func(name string) string {
		path, err := filepath.Abs("../../domain/extract/testdata/golden/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	tab := w.tab(t, kajsa)
	tab.Open(w.url + "/exponering/kontroll")
	tab.InspectHere("publish")
	tab.Expect("422")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("publish-errors")
	tab.Attach("#f-document", document("bilaga.pdf"))
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("publish-pdf")
	reads(t, tab, "811228-9874", "Storgatan 99", "Dolt i dokumentet", "bilaga.txt")
	if _, err := os.Stat("/usr/bin/pdftoppm"); err == nil {
		reads(t, tab, "Kopian är kontrollerad", "Sida 1. Markerade ord")
		if !strings.HasPrefix(browser.Eval[string](tab, `document.querySelector('a[download]').href`), "data:application/pdf;base64,") {
			t.Error("no copy to take")
		}
	}
	tab.Attach("#f-document", document("brev.docx"))
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("publish-docx")
	reads(t, tab, "Spårad ändring", "Vera Påhittad", "Kopian är kontrollerad")

	other := w.tab(t, elected)
	other.Expect("403")
	other.Open(w.url + "/exponering/kontroll")
	err := filepath.WalkDir(w.house.Config.Data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("811228-9874")) || bytes.Contains(b, []byte("Storgatan 99")) {
			t.Errorf("%s keeps the document", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
