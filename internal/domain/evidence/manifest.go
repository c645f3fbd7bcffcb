// Package evidence is what is handed over of a case: the package with its manifest and its proofs,
// and how somebody who has neither database nor secret verifies it.
package evidence

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// formatVersion leads every manifest and every file of proofs.
const formatVersion = 1

// The files of a package beside the originals.
const (
	ManifestName   = "manifest.json"
	ProofsName     = "logg.json"
	CheckpointName = "kontrollpunkt.txt"
	SumsName       = "SHA256SUMS"
	PaperName      = "underlag.pdf"
	originals      = "original/"
)

// Limits of what is read whole, in bytes.
const (
	maxManifest   = 16 << 20
	maxProofs     = 64 << 20
	maxCheckpoint = 64 << 10
)

// Manifest (förteckning) says what a package holds.
type Manifest struct {
	Version int       `json:"varn_package"`
	ID      string    `json:"id"`
	Org     string    `json:"org"`
	Case    string    `json:"case"` // its reference
	Made    time.Time `json:"made"`
	MadeBy  string    `json:"made_by,omitempty"`
	Files   []File    `json:"files"`
}

// File is one file of a package. An original has an item; a document that was written for the
// package has none.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 Sum    `json:"sha256"`

	Item string `json:"item,omitempty"`
	Name string `json:"name,omitempty"` // as it was called when it came
	Type string `json:"type,omitempty"`
	// Tree is the SHA-256 tree hash that was taken when it came, where that is another than SHA256.
	Tree    Sum                `json:"tree,omitzero"`
	Intake  time.Time          `json:"intake,omitzero"`
	Custody []casefile.Custody `json:"custody,omitempty"`
	// Logged: the log's entry of its intake is proven in the package. Retention may have erased it.
	Logged bool `json:"logged,omitempty"`
}

// Encode gives the manifest as it lies in the package.
func (m Manifest) Encode() ([]byte, error) {
	m.Version = formatVersion
	b, err := json.MarshalIndent(m, "", " ")
	return append(b, '\n'), err
}

// decodeManifest reads a manifest; what it does not know it refuses.
func decodeManifest(b []byte) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || m.Version != formatVersion || len(m.Files) > maxEntries {
		return m, fault.New(fault.Invalid, "fault.invalid", "the manifest can't be read, or is of a newer version")
	}
	seen := map[string]bool{ManifestName: true, ProofsName: true, CheckpointName: true}
	for _, f := range m.Files {
		if !validPath(f.Path) || seen[f.Path] || f.Size < 0 {
			return m, fault.New(fault.Invalid, "fault.invalid", "the manifest names a file that can't be in a package")
		}
		seen[f.Path] = true
	}
	return m, nil
}

// Sums is the list that sha256sum -c reads.
func Sums(files []File) []byte {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%x  %s\n", f.SHA256[:], f.Path)
	}
	return []byte(b.String())
}

// OriginalPath is where the n-th original lies, numbered from 1: its name without what some system
// can't have in one, and what would make two programs unpack it to two places.
func OriginalPath(n int, name string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if len([]rune(ext)) > 10 {
		stem, ext = name, ""
	}
	clean := func(s string, most int) string {
		s = strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0x7f || r == 0xfffd || strings.ContainsRune(`\/:*?"<>|`, r) {
				return '_'
			}
			return r
		}, strings.ToValidUTF8(s, "_"))
		if r := []rune(s); len(r) > most {
			s = string(r[:most])
		}
		return s
	}
	stem = strings.Trim(clean(stem, 80), ". ")
	if stem == "" {
		stem = "bilaga"
	}
	return fmt.Sprintf("%s%02d-%s%s", originals, n, stem, strings.TrimRight(clean(ext, 10), ". "))
}
