package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed texts
var files embed.FS

// Key names a text: "start.title" is title under [start].
type Key string

// Texts holds every text in every language. It is read-only once loaded.
type Texts struct{ by map[Lang]map[Key]string }

// Load reads the texts built into the program: texts/LANG/*.toml.
func Load() (*Texts, error) {
	t := &Texts{by: map[Lang]map[Key]string{}}
	for _, l := range Langs() {
		t.by[l] = map[Key]string{}
		names, err := fs.Glob(files, path.Join("texts", string(l), "*.toml"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := t.read(l, name); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return t, nil
}

// LoadFile reads one file of the texts of one language, for a command that must say something at once.
func LoadFile(l Lang, name string) (*Texts, error) {
	t := &Texts{by: map[Lang]map[Key]string{l: {}}}
	return t, t.read(l, path.Join("texts", string(l), name+".toml"))
}

func (t *Texts) read(l Lang, name string) error {
	raw, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		return err
	}
	return t.add(l, "", tree)
}

func (t *Texts) add(l Lang, prefix string, tree map[string]any) error {
	for name, v := range tree {
		key := Key(prefix + name)
		switch v := v.(type) {
		case string:
			if _, twice := t.by[l][key]; twice {
				return fmt.Errorf("%s stands twice", key)
			}
			t.by[l][key] = strings.TrimSpace(v)
		case map[string]any:
			if err := t.add(l, string(key)+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is no text", key)
		}
	}
	return nil
}

// Has tells whether the text exists in the language.
func (t *Texts) Has(l Lang, k Key) bool {
	_, ok := t.by[l][k]
	return ok
}

// Keys lists the keys of a language in order.
func (t *Texts) Keys(l Lang) []Key { return slices.Sorted(maps.Keys(t.by[l])) }

// Say gives the text with {0}, {1} … replaced by the arguments as the language writes them.
// A key without a text gives the key in brackets, so that it is seen and reported.
func (t *Texts) Say(l Lang, k Key, args ...any) string {
	s, ok := t.by[l][k]
	if !ok {
		return "[" + string(k) + "]"
	}
	for i, a := range args {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", l.write(a))
	}
	return s
}

// Count gives KEY.one or KEY.other by n, which is also {0}; the other arguments follow.
func (t *Texts) Count(l Lang, k Key, n int, args ...any) string {
	form := k + ".other"
	if n == 1 {
		form = k + ".one"
	}
	return t.Say(l, form, append([]any{n}, args...)...)
}
