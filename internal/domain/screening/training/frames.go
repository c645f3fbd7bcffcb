// Package training makes the set that screening's learned part is trained and judged on, and trains it.
// Everything in it was written for the purpose; no message of anybody's is in it.
package training

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"varn/internal/domain/screening"
)

//go:embed set/*.txt
var written embed.FS

// Part says what an example is for.
type Part string

const (
	// Train is what the weights are made of.
	Train Part = "train"
	// HeldBack was made of frames that stand nowhere in training.
	HeldBack Part = "held_back"
	// Free was written message by message, without frames; it is held back too.
	Free Part = "free"
)

// Example is a message and what people hold it for; no kinds: it should pass.
type Example struct {
	Part  Part             `json:"part"`
	Lang  string           `json:"lang"`
	Group string           `json:"group"` // the kind, or what sort of lawful message
	Kinds []screening.Kind `json:"kinds"`
	Text  string           `json:"text"`
	frame int              // which frame it was made of
}

// Want is the verdict that people expect: threats, veiled ones, doxing and self-harm wake somebody or
// lie behind a cover; the rest are flagged; lawful messages pass.
func (e Example) Want() screening.Verdict {
	switch {
	case len(e.Kinds) == 0:
		return screening.Pass
	case slices.Contains(e.Kinds, screening.Threat) || slices.Contains(e.Kinds, screening.SelfHarm):
		return screening.Alarm
	}
	return screening.Flag
}

// Set makes the whole set, the same bytes every time.
func Set() ([]Example, error) {
	slots, err := readSlots()
	if err != nil {
		return nil, err
	}
	m := &maker{slots: slots, seen: map[string]bool{}}
	for _, f := range []struct {
		name            string
		part            Part
		filled, unslot  int
		wrapped, rugged bool
	}{
		{"train.txt", Train, 4, 3, true, true},
		{"train2.txt", Train, 3, 2, true, true},
		{"train3.txt", Train, 3, 3, true, true},
		{"train4.txt", Train, 3, 3, true, true},
		{"train5.txt", Train, 2, 2, true, true},
		{"own.txt", Train, 1, 1, false, false},
		{"heldback.txt", HeldBack, 3, 2, true, false},
		{"free.txt", Free, 1, 1, false, false},
	} {
		raw, err := written.ReadFile("set/" + f.name)
		if err != nil {
			return nil, err
		}
		blocks, err := readBlocks(string(raw))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		for _, b := range blocks {
			m.frames++
			n := f.unslot
			if f.part != Free && strings.Contains(b.text, "{") {
				n = f.filled
			}
			for k := range n {
				text := b.text
				if f.part != Free {
					text = m.fill(text, f.part, b.lang, f.wrapped && k > 0, f.rugged && k == n-1)
				}
				if m.seen[text] {
					continue
				}
				m.seen[text] = true
				m.out = append(m.out, Example{f.part, b.lang, b.group, b.kinds, text, m.frames})
			}
		}
	}
	return m.out, nil
}

// block is one frame, or one free message.
type block struct {
	group, lang, text string
	kinds             []screening.Kind
}

// readBlocks reads "== kind language group" and under it a frame a line; a line that begins with >
// belongs to the one after it.
func readBlocks(text string) ([]block, error) {
	var out []block
	var head block
	var quoted string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "== "); ok {
			f := strings.Fields(rest)
			if len(f) < 2 {
				return nil, fmt.Errorf("%q: no language", line)
			}
			head = block{group: f[0], lang: f[1], kinds: []screening.Kind{}}
			if len(f) > 2 {
				head.group = f[2]
			}
			if f[0] != "pass" {
				head.kinds = append(head.kinds, screening.Kind(f[0]))
				if !slices.Contains(screening.Kinds[:], head.kinds[0]) {
					return nil, fmt.Errorf("%q: no such kind", line)
				}
			}
			continue
		}
		switch {
		case line == "" || strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, ">"):
			quoted += line + "\n"
		default:
			head.text = quoted + line
			quoted = ""
			out = append(out, head)
		}
	}
	return out, nil
}

func readSlots() (map[string][]string, error) {
	raw, err := written.ReadFile("set/slots.txt")
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "//") || strings.TrimSpace(line) == "" {
			continue
		}
		name, rest, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("slots.txt: %q", line)
		}
		for _, v := range strings.Split(rest, "|") {
			out[name] = append(out[name], strings.TrimSpace(v))
		}
	}
	return out, nil
}

// maker fills frames by a generator of its own, so that the set is the same on every machine.
type maker struct {
	slots map[string][]string
	state uint64
	seen  map[string]bool
	out   []Example
	// frames counts the frames so far.
	frames int
}

// next is splitmix64.
func (m *maker) next(n int) int {
	m.state += 0x9E3779B97F4A7C15
	z := m.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(n))
}

func (m *maker) pick(slot string) string {
	all := m.slots[slot]
	if len(all) == 0 {
		panic("training: no slot " + slot)
	}
	return all[m.next(len(all))]
}

// fill fills the slots of a frame, puts something ordinary around it, and writes it as hurried people do.
func (m *maker) fill(frame string, part Part, lang string, wrapped, rugged bool) string {
	if wrapped && lang == "sv" {
		own := ""
		if part != Train {
			own = "2"
		}
		lines := []string{m.pick("opener" + own), m.pick("middle"+own) + " " + frame, m.pick("closer" + own)}
		frame = strings.TrimSpace(strings.Join(lines, "\n"))
	}
	for strings.Contains(frame, "{") {
		before, rest, _ := strings.Cut(frame, "{")
		slot, after, _ := strings.Cut(rest, "}")
		value := m.pick(slot)
		if before == "" || strings.HasSuffix(before, ". ") || strings.HasSuffix(before, "! ") || strings.HasSuffix(before, "? ") || strings.HasSuffix(before, "\n") {
			value = capital(value)
		}
		frame = before + value + after
	}
	for strings.Contains(frame, "  ") {
		frame = strings.ReplaceAll(frame, "  ", " ")
	}
	frame = strings.ReplaceAll(frame, "\n ", "\n")
	if rugged {
		frame = m.rugged(frame)
	}
	return frame
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// rugged writes in one of the ways that people do: in small letters, in capitals, without its full
// stops, with a letter lost, or as it was.
func (m *maker) rugged(text string) string {
	switch m.next(6) {
	case 0:
		return strings.ToLower(text)
	case 1:
		return strings.ToUpper(text)
	case 2:
		return strings.NewReplacer(".", "", ",", "").Replace(text)
	case 3:
		letters := []rune(text)
		i := m.next(len(letters))
		return string(slices.Delete(letters, i, i+1))
	case 4:
		return strings.NewReplacer("å", "a", "ä", "a", "ö", "o").Replace(text)
	}
	return text
}
