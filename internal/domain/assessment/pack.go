package assessment

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an indicator set.
const (
	MaxPack       = 256 << 10 // bytes
	MaxIndicators = 120
	packFormat    = 1
	maxLabel      = 300 // characters
	maxHelp       = 1_000
	maxLicence    = 500
)

// Indicator (indikator) is one thing to look for, in each of the set's languages.
type Indicator struct {
	ID    string            `json:"id"`
	Group Group             `json:"group"`
	Text  map[string]string `json:"text"`
	Help  map[string]string `json:"help,omitempty"`
	// Initial: it is also asked in the initial depth.
	Initial bool `json:"initial,omitempty"`
	// From are codes of a report that speak for it, as "sign:WEAPON": a proposal to whoever assesses.
	From []string `json:"from,omitempty"`
}

// Say gives a text in a language, or in the set's first.
func (p Pack) Say(text map[string]string, lang string) string {
	if s := text[lang]; s != "" {
		return s
	}
	return text[p.Languages[0]]
}

// Pack (indikatorset) is a set of indicators with where it comes from and on what terms.
type Pack struct {
	Format     int               `json:"varn_indicators"`
	ID         string            `json:"id"`
	Version    string            `json:"version"`
	Languages  []string          `json:"languages"`
	Name       map[string]string `json:"name"`
	Licence    map[string]string `json:"licence"`
	Indicators []Indicator       `json:"indicators"`
}

var (
	idPattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	langPattern = regexp.MustCompile(`^[a-z]{2,3}$`)
	fromPattern = regexp.MustCompile(`^(sign|form|subtype|medium|place|situation|consequence|fact):[A-Z_]{1,40}$`)
)

func validID(id string) bool { return idPattern.MatchString(id) }

// ParsePack reads an indicator set. What is wrong is said for the operator, with the indicator it is in.
func ParsePack(raw []byte) (Pack, error) {
	var p Pack
	if len(raw) > MaxPack {
		return p, fmt.Errorf("is larger than %d bytes", MaxPack)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Pack{}, fmt.Errorf("is no indicator set: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Pack{}, errors.New("holds more than one set")
	}
	return p, p.check()
}

func (p Pack) check() error {
	switch {
	case p.Format != packFormat:
		return fmt.Errorf("varn_indicators must be %d", packFormat)
	case !validID(p.ID):
		return errors.New("id must be small letters, digits and hyphens, at most 40")
	case p.Version == "" || len(p.Version) > 40 || !plain(p.Version):
		return errors.New("version must be 1 to 40 characters")
	case len(p.Languages) == 0 || len(p.Languages) > 10:
		return errors.New("languages must name 1 to 10")
	case len(p.Indicators) == 0 || len(p.Indicators) > MaxIndicators:
		return fmt.Errorf("indicators must be 1 to %d", MaxIndicators)
	}
	for i, lang := range p.Languages {
		if !langPattern.MatchString(lang) || slices.Contains(p.Languages[:i], lang) {
			return errors.New("languages must be different codes of two or three letters")
		}
	}
	if err := p.texts(p.Name, maxLabel, true); err != nil {
		return fmt.Errorf("name %w", err)
	}
	if err := p.texts(p.Licence, maxLicence, true); err != nil {
		return fmt.Errorf("licence %w", err)
	}
	seen := map[string]bool{}
	for n, i := range p.Indicators {
		if !validID(i.ID) || seen[i.ID] {
			return fmt.Errorf("indicator %d: id must be its own, small letters, digits and hyphens", n+1)
		}
		seen[i.ID] = true
		if err := p.indicator(i); err != nil {
			return fmt.Errorf("indicator %s: %w", i.ID, err)
		}
	}
	return nil
}

func (p Pack) indicator(i Indicator) error {
	if !slices.Contains(Groups(), i.Group) {
		return errors.New("group must be BEHAVIOUR, RELATION, EXPOSURE or PROTECTIVE")
	}
	if err := p.texts(i.Text, maxLabel, true); err != nil {
		return fmt.Errorf("text %w", err)
	}
	if err := p.texts(i.Help, maxHelp, false); err != nil {
		return fmt.Errorf("help %w", err)
	}
	if len(i.From) > 20 || slices.ContainsFunc(i.From, func(f string) bool { return !fromPattern.MatchString(f) }) {
		return errors.New("from must name codes of a report, as sign:WEAPON")
	}
	return nil
}

// texts wants a text in each language of the set, and in no other.
func (p Pack) texts(text map[string]string, most int, needed bool) error {
	for lang, s := range text {
		if !slices.Contains(p.Languages, lang) {
			return errors.New("is in a language that the set does not name")
		}
		if strings.TrimSpace(s) == "" || utf8.RuneCountInString(s) > most || !plain(s) {
			return fmt.Errorf("must be one line of 1 to %d characters in each language", most)
		}
	}
	if needed && len(text) != len(p.Languages) {
		return errors.New("lacks a language")
	}
	return nil
}

// plain tells whether a text has neither control characters nor marks that turn text around.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}

// Of gives the indicators of a group.
func (p Pack) Of(g Group) []Indicator {
	var out []Indicator
	for _, i := range p.Indicators {
		if i.Group == g {
			out = append(out, i)
		}
	}
	return out
}

//go:embed varn.json
var builtin []byte

// Builtin is Värn's own indicator set, in our own words.
func Builtin() Pack {
	p, err := ParsePack(builtin)
	if err != nil {
		panic("varn.json " + err.Error())
	}
	return p
}
