package directory

import (
	"strings"

	"varn/internal/kit/clock"
)

// Conformance (avstämning) is what is published held against what the policy says, body by body.
type Conformance struct {
	V          int         `json:"v"`
	At         clock.Stamp `json:"at"`
	Bodies     []Tally     `json:"bodies"`
	Deviations []Deviation `json:"deviations"`
}

// Tally counts one body.
type Tally struct {
	Body   string  `json:"body"` // id
	Name   string  `json:"name"`
	People int     `json:"people"`
	Fields []Count `json:"fields"`
}

// Count is one field among a body's members.
type Count struct {
	Field     Field `json:"field"`
	Rule      Rule  `json:"rule"` // the body's own
	Held      int   `json:"held"`
	Asked     int   `json:"asked"`
	Consented int   `json:"consented"`
	Published int   `json:"published"`
}

// Deviation is something that is published and should not be. Where names the output.
type Deviation struct {
	Representative string `json:"representative"`
	Field          Field  `json:"field"`
	Where          string `json:"where"`
}

// Conform makes the report. Outputs are the texts that leave the house, by name; a withheld value is looked
// for in each of them, letter by letter, by another way than the one that withheld it.
func Conform(g *Register, on Day, at clock.Stamp, outputs map[string]string) Conformance {
	out := Conformance{V: 1, At: at, Deviations: []Deviation{}}
	for _, b := range g.Bodies {
		if b.Ended == 0 {
			out.Bodies = append(out.Bodies, g.tally(b, on))
		}
	}
	public := Publish(g, on, at)
	for _, r := range g.Representatives {
		for _, d := range g.Decide(r, on) {
			value := g.value(r, d.Field)
			if value == "" || r.Ended == 0 && d.Published || public.elsewhere(r.ID, value) {
				continue
			}
			for where, text := range outputs {
				if strings.Contains(text, value) {
					out.Deviations = append(out.Deviations, Deviation{r.ID, d.Field, where})
				}
			}
		}
	}
	return out
}

func (g *Register) tally(b Body, on Day) Tally {
	t := Tally{Body: b.ID, Name: b.Name}
	own := g.Policy("")
	for _, f := range Fields() {
		t.Fields = append(t.Fields, Count{Field: f, Rule: g.Policy(b.ID).within(f, own)})
	}
	for _, r := range g.Representatives {
		held := g.Holds(r.ID, on)
		in := false
		for _, a := range held {
			in = in || a.In == b.ID
		}
		if !in || r.Ended != 0 {
			continue
		}
		t.People++
		for i, d := range g.Decide(r, on) {
			t.Fields[i].count(d)
		}
	}
	return t
}

func (c *Count) count(d Decision) {
	for _, one := range []struct {
		yes bool
		n   *int
	}{{d.Held, &c.Held}, {d.Held && d.Asked, &c.Asked}, {d.Held && d.Asked && d.Consented, &c.Consented}, {d.Published, &c.Published}} {
		if one.yes {
			*one.n++
		}
	}
}

// value is the text that would give a field away; parties and assignments are others' too.
func (g *Register) value(r Representative, f Field) string {
	switch f {
	case Name:
		return r.Name
	case Phone:
		return r.Phone
	case Link:
		return r.Link
	case Contact:
		return r.Address
	case Photo:
		p, _ := g.Portrait(r.ID)
		return p.ID
	}
	return ""
}

// elsewhere tells whether somebody else rightly shows the same text.
func (p Public) elsewhere(id, value string) bool {
	for _, x := range p.People {
		if x.ID != id && (x.Name == value || x.Phone == value || x.Link == value || x.Address == value) {
			return true
		}
	}
	for _, b := range p.Bodies {
		if b.Address == value || strings.Contains(b.Name+b.Text, value) {
			return true
		}
	}
	return false
}
