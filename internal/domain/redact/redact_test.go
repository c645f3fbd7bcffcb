package redact

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/domain/extract"
)

func goldens(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../extract/testdata/golden/*")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
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

func TestWordsGoThoughTagsPartThem(t *testing.T) {
	t.Parallel()
	got := string(Do(Work{Format: extract.FormatHTML, Terms: []string{"811228-9874", "Åsa & Örjan", "asa@example.se"}},
		[]byte(`<!-- 811228-9874 --><p>8112<b>28</b>&#45;98<i>74</i> &Aring;sa &amp; Örjan</p><p>8112</p><p>28-9874 <a href="mailto:asa@example.se">skriv</a>`)).Content)
	for _, gone := range []string{"<!--", "98<i>74", "Örjan", "asa@"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is left: %s", gone, got)
		}
	}
	if !strings.Contains(got, "<p>8112</p><p>28-9874 ") || !strings.Contains(got, "████<b>██</b>█") {
		t.Errorf("%s", got)
	}
	if got := string(Do(Work{Format: extract.FormatText, Terms: []string{"070-1740605", "1740605 hemma", "ab"}}, []byte("\xff\xfeR\x00i\x00n\x00g\x00 \x000\x007\x000\x00-\x001\x007\x004\x000\x006\x000\x005\x00 \x00a\x00b\x00")).Content); got != "Ring ███████████ ab" {
		t.Errorf("%q", got)
	}
}

func TestAPointIsAPicture(t *testing.T) {
	t.Parallel()
	if c, err := png.Decode(bytes.NewReader(point("thumbnail.png"))); err != nil || c.Bounds().Dx() != 1 {
		t.Error(err)
	}
	if c, err := jpeg.Decode(bytes.NewReader(point("thumbnail.jpeg"))); err != nil || c.Bounds().Dx() != 1 {
		t.Error(err)
	}
}

// TestAPictureStaysWhatItIs strips photographs and finds the same picture, turned as it was, and nothing said of it.
func TestAPictureStaysWhatItIs(t *testing.T) {
	t.Parallel()
	all := goldens(t)
	for name, f := range map[string]extract.Format{"foto.jpg": extract.FormatJPEG, "foto.png": extract.FormatPNG, "foto.webp": extract.FormatWebP, "foto.heic": extract.FormatHEIC} {
		out := Do(Work{Format: f}, all[name])
		d := extract.Read(extract.Subject{Name: name}, out.Content)
		if out.Why != "" || d.Format != f || len(d.Facts) != 0 || len(d.Parts) != 0 {
			t.Errorf("%s: %s %+v", name, out.Why, d)
		}
		for _, word := range []string{"SN-4711", "hittad", "Exempelstad", "Kamera"} {
			if bytes.Contains(out.Content, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
		if f == extract.FormatHEIC {
			if len(out.Content) != len(all[name]) {
				t.Error("what the picture points at has moved")
			}
			continue
		}
		was, _, err := image.DecodeConfig(bytes.NewReader(all[name]))
		is, _, err2 := image.DecodeConfig(bytes.NewReader(out.Content))
		if err != nil || err2 != nil || was != is {
			t.Errorf("%s: %v %v", name, err, err2)
		}
	}
	turned := append([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"), all["foto.jpg"][2:]...)
	if n := extract.Orientation(turned); n != 6 {
		t.Fatalf("turned %d", n)
	}
	if n := extract.Orientation(Do(Work{Format: extract.FormatJPEG}, turned).Content); n != 6 {
		t.Errorf("stripped, it is turned %d", n)
	}
}

func TestAPDFOfPicturesIsRead(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 50)), nil); err != nil {
		t.Fatal(err)
	}
	made := PDF([]Page{{b.Bytes(), 40, 50, 400, 500, []Word{{"Åsa", Box{100, 100, 200, 120}}, {"(två)", Box{220, 100, 300, 120}}, {"日", Box{320, 100, 400, 120}}}}, {b.Bytes(), 40, 50, 400, 500, nil}}, "sv")
	d := extract.Read(extract.Subject{Name: "a.pdf"}, made)
	if d.Pages != 2 || len(d.Parts) != 1 || !strings.HasPrefix(d.Parts[0].Text, "Åsa (två)") || len(d.Facts) != 0 || len(d.Unread) != 1 || d.Unread[0].Page != 2 {
		t.Errorf("%+v", d)
	}
}

// FuzzDo looks for a document that breaks the cleaning, and for a package that can't be opened after it.
func FuzzDo(f *testing.F) {
	for name, b := range goldens(f) {
		f.Add(string(extract.FormatOf(extract.Subject{Name: name}, b)), "811228-9874", b)
	}
	f.Fuzz(func(t *testing.T, format, term string, content []byte) {
		out := Do(Work{Format: extract.Format(format), Terms: []string{term}}, content)
		if out.Why == "" && extract.Format(format) == extract.FormatDOCX {
			if _, err := zip.NewReader(bytes.NewReader(out.Content), int64(len(out.Content))); err != nil {
				t.Fatal(err)
			}
		}
	})
}
