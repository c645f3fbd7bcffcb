package scenario

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"

	"varn/internal/domain/access"
)

// TestAProgramHasADocumentCheckedBeforeItIsPublished sends what LibreOffice wrote, is told what it gives away, and gets
// a copy in which nothing is left. Who does not publish for the municipality gets nothing.
func TestAProgramHasADocumentCheckedBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	w := found(t)
	url := w.served()
	raw, err := os.ReadFile("../internal/domain/extract/testdata/golden/brev.docx")
	must(t, err)
	kajsa := w.newcomer("Kajsa Ord", access.CommunicationsOfficer).program(url)
	got := kajsa.ask(http.MethodPost, "/api/v1/exposure/check?name=brev.docx&copy=mask&lang=sv", string(raw))
	if got.status != http.StatusOK || got.body["clean"] != false || got.body["format"] != "DOCX" {
		t.Fatalf("%d %.300s", got.status, got.raw)
	}
	for _, want := range []string{`"value":"811228-9874"`, `"place":"COMMENT"`, `"place":"TRACKED"`, `"value":"Exempelstads kommun"`, `"reason":"Datumet finns`} {
		if !strings.Contains(got.raw, want) {
			t.Errorf("no %s", want)
		}
	}
	made, _ := got.body["copy"].(map[string]any)
	content, err := base64.StdEncoding.DecodeString(made["content"].(string))
	if err != nil || made["clean"] != true || made["name"] != "brev-rensad.docx" {
		t.Fatalf("%v %v %v", made["clean"], made["left"], err)
	}
	again := kajsa.ask(http.MethodPost, "/api/v1/exposure/check?name=brev.docx", string(content))
	if again.status != http.StatusOK || again.body["clean"] != true {
		t.Errorf("%d %.300s", again.status, again.raw)
	}
	if empty := kajsa.ask(http.MethodPost, "/api/v1/exposure/check", ""); empty.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is checked: %d", empty.status)
	}
	eva := w.newcomer("Eva Ek", access.Elected).program(url)
	if other := eva.ask(http.MethodPost, "/api/v1/exposure/check", "070-1740605"); other.status != http.StatusForbidden || strings.Contains(other.raw, "070") {
		t.Errorf("%d %s", other.status, other.raw)
	}
}
