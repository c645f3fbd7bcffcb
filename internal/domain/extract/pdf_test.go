package extract

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// written makes a PDF of one page out of its objects from 4 on; content is object 4.
func written(objects ...string) []byte {
	all := append([]string{"<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
		"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F 5 0 R>> /XObject <</X 6 0 R>>>>>>"}, objects...)
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(all))
	for i, o := range all {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(all)+1, start)
	return b.Bytes()
}

func stream(dict, s string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(s), s)
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s)) // a buffer takes everything
	_ = z.Close()
	return b.String()
}

const helvetica = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>"

// TestAHostilePDFIsReadWithinBounds gives pages that swell, drawings that hold themselves, and what is left unsaid.
func TestAHostilePDFIsReadWithinBounds(t *testing.T) {
	t.Parallel()
	show := "BT /F 12 Tf 50 700 Td (811228-9874) Tj ET "
	for name, b := range map[string][]byte{
		"a page that swells":          written(stream("/Filter /FlateDecode", deflated(show+strings.Repeat("q ", 3<<20))), helvetica, "null"),
		"a drawing that holds itself": written(stream("", show+"/X Do"), helvetica, stream("/Type /XObject /Subtype /Form /Resources <</XObject <</X 6 0 R>>>>", "/X Do /X Do")),
		"a page that ends early":      written(stream("", show+"(open"), helvetica, "null"),
	} {
		d := Read(Subject{Name: "a.pdf"}, b)
		text, _ := d.Text()
		if !strings.Contains(string(text), "811228-9874") {
			t.Errorf("%s: what came before is lost: %+v", name, d)
		}
		if name != "a page that ends early" && len(d.Unread) == 0 {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

// TestWhatIsDrawnOverIsHidden draws words under and over boxes, in modes and colours.
func TestWhatIsDrawnOverIsHidden(t *testing.T) {
	t.Parallel()
	content := "BT /F 12 Tf 50 700 Td (under) Tj ET 0 g 40 690 100 30 re f " +
		"1 g 40 590 100 30 re f BT /F 12 Tf 50 600 Td (over) Tj ET " +
		"BT 3 Tr /F 12 Tf 50 500 Td (unseen) Tj ET BT 0 Tr /F 12 Tf 50 400 Td (beside) Tj ET 300 390 100 30 re f"
	d := Read(Subject{Name: "a.pdf"}, written(stream("", content), helvetica, "null"))
	got := map[Place]string{}
	for _, p := range d.Parts {
		got[p.Place] += p.Text + ";"
	}
	if got[PlaceText] != "over\nbeside;" || got[PlaceHidden] != "under\nunseen;" || len(d.Unread) != 0 {
		t.Errorf("%q %v", got, d.Unread)
	}
}
