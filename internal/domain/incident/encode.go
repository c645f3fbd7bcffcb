package incident

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"varn/internal/kit/fault"
)

// version leads every sealed report; a reader refuses what it does not know.
const version = 1

// MaxBody is the most bytes that a sealed report holds: every text at its limit, four bytes to a
// character, with room for escapes.
const MaxBody = 1 << 20

type body struct {
	Version int `json:"v"`
	Report
}

// Encode gives the report as it is sealed.
func (r Report) Encode() ([]byte, error) {
	raw, err := json.Marshal(body{version, r})
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxBody {
		return nil, fault.In("narrative", "field.too-long", MaxNarrative)
	}
	return raw, nil
}

// Decode reads a sealed report: strict on fields and codes, with every group of actors known,
// since an organisation's choice of them may have changed. Its errors repeat nothing of the body.
func Decode(raw []byte) (Report, error) {
	if len(raw) > MaxBody {
		return Report{}, errors.New("incident: the body is too long")
	}
	var b body
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(&b) != nil {
		return Report{}, errors.New("incident: the body is no report")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Report{}, errors.New("incident: something follows the body")
	}
	if b.Version != version {
		return Report{}, errors.New("incident: the body has another version")
	}
	bad := append(b.facts(ActorGroups()), b.bounded()...)
	return b.Report, fault.Form(bad)
}

// bounded checks the answers of a stored report, whose questions may since have been changed.
func (r Report) bounded() []fault.Field {
	if len(r.Answers) > MaxAnswers {
		return []fault.Field{{Name: "answers", Code: "field.too-many", Args: []any{MaxAnswers}}}
	}
	var bad []fault.Field
	for name, a := range r.Answers {
		if !slug(name) || len(a.Choices) > MaxChoices {
			bad = append(bad, fault.Field{Name: "answers", Code: "field.choose"})
			continue
		}
		bad = append(bad, length("answers", a.Text, MaxAnswer)...)
		if slices.ContainsFunc(a.Choices, func(c string) bool { return !slug(c) }) {
			bad = append(bad, fault.Field{Name: "answers", Code: "field.choose"})
		}
	}
	return bad
}
