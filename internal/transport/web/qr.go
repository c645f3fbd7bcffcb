package web

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// qrView is a QR code as one path on a grid of modules, for an SVG that needs no style of its own.
type qrView struct {
	Size int
	Path string
}

// quiet is the empty margin that a QR code needs, in modules (ISO/IEC 18004).
const quiet = 4

// newQR draws a text. A text too long for any code gives an empty view, which the template leaves out.
func newQR(text string) qrView {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrView{}
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run == 0 {
				continue
			}
			path.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(run) + "v1h-" + strconv.Itoa(run) + "z")
			x += run
		}
	}
	return qrView{Size: code.Size + 2*quiet, Path: path.String()}
}
