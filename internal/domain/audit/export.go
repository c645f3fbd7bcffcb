package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"varn/internal/kit/fault"
)

// exportVersion leads every export.
const exportVersion = 1

// An export is JSON Lines: one header, then the entries in the order of the tree, each checkpoint
// where its size is reached.
type line struct {
	Log        int    `json:"varn_log,omitempty"` // the header: version
	Org        string `json:"org,omitempty"`
	Seq        *int64 `json:"seq,omitempty"`
	Ref        int64  `json:"ref,omitempty"`
	Leaf       []byte `json:"leaf,omitempty"`
	Salt       []byte `json:"salt,omitempty"`
	Payload    []byte `json:"payload,omitempty"`
	Size       int64  `json:"size,omitempty"`
	Checkpoint string `json:"checkpoint,omitempty"`
}

// Exporter writes an export.
type Exporter struct {
	buffer *bufio.Writer
	json   *json.Encoder
}

// NewExporter writes the header.
func NewExporter(w io.Writer, org string) (*Exporter, error) {
	b := bufio.NewWriter(w)
	x := &Exporter{b, json.NewEncoder(b)}
	return x, x.json.Encode(line{Log: exportVersion, Org: org})
}

// Entry writes an entry.
func (x *Exporter) Entry(s Sealed) error {
	return x.json.Encode(line{Seq: &s.Seq, Ref: s.Ref, Leaf: s.Leaf[:], Salt: s.Salt, Payload: s.Payload})
}

// Checkpoint writes a checkpoint; call it when size entries have been written.
func (x *Exporter) Checkpoint(size int64, signed string) error {
	return x.json.Encode(line{Size: size, Checkpoint: signed})
}

// Close writes what is buffered.
func (x *Exporter) Close() error { return x.buffer.Flush() }

// VerifyExport verifies an export with public keys alone. An error says that it could not be
// read; what is wrong with the log stands in the report.
func VerifyExport(r io.Reader, trust Trust) (Report, error) {
	decoder := json.NewDecoder(bufio.NewReader(r))
	var header line
	if err := decoder.Decode(&header); err != nil || header.Log != exportVersion || header.Org == "" {
		return Report{}, fault.New(fault.Invalid, "fault.invalid", "the file is no export of a log, or of a newer version")
	}
	replay := NewReplay(header.Org, trust)
	for n := 2; ; n++ {
		var l line
		err := decoder.Decode(&l)
		if errors.Is(err, io.EOF) {
			return replay.Report(), nil
		}
		if err != nil || !replay.line(l) {
			return replay.Report(), fault.New(fault.Invalid, "fault.invalid", "the export is damaged at line "+strconv.Itoa(n))
		}
	}
}

func (r *Replay) line(l line) bool {
	if l.Checkpoint != "" {
		r.Checkpoint([]byte(l.Checkpoint), l.Size)
		return true
	}
	if l.Seq == nil {
		return false
	}
	s := Sealed{Seq: *l.Seq, Ref: l.Ref, Salt: l.Salt, Payload: l.Payload}
	if copy(s.Leaf[:], l.Leaf) != len(s.Leaf) || len(l.Leaf) != len(s.Leaf) {
		return false
	}
	r.Entry(s)
	return true
}
