package extract

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// goldens are the documents that testdata/make.sh makes with real programs.
func goldens(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d golden documents, %v", len(files), err)
	}
	out := map[string][]byte{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = b
	}
	return out
}

// TestDocumentsOfRealProgramsAreReadWhole compares what is read of each golden document with what was.
func TestDocumentsOfRealProgramsAreReadWhole(t *testing.T) {
	t.Parallel()
	for name, content := range goldens(t) {
		d := Read(Subject{Name: name}, content)
		got, err := json.MarshalIndent(d, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata/read", name+".json")
		if *update {
			if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil || strings.TrimSpace(string(want)) != string(got) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// TestNothingOfADocumentIsPassedOver looks in each golden document for what was put into it, in whichever place.
func TestNothingOfADocumentIsPassedOver(t *testing.T) {
	t.Parallel()
	brev := []string{"TEXT:811228-9874", "TRACKED:Borttagna Storgatan 99", "tillagda 123 45 Exempelstad", "COMMENT:070-1740605", "HIDDEN:1234-5678901", "TEXT:Handläggare Vera Påhittad, 070-1740612",
		"TEXT:vera.pahittad@example.se", "Fotnot om Björn", "070-1740606", "ATTRIBUTE:mailto:asa.pahittad@example.se", "AUTHOR:Vera Påhittad", "AUTHOR:Nils Påhittad"}
	lista := []string{"CELL:198112289874", "HIDDEN:Påhittsvägen 7", "HIDDEN:811228-9874", "HIDDEN:Dolt blad 070-1740608", "COMMENT:070-1740607", "AUTHOR:Vera Påhittad"}
	bilder := []string{"TEXT:070-1740609", "HIDDEN:Åsa bor på Påhittsvägen 7", "HIDDEN:Dold bild om Örjan", "AUTHOR:Vera Påhittad"}
	protokoll := []string{"TEXT:811228-9874", "HIDDEN:Storgatan 99", "TEXT:070-1740611", "ATTRIBUTE:mailto:asa.pahittad@example.se"}
	foto := []string{"GPS:59.329300, 18.068600", "SERIAL:SN-4711", "OWNER:Åsa Påhittad", "AUTHOR:Åsa Påhittad", "LOCATION:Exempelstad", "unread:PICTURE"}
	for name, wants := range map[string][]string{
		"brev.docx": append(brev, "COMPANY:Exempelstads kommun"), "brev.odt": append(brev, "OTHER:Exempelstads kommun"),
		"lista.xlsx": lista, "lista.ods": lista, "bilder.pptx": bilder, "bilder.odp": bilder,
		"protokoll.pdf": protokoll, "bilaga.pdf": append(protokoll, "ATTACHMENT:bilaga.txt", "TEXT:070-1740613"), "andrad.pdf": append(protokoll, "OTHER:Rensat", "OTHER:Protokoll 2026-03-02"),
		"last.pdf": {"unread:ENCRYPTED"}, "lozen.pdf": {"unread:ENCRYPTED"}, "skanning.pdf": {"unread:PICTURE"}, "brev.doc": {"unread:UNKNOWN"},
		"foto.jpg": append(foto, "THUMBNAIL:", "COMMENT:Hemma hos Åsa"), "foto.png": foto, "foto.webp": foto, "foto.heic": foto,
		"film.mp4": {"GPS:59.329300, 18.068600", "AUTHOR:Åsa Påhittad"}, "film.mov": {"GPS:59.329300, 18.068600", "AUTHOR:Åsa Påhittad"},
		"mejl.eml": {"METADATA:Åsa Påhittad", "METADATA:Subject: Skyddade uppgifter för Örjan", "TEXT:Åsa bor på Påhittsvägen 7", "HIDDEN:811228-9874", "ATTACHMENT:bilaga.txt", "TEXT:070-1740610"},
		"allt.zip": append(brev, "GPS:59.329300, 18.068600", "ATTACHMENT:sida.html"),
	} {
		d := Read(Subject{Name: name}, goldens(t)[name])
		var all []string
		for _, p := range d.Parts {
			all = append(all, string(p.Place)+":"+p.Text)
		}
		for _, f := range d.Facts {
			all = append(all, string(f.Kind)+":"+f.Value)
		}
		for _, u := range d.Unread {
			all = append(all, "unread:"+string(u.Why))
		}
	next:
		for _, want := range wants {
			place, text, ok := strings.Cut(want, ":")
			if !ok {
				place, text = "", want
			}
			for _, one := range all {
				if strings.HasPrefix(one, place) && strings.Contains(one, text) {
					continue next
				}
			}
			t.Errorf("%s has no %q", name, want)
		}
	}
}
