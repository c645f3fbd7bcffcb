package registration

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"varn/internal/kit/fault"
)

// Format writes a number. Sub 0 is the case itself.
func (p Pattern) Format(n Number) (string, error) {
	if n.Year < minYear || n.Year > maxYear || n.Serial < 1 || n.Serial > MaxSerial || n.Sub < 0 || n.Sub > MaxSub || n.Sub > 0 && !p.HasSub() {
		return "", fault.Detailf("the number %d of %d, record %d, does not fit the pattern %s", n.Serial, n.Year, n.Sub, p)
	}
	var b strings.Builder
	for _, one := range p.said(n.Sub) {
		switch one.kind {
		case text:
			b.WriteString(one.text)
		case year:
			fmt.Fprintf(&b, "%04d", n.Year)
		case serial:
			fmt.Fprintf(&b, "%0*d", one.width, n.Serial)
		case sub:
			b.WriteString(strconv.Itoa(n.Sub))
		}
	}
	return b.String(), nil
}

// said are the parts that stand in a number: all, or those of the case alone.
func (p Pattern) said(n int) []part {
	if p.HasSub() && n == 0 {
		return p.parts[:len(p.parts)-2]
	}
	return p.parts
}

// Parse reads a number exactly as Format writes it.
func (p Pattern) Parse(written string) (Number, bool) {
	n, ok := p.MatchOutside(written)
	if !ok {
		return Number{}, false
	}
	again, err := p.Format(n)
	return n, err == nil && again == written
}

// MatchOutside reads a number of this pattern as people write it in other systems and in mail:
// capitals, spaces and leading zeros count for nothing. It tells whether the number is plausible,
// never whether it exists.
func (p Pattern) MatchOutside(written string) (Number, bool) {
	if len(written) > 4*MaxPattern || len(p.parts) == 0 {
		return Number{}, false
	}
	written = squeeze(written)
	for _, withSub := range []int{0, 1} {
		if withSub == 1 && !p.HasSub() {
			break
		}
		parts := p.said(withSub)
		m := expression(parts).FindStringSubmatch(written)
		if m == nil {
			continue
		}
		var n Number
		for i, at := 0, 1; i < len(parts); i++ {
			if parts[i].kind == text {
				continue
			}
			v, err := strconv.Atoi(m[at])
			at++
			switch {
			case err != nil:
				return Number{}, false
			case parts[i].kind == year:
				n.Year = v
			case parts[i].kind == serial:
				n.Serial = v
			case parts[i].kind == sub:
				n.Sub = v
			}
		}
		_, err := p.Format(n)
		return n, err == nil && (withSub == 0 || n.Sub > 0)
	}
	return Number{}, false
}

// expression matches a squeezed number.
func expression(parts []part) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for _, one := range parts {
		switch one.kind {
		case text:
			b.WriteString(regexp.QuoteMeta(squeeze(one.text)))
		case year:
			b.WriteString(`(\d{4})`)
		default:
			b.WriteString(`(\d{1,12})`)
		}
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String())
}

// squeeze leaves out what people write differently.
func squeeze(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
