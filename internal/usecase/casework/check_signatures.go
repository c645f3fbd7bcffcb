package casework

import (
	"context"
	"io"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/mailauth"
	"varn/internal/kit/fault"
)

// maxLetter is how much of an original is read as mail, in bytes.
const maxLetter = 64 << 20

// SignatureField is the field of a change by which what came of a check stays in the case.
const SignatureField = "dkim"

// Signature is what came of one signature: the domain that signed, and the outcome as RFC 8601 spells it.
type Signature struct{ Domain, Outcome string }

// CheckSignatures checks the DKIM signatures of an original that is mail, with the keys that its domains publish now, and
// keeps what came of it in the case: a key that is taken away later can't be asked again. It is an opening.
func (d *Desk) CheckSignatures(ctx context.Context, s *access.Session, ref, item string) ([]Signature, error) {
	if d.Signatures == nil {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "no resolver is set")
	}
	f, err := d.OpenFile(ctx, s, ref, item)
	if err != nil {
		return nil, err
	}
	if f.Size > maxLetter {
		return nil, nil
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	var out []Signature
	var said []string
	for _, one := range d.Signatures.DKIM(ctx, raw) {
		out = append(out, Signature{one.Domain, string(one.Outcome)})
		said = append(said, strings.TrimSpace(one.Domain+" "+string(one.Outcome)))
	}
	if len(said) == 0 {
		said = []string{string(mailauth.None)}
	}
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: SignatureField, Before: f.Name, After: strings.Join(said, ", ")})
		return adding{in: []sealed{one}, act: "file.signatures"}, err
	})
	if fault.Is(err, fault.Conflict) && fault.Of(err).Code == "case.closed" {
		err = nil // nothing is added to what is closed; whoever asked has the answer
	}
	return out, err
}
