package extract

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"
)

// unpack gives an entry's content within the bounds; false tells why not, which is said already.
func (r *reading) unpack(f *zip.File) ([]byte, bool) {
	if f.Flags&1 != 0 {
		r.unread(0, 1, WhyEncrypted)
		return nil, false
	}
	most := min(r.left, MaxContent)
	if packed := int64(f.CompressedSize64); packed > 0 && packed < most/maxRatio {
		most = max(packed*maxRatio, min(most, 1<<20))
	}
	in, err := f.Open()
	if err != nil {
		r.unread(0, 1, WhyDamaged)
		return nil, false
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	r.left -= int64(len(b))
	if int64(len(b)) > most {
		r.unread(0, 1, WhyTooLarge)
		return nil, false
	}
	if err != nil {
		r.unread(0, 1, WhyDamaged)
	}
	return b, err == nil || len(b) > 0
}

// archive opens an archive's table; nil is said already.
func (r *reading) archive(content []byte) []*zip.File {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		r.unread(0, 1, WhyDamaged)
		return nil
	}
	if len(z.File) > maxInner {
		r.unread(0, len(z.File)-maxInner, WhyTooLarge)
		return z.File[:maxInner]
	}
	return z.File
}

// zip reads the files of an archive, each as if it came alone.
func (r *reading) zip(content []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err == nil && z.Comment != "" {
		r.part(Part{Place: PlaceComment, Text: whole([]byte(z.Comment), "")})
	}
	for _, f := range r.archive(content) {
		name := whole([]byte(f.Name), "")
		r.part(Part{Place: PlaceAttachment, Text: name})
		if f.Comment != "" {
			r.part(Part{Place: PlaceComment, Name: name, Text: whole([]byte(f.Comment), "")})
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if b, ok := r.unpack(f); ok {
			r.inside(path.Base(name), "", b, depth)
		}
	}
}
