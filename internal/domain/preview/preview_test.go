package preview

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func encoded(t testing.TB, w, h int) []byte {
	t.Helper()
	in := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		in.Set(x, 0, color.RGBA{200, 0, 0, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, in, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts a TIFF block with these entries into a JPEG.
func withExif(picture []byte, entries ...[]byte) []byte {
	block := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08")
	block = binary.BigEndian.AppendUint16(block, uint16(len(entries)))
	for _, e := range entries {
		block = append(block, e...)
	}
	block = append(block, 0, 0, 0, 0)
	out := append([]byte("\xff\xd8\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(block)+2))...)
	return append(append(out, block...), picture[2:]...)
}

func tag(id, kind uint16, count, value uint32) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	b = binary.BigEndian.AppendUint16(b, kind)
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, count), value)
}

func TestAPictureIsDrawnAnewAndSmall(t *testing.T) {
	t.Parallel()
	b := withExif(encoded(t, 3000, 1000), tag(0x0112, 3, 1, 6<<16), tag(0x010f, 2, 4, 0x4b616d00))
	p := Make(Subject{Name: "hot.jpg"}, b)
	if p.Why != "" || p.Width != 3000 || len(p.Facts) != 1 || p.Facts[0] != (Fact{"EXIF", "Make", "Kam"}) {
		t.Fatalf("%+v", p)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(p.Picture))
	if err != nil || c.Width != 333 || c.Height != 1000 {
		t.Errorf("%v %+v", err, c)
	}
	if bytes.Contains(p.Picture, []byte("Kam")) {
		t.Error("the preview carries what the original said")
	}
	var g bytes.Buffer
	if err := gif.Encode(&g, image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	if p := Make(Subject{}, g.Bytes()); p.Why != "" || p.Picture == nil {
		t.Errorf("%+v", p)
	}
}

// TestWhatIsMadeToHarmHasNoPreviewAndWhy gives what somebody would send to break a reader.
func TestWhatIsMadeToHarmHasNoPreviewAndWhy(t *testing.T) {
	t.Parallel()
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	bomb := large.Bytes()
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	copy(bomb[29:33], crc(bomb[12:29]))
	loop := withExif(encoded(t, 10, 10), tag(0x8769, 4, 1, 8), tag(0x8825, 4, 1, 8), tag(0x010f, 2, 0xffffffff, 0), tag(0x9286, 7, 0x7fffffff, 0xfffffff0))
	for name, c := range map[string]struct {
		s    Subject
		b    []byte
		want Reason
	}{
		"pixels":       {Subject{Name: "a.png"}, bomb, TooLarge},
		"svg":          {Subject{Name: "a.svg", Type: "image/svg+xml"}, []byte(`<?xml version="1.0"?><svg onload="alert(1)"></svg>`), Drawing},
		"svg as a png": {Subject{Name: "a.png", Type: "image/png"}, []byte(`<SVG><script>alert(1)</script></SVG>`), Drawing},
		"endless pdf":  {Subject{Name: "a.pdf"}, append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj\n"), 1<<20)...), Document},
		"nested zip":   {Subject{Name: "a.zip"}, []byte("PK\x03\x04PK\x03\x04"), Archive},
		"cut jpeg":     {Subject{Name: "a.jpg"}, encoded(t, 100, 100)[:60], Damaged},
		"film":         {Subject{Name: "a.mp4", Type: "video/mp4"}, []byte("\x00\x00\x00\x18ftypmp42"), Played},
		"bytes":        {Subject{Name: "a.bin"}, []byte{0, 1, 2, 255}, Unknown},
		"no mail":      {Subject{Name: "a.eml"}, []byte("\r\nhej"), ""},
	} {
		if p := Make(c.s, c.b); p.Why != c.want {
			t.Errorf("%s: %q, want %q", name, p.Why, c.want)
		}
	}
	if p := Make(Subject{Name: "loop.jpg"}, loop); p.Why != "" || len(p.Facts) > maxFacts {
		t.Errorf("directories that point at themselves: %+v", p.Why)
	}
	if p := Make(Subject{}, make([]byte, MaxContent+1)); p.Why != TooLarge {
		t.Errorf("%q", p.Why)
	}
}

func crc(b []byte) []byte {
	c := ^uint32(0)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			c = c>>1 ^ (0xedb88320 & -(c & 1))
		}
	}
	return binary.BigEndian.AppendUint32(nil, ^c)
}

const message = "Received: from b by c; Fri, 20 Nov 2026 19:40:01 +0100\r\nReceived: from a by b; Fri, 20 Nov 2026 19:40:00 +0100\r\n" +
	"Authentication-Results: c; spf=pass smtp.mailfrom=example.se;\r\n dkim=fail; dmarc=none\r\nDKIM-Signature: v=1; d=example.se; s=x; b=abc\r\n" +
	"From: =?iso-8859-1?q?=C5ke?= <ake@example.se>\r\nTo: asta@example.se\r\nSubject: =?utf-8?b?SMOlbGw=?=\r\n"

func TestAMailIsShownAsText(t *testing.T) {
	t.Parallel()
	p := Make(Subject{Name: "hot.eml"}, []byte(message+"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n"+
		"--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nJag vet var ni =E4r.\r\n--x\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\n\r\nPK\r\n--x--\r\n"))
	if p.Why != "" || p.Mail == nil || strings.TrimSpace(p.Text) != "Jag vet var ni är." {
		t.Fatalf("%+v", p)
	}
	m := p.Mail
	if len(m.Received) != 2 || !strings.HasPrefix(m.Received[0], "from b by c") || len(m.Results) != 1 || !strings.Contains(m.Results[0], "spf=pass") || len(m.Signed) != 1 || m.Signed[0] != "example.se" {
		t.Errorf("%+v", m)
	}
	if len(m.Parts) != 3 || m.Parts[2].Name != "a.zip" || m.Headers[0].Value != "Åke <ake@example.se>" {
		t.Errorf("%+v", m)
	}
	var b strings.Builder
	b.WriteString(message + "Content-Type: multipart/mixed; boundary=x\r\n\r\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "--x\r\nContent-Type: text/plain\r\n\r\n%d\r\n", i)
	}
	if p := Make(Subject{Name: "m.eml"}, []byte(b.String())); p.Mail == nil || len(p.Mail.Parts) != maxParts || p.Mail.More < 9_000 {
		t.Errorf("10,000 parts: %+v", p.Why)
	}
	nested := strings.Repeat("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", 5000)
	if p := Make(Subject{Name: "n.eml"}, []byte(message+nested)); p.Why == TooLarge {
		t.Error(p.Why)
	}
}

func FuzzMake(f *testing.F) {
	f.Add("a.jpg", withExif(encoded(f, 8, 8), tag(0x0112, 3, 1, 6<<16)))
	f.Add("a.eml", []byte(message+"\r\nhej"))
	f.Add("a.webp", []byte("RIFF\x10\x00\x00\x00WEBPEXIF\x04\x00\x00\x00MM\x00\x2a"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		p := Make(Subject{Name: name}, b)
		if len(p.Text) > 3*maxText || len(p.Facts) > maxFacts {
			t.Fatal("out of bounds")
		}
	})
}
