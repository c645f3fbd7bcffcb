package exposure

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Baseline (godkända fynd) is what has been found and may stand: each with who accepted it, why, and
// until when.
type Baseline struct {
	Version  int        `json:"version"` // 1
	Salt     string     `json:"salt"`    // of this file's fingerprints
	Accepted []Accepted `json:"accepted"`
}

// Accepted is one finding that may stand. Until is its last day, "2027-06-30"; empty: for ever.
type Accepted struct {
	Fingerprint string `json:"fingerprint"`
	Source      string `json:"source"`
	Kind        Kind   `json:"kind"`
	Masked      string `json:"masked"`
	By          string `json:"by"`
	Why         string `json:"why"`
	Until       string `json:"until,omitempty"`
}

// NewBaseline is an empty one.
func NewBaseline() Baseline {
	var salt [8]byte
	_, _ = rand.Read(salt[:]) // never fails
	return Baseline{Version: 1, Salt: hex.EncodeToString(salt[:]), Accepted: []Accepted{}}
}

// ReadBaseline reads a baseline's file. Each entry says by whom and why, or the file is refused.
func ReadBaseline(raw []byte) (Baseline, error) {
	var b Baseline
	if err := json.Unmarshal(raw, &b); err != nil {
		return Baseline{}, err
	}
	if b.Version != 1 || b.Salt == "" {
		return Baseline{}, errors.New("not a baseline of version 1")
	}
	for i, a := range b.Accepted {
		if a.Fingerprint == "" || a.By == "" || a.Why == "" {
			return Baseline{}, fmt.Errorf("entry %d: fingerprint, by and why must be given", i+1)
		}
		if a.Until != "" {
			if _, err := time.Parse(time.DateOnly, a.Until); err != nil {
				return Baseline{}, fmt.Errorf("entry %d: until must be a date like 2027-06-30", i+1)
			}
		}
	}
	return b, nil
}

// InForce gives the fingerprints that still hold on a day; those that have ended count again.
func (b Baseline) InForce(day time.Time) map[string]bool {
	today, out := day.Format(time.DateOnly), map[string]bool{}
	for _, a := range b.Accepted {
		if a.Until == "" || a.Until >= today {
			out[a.Fingerprint] = true
		}
	}
	return out
}

// Fingerprint names a finding by its source, kind and value, wherever in the source it stands. Of what
// the mask hides it holds ten bits only: another value in its place is noticed 1,023 times in
// 1,024, and yet nobody who has the file can tell which of a thousand values it was.
func (b Baseline) Fingerprint(source string, h Hit) string {
	inner := sha256.Sum256([]byte(b.Salt + "\x00" + h.Value))
	check := binary.BigEndian.Uint16(inner[:]) & 1023
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%d", b.Salt, source, h.Kind, h.Masked(), check))
	return hex.EncodeToString(sum[:12])
}

// Accept adds a finding; one that stands already gets the new reason and day.
func (b *Baseline) Accept(source string, h Hit, by, why, until string) {
	a := Accepted{Fingerprint: b.Fingerprint(source, h), Source: source, Kind: h.Kind, Masked: h.Masked(), By: by, Why: why, Until: until}
	for i := range b.Accepted {
		if b.Accepted[i].Fingerprint == a.Fingerprint {
			b.Accepted[i] = a
			return
		}
	}
	b.Accepted = append(b.Accepted, a)
}
