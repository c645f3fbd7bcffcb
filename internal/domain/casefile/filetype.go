package casefile

import (
	"mime"
	"strings"
)

// otherType is what every file is called that a browser could take for a page or a program.
const otherType = "application/octet-stream"

// FileType makes a file's type safe to send: pictures, sound, film, plain text and PDF keep
// theirs, everything else is bytes.
func FileType(t string) string {
	kind, _, err := mime.ParseMediaType(t)
	if err != nil || len(kind) > 100 {
		return otherType
	}
	switch kind {
	case "application/pdf", "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "image/avif":
		return kind
	}
	if strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/") {
		return kind
	}
	return otherType
}
