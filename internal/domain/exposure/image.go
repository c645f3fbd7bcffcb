package exposure

import "bytes"

// image finds a picture of a signature by the name of its file, at the dot before the ending.
func (f *finder) image(i int) (int, bool) {
	b := f.b
	stop := i + 1
	for stop < len(b) && stop-i <= 5 && isAlnum(b[stop]) {
		stop++
	}
	switch string(lowered(b[i+1 : stop])) {
	case "png", "jpg", "jpeg", "gif", "webp", "svg", "tif", "tiff", "bmp", "heic", "jfif", "avif":
	default:
		return 0, false
	}
	start := i
	for start > 0 && i-start < 120 {
		c := b[start-1]
		if n := letterBefore(b, start); n > 0 {
			start -= n
		} else if isAlnum(c) || c == '-' || c == '_' || c == '.' || c == '%' || c == '(' || c == ')' || c == '+' || c == '~' || c == '@' {
			start--
		} else {
			break
		}
	}
	name := fold(f.word[:0], b[start:i])
	f.word = name
	if !signs(name) {
		return 0, false
	}
	f.hit(SignatureImage, start, stop, 0.85, "signature")
	return stop, true
}

// Words that make the name of a file another thing than somebody's signature.
var notSignatures = [][]byte{
	[]byte("icon"), []byte("ikon"), []byte("logo"), []byte("guide"), []byte("exempel"), []byte("mall"), []byte("knapp"), []byte("button"),
	[]byte("melodi"), []byte("digital"), []byte("bankid"), []byte("e-sign"), []byte("esign"), []byte("krav"), []byte("policy"), []byte("instruktion"), []byte("skylt"), []byte("insamling"), []byte("namnlista"), []byte("template"), []byte("example"),
}

func signs(name []byte) bool {
	found := false
	for _, w := range []string{"underskrift", "namnteckning", "signatur", "autograf", "namnunderskrift", "paskrift", "sign", "undertecknad"} {
		at := bytes.Index(name, []byte(w))
		if at < 0 {
			continue
		}
		after := at + len(w)
		if w == "sign" && (at > 0 && isAlnum(name[at-1]) || after < len(name) && isAlnum(name[after]) && !isDigit(name[after])) {
			continue
		}
		found = true
		break
	}
	for _, w := range notSignatures {
		found = found && !bytes.Contains(name, w)
	}
	return found
}
