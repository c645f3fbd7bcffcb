package audit

import (
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/kit/fault"
)

// Checkpoint (kontrollpunkt) is a signed statement of a log's size and root, in the form that
// witnesses of other transparency logs read: origin, size, hash, a line each.
type Checkpoint struct {
	Org  string
	Size int64
	Root tlog.Hash
}

const origin = "varn/log/"

// Text is what is signed.
func (c Checkpoint) Text() string {
	return origin + c.Org + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// Sign makes the checkpoint's note.
func (c Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.Text()}, signer)
}

// OpenCheckpoint verifies a checkpoint by the log's own key and tells which witnesses signed it
// too. Signatures by unknown keys are passed over.
func OpenCheckpoint(signed []byte, key note.Verifier, witnesses ...note.Verifier) (Checkpoint, []string, error) {
	n, err := note.Open(signed, note.VerifierList(append([]note.Verifier{key}, witnesses...)...))
	if err != nil {
		return Checkpoint{}, nil, fault.Detailf("a checkpoint is not signed by the log's key")
	}
	own := false
	var seen []string
	for _, s := range n.Sigs {
		if s.Name == key.Name() && s.Hash == key.KeyHash() {
			own = true
		} else {
			seen = append(seen, s.Name)
		}
	}
	if !own {
		return Checkpoint{}, nil, fault.Detailf("a checkpoint is not signed by the log's key")
	}
	c, err := parseCheckpoint(n.Text)
	return c, seen, err
}

func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || !strings.HasPrefix(lines[0], origin) {
		return Checkpoint{}, malformedCheckpoint()
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return Checkpoint{}, malformedCheckpoint()
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	c := Checkpoint{Org: lines[0][len(origin):], Size: size}
	if err != nil || copy(c.Root[:], root) != tlog.HashSize || c.Text() != text {
		return Checkpoint{}, malformedCheckpoint()
	}
	return c, nil
}

// Cosign adds to a checkpoint the signatures that a witness put on the same text.
func Cosign(own, cosigned []byte, key, witness note.Verifier) ([]byte, error) {
	both, err := note.Open(cosigned, note.VerifierList(key, witness))
	if err != nil || !strings.HasPrefix(string(own), both.Text+"\n") {
		return nil, fault.New(fault.Invalid, "fault.invalid", "the witness has signed another checkpoint")
	}
	for _, s := range both.Sigs {
		if s.Name != witness.Name() || s.Hash != witness.KeyHash() {
			continue
		}
		line := "\u2014 " + s.Name + " " + s.Base64 + "\n"
		if strings.Contains(string(own), line) {
			return own, nil
		}
		return append(append([]byte{}, own...), line...), nil
	}
	return nil, fault.New(fault.Invalid, "fault.invalid", "the witness has not signed the checkpoint")
}

func malformedCheckpoint() error { return fault.Detailf("a text that is no checkpoint") }
func malformedTree() error       { return fault.Detailf("leaves or nodes of the log are missing") }
