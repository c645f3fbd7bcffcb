package preview

import (
	"bytes"
	"image/jpeg"
	"testing"
)

// TestAPortraitIsDrawnAnewWithoutWhatTheFileSays gives a photo with EXIF and a place, and finds two square pictures
// that hold nothing but themselves.
func TestAPortraitIsDrawnAnewWithoutWhatTheFileSays(t *testing.T) {
	t.Parallel()
	raw := withExif(encoded(t, 640, 900), tag(0x0112, 3, 1, 6<<16), tag(0x010f, 2, 4, 0x4b616d00), tag(0x8825, 4, 1, 0x47505331))
	raw = append(raw[:2:2], append([]byte("\xff\xfe\x00\x0ahemligt!"), raw[2:]...)...) // a comment too
	if !bytes.Contains(raw, []byte("GPS1")) || Bare(raw) {
		t.Fatal("the photo holds nothing to take away")
	}
	p := Make(Subject{Portrait: true}, raw)
	if p.Why != "" || len(p.Facts) != 0 {
		t.Fatalf("%+v", p)
	}
	for side, b := range map[int][]byte{LargeSide: p.Picture, SmallSide: p.Small} {
		c, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width != side || c.Height != side || !Bare(b) {
			t.Errorf("%d: %v %v", side, c, err)
		}
		for _, word := range []string{"Exif", "Kam", "hemligt", "GPS"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%d holds %q", side, word)
			}
		}
	}
	if Bare(append(bytes.Clone(p.Small), "efter"...)) || Bare(nil) || Bare([]byte("\xff\xd8\xff\xd9")) {
		t.Error("what is after the end passes as bare")
	}
	for name, b := range map[string][]byte{"text": []byte("hej"), "svg": []byte("<svg xmlns='x'/>"), "cut": raw[:len(raw)/2]} {
		if p := Make(Subject{Portrait: true}, b); p.Why == "" {
			t.Errorf("%s becomes a portrait", name)
		}
	}
}
