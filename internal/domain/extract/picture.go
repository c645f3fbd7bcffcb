package extract

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"image"
	_ "image/jpeg" // for its size alone
	_ "image/png"  // for its size alone
	"io"
	"strconv"
	"strings"

	"github.com/bep/imagemeta"
	_ "golang.org/x/image/webp" // for its size alone
)

// legible is how many pixels a picture has at least that can hold a page of words; smaller ones inside
// documents are logotypes and signs.
const legible = 250_000

// picture reads what a picture says about itself. Its words, if it has any, are not read here.
func (r *reading) picture(f Format, content []byte, depth int) {
	r.facts(f, content)
	width, height := 0, 0
	if c, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil {
		width, height = c.Width, c.Height
	} else if f != FormatHEIC {
		r.unread(0, 1, WhyDamaged)
		return
	}
	if depth == 0 || f == FormatHEIC || width*height >= legible {
		r.unread(0, 1, WhyPicture)
	}
}

// thumbnail tells of a small picture of the whole; one of a single point shows nothing.
func (r *reading) thumbnail(name string, b []byte) {
	if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && c.Width*c.Height <= 4 {
		return
	}
	r.fact(FactThumbnail, name, strconv.Itoa(len(b)))
}

// facts reads EXIF, XMP and IPTC, and looks for a small picture inside the picture.
func (r *reading) facts(f Format, content []byte) {
	formats := map[Format]imagemeta.ImageFormat{FormatJPEG: imagemeta.JPEG, FormatPNG: imagemeta.PNG, FormatWebP: imagemeta.WebP, FormatHEIC: imagemeta.HEIF}
	if f == FormatHEIC && bytes.Contains(content[:min(len(content), 32)], []byte("avi")) {
		formats[f] = imagemeta.AVIF
	}
	var tags imagemeta.Tags
	thumb, size := 0, 0
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(content), ImageFormat: formats[f], Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP, Warnf: func(string, ...any) {},
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleXMP: func(in io.Reader) error {
			b := make([]byte, 0, 4096)
			buf := bytes.NewBuffer(b)
			_, err := buf.ReadFrom(in)
			r.xmp(buf.Bytes())
			return err
		},
		HandleTag: func(t imagemeta.TagInfo) error {
			if t.Tag == "ThumbnailOffset" {
				thumb++
			}
			if t.Tag == "ThumbnailLength" {
				size = int(asNumber(t.Value))
			}
			tags.Add(t)
			if kind, ok := tagKind(t); ok {
				if s := tagText(t.Value); s != "" {
					r.fact(kind, t.Tag, s)
				}
			}
			return nil
		},
	})
	if lat, long, e := tags.GetLatLong(); e == nil && (lat != 0 || long != 0) {
		r.fact(FactGPS, "GPS", strconv.FormatFloat(lat, 'f', 6, 64)+", "+strconv.FormatFloat(long, 'f', 6, 64))
	}
	if thumb > 0 {
		r.fact(FactThumbnail, "EXIF", strconv.Itoa(size))
	}
	switch f {
	case FormatJPEG:
		r.jpegRest(content)
	case FormatPNG:
		r.pngText(content)
	}
	if err != nil && !imagemeta.IsInvalidFormat(err) {
		r.unread(0, 1, WhyDamaged)
	}
}

// tagKind tells which tags say who, where, when and with what; other tags are of the picture alone.
func tagKind(t imagemeta.TagInfo) (FactKind, bool) {
	if strings.Contains(t.Namespace, "IFD1") {
		return "", false
	}
	switch t.Tag {
	case "SerialNumber", "BodySerialNumber", "LensSerialNumber", "CameraSerialNumber", "InternalSerialNumber", "ImageUniqueID":
		return FactSerial, true
	case "OwnerName", "CameraOwnerName", "XPAuthor", "HostComputer":
		return FactOwner, true
	case "Artist", "Byline", "By-line", "Writer", "Writer-Editor", "Creator", "Credit", "Copyright", "CopyrightNotice", "BylineTitle", "Contact":
		return FactAuthor, true
	case "City", "Sublocation", "Sub-location", "Province-State", "ProvinceState", "Country", "CountryPrimaryLocationName", "Country-PrimaryLocationName", "GPSAreaInformation", "ContentLocationName":
		return FactLocation, true
	case "DateTime", "DateTimeOriginal", "DateTimeDigitized", "CreateDate", "ModifyDate", "DateCreated", "TimeCreated", "GPSDateStamp", "DigitalCreationDate":
		return FactDate, true
	case "Make", "Model", "Software", "LensModel", "LensMake", "ProcessingSoftware":
		return FactSoftware, true
	case "ImageDescription", "UserComment", "XPTitle", "XPComment", "XPKeywords", "XPSubject", "Caption", "CaptionAbstract", "Caption-Abstract", "Headline", "Keywords", "ObjectName", "DocumentName", "Source", "SpecialInstructions":
		return FactOther, true
	}
	return "", false
}

func asNumber(v any) float64 {
	f, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
	return f
}

