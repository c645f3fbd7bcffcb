package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// PackageKind is the row of the log's entry that says that a package was made: its id, and the
// SHA-256 of its manifest.
const PackageKind = "package"

// Proofs (loggbevis) lets anybody see, by the log's public key alone, that a package was made as its
// manifest says and that its originals came in as it says.
type Proofs struct {
	Version int     `json:"varn_proofs"`
	Key     string  `json:"key"`  // the log's public key; whoever verifies should have it from elsewhere
	Size    int64   `json:"size"` // of the tree that the checkpoint signs
	Entries []Proof `json:"entries"`
}

// Proof is one entry of the log, that it stands in the tree, and what it says of one file.
type Proof struct {
	Path    string      `json:"path"`
	Seq     int64       `json:"seq"`
	Ref     int64       `json:"ref"`
	Salt    []byte      `json:"salt"`
	Payload []byte      `json:"payload"`
	Hashes  []tlog.Hash `json:"hashes"`
	// Item is the sealed row that the entry names, with the key that opens it and nothing else. The
	// manifest's own entry has none.
	Item *casefile.Origin `json:"item,omitempty"`
}

// Encode gives the proofs as they lie in the package.
func (p Proofs) Encode() ([]byte, error) {
	p.Version = formatVersion
	b, err := json.MarshalIndent(p, "", " ")
	return append(b, '\n'), err
}

func decodeProofs(b []byte) (Proofs, error) {
	var p Proofs
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || p.Version != formatVersion || len(p.Entries) > maxEntries {
		return p, fault.New(fault.Invalid, "fault.invalid", "the proofs can't be read, or are of a newer version")
	}
	if again, err := p.Encode(); err != nil || !bytes.Equal(again, b) { // nothing signs this file: it has one form only
		return p, fault.New(fault.Invalid, "fault.invalid", "the proofs are not written as Värn writes them")
	}
	return p, nil
}

// stands tells whether the entry stands in the tree, and gives it.
func (p Proof) stands(c audit.Checkpoint) (audit.Entry, bool) {
	leaf := audit.Leaf(c.Org, p.Ref, p.Salt, p.Payload)
	if p.Seq < 0 || p.Seq >= c.Size || tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Seq, leaf) != nil {
		return audit.Entry{}, false
	}
	e, err := audit.Decode(p.Payload)
	return e, err == nil
}

// names gives the hash that an entry has for a row of a kind.
func names(e audit.Entry, kind, id string) ([32]byte, bool) {
	for _, r := range e.Rows {
		if r.Kind == kind && (id == "" || r.ID == id) {
			return r.Hash, true
		}
	}
	return [32]byte{}, false
}

// Fingerprint is a public key's sum in groups that can be read aloud.
func Fingerprint(key string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(key)))
	text := base32.StdEncoding.EncodeToString(sum[:])[:32]
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, " ")
}