func tagText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case []byte:
		if len(v) > 8 && (bytes.HasPrefix(v, []byte("ASCII\x00\x00\x00")) || bytes.HasPrefix(v, []byte("UNICODE\x00"))) {
			v = v[8:]
		}
		return whole(v, "")
	}
	return fmt.Sprint(v)
}

// jpegRest tells of what stands in comments and after the end of the picture, where phones put films.
func (r *reading) jpegRest(b []byte) {
	for at := 2; at+4 <= len(b) && b[at] == 0xff && b[at+1] != 0xda; {
		size := int(b[at+2])<<8 | int(b[at+3])
		if size < 2 || at+2+size > len(b) {
			return
		}
		if b[at+1] == 0xfe {
			r.part(Part{Place: PlaceComment, Text: whole(b[at+4:at+2+size], "")})
		}
		at += 2 + size
	}
	if end := bytes.LastIndex(b, []byte("\xff\xd9")); end > 0 && len(b)-end > 1024 {
		r.fact(FactOther, "trailer", strconv.Itoa(len(b)-end-2))
	}
}

// xmp lists the simple values of a packet. Nothing outside it is fetched: the reader knows of no place.
func (r *reading) xmp(b []byte) {
	name, list := "", ""
	give := func(name, value string) {
		kind := FactOther
		switch strings.ToLower(name) {
		case "creator", "author", "artist", "lastmodifiedby", "byline", "credit", "rights":
			kind = FactAuthor
		case "ownername", "cameraownername":
			kind = FactOwner
		case "serialnumber", "lensserialnumber", "bodyserialnumber":
			kind = FactSerial
		case "gpslatitude", "gpslongitude", "gpsposition":
			kind = FactGPS
		case "city", "location", "country", "state", "sublocation":
			kind = FactLocation
		case "company":
			kind = FactCompany
		case "createdate", "modifydate", "metadatadate", "datecreated", "date":
			kind = FactDate
		case "creatortool", "producer", "software", "make", "model":
			kind = FactSoftware
		case "image":
			kind = FactThumbnail
			value = strconv.Itoa(len(value))
		case "format", "about", "documentid", "instanceid", "originaldocumentid", "part", "conformance", "lang", "parsetype", "trapped", "type", "schema", "prefix", "namespaceuri", "property", "valuetype", "category", "rev", "amd":
			return
		}
		r.fact(kind, name, value)
	}
	r.eachToken(b, func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "li", "Alt", "Seq", "Bag":
				list = name
			default:
				name = t.Name.Local
			}
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Space != "" && a.Name.Space != "rdf" && a.Name.Space != "xml" && a.Name.Space != "x" {
					give(a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(t)); s != "" {
				if list != "" {
					give(list, s)
				} else if name != "" {
					give(name, s)
				}
			}
		case xml.EndElement:
			if t.Name.Local != "li" {
				list = ""
			}
		}
	})
}

// pngText reads the words of a PNG: ISO/IEC 15948 section 11.3.4.
func (r *reading) pngText(b []byte) {
	for at, n := 8, 0; at+12 <= len(b) && n < 2000; n++ {
		size := int64(binary.BigEndian.Uint32(b[at:]))
		if size > int64(len(b)-at-12) {
			return
		}
		part := b[at+8 : at+8+int(size)]
		name, value, ok := bytes.Cut(part, []byte{0})
		switch string(b[at+4 : at+8]) {
		case "tEXt":
			if ok {
				r.fact(pngKind(string(name)), string(name), whole(value, ""))
			}
		case "zTXt":
			if ok && len(value) > 1 {
				r.fact(pngKind(string(name)), string(name), whole(inflated(value[1:]), ""))
			}
		case "iTXt":
			if !ok || len(value) < 2 {
				break
			}
			packed, rest := value[0] == 1, value[2:]
			for range 2 { // language, translated name
				_, rest, _ = bytes.Cut(rest, []byte{0})
			}
			if packed {
				rest = inflated(rest)
			}
			if string(name) == "XML:com.adobe.xmp" {
				r.xmp(rest)
			} else {
				r.fact(pngKind(string(name)), string(name), whole(rest, ""))
			}
		}
		at += 12 + int(size)
	}
}

func pngKind(name string) FactKind {
	switch name {
	case "Author", "Artist", "Copyright":
		return FactAuthor
	case "Software", "Source":
		return FactSoftware
	case "Creation Time":
		return FactDate
	}
	return FactOther
}

func inflated(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, 1<<20))
	return out
}

// Orientation is how a JPEG is to be turned, 1 to 8 as EXIF has it; 0 when it doesn't say.
func Orientation(content []byte) (turn int) {
	defer func() { _ = recover() }() // a broken one says nothing
	_, _ = imagemeta.Decode(imagemeta.Options{R: bytes.NewReader(content), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF, Warnf: func(string, ...any) {},
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Tag == "Orientation" && t.Namespace == "IFD0" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if n := int(asNumber(t.Value)); n >= 1 && n <= 8 {
				turn = n
			}
			return nil
		}})
	return turn
}
