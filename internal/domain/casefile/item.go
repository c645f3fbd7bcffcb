package casefile

import (
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// ItemKind is what kind of sealed item lies in a case.
type ItemKind string

// The kinds of item.
const (
	Title      ItemKind = "title"
	Message    ItemKind = "message"
	Attachment ItemKind = "attachment"
)

// Item (post) is one sealed thing in a case. Its author stands inside the seal.
type Item struct {
	Org        string      `db:"org"`
	Authority  string      `db:"authority"`
	Case       string      `db:"case_id"`
	ID         string      `db:"id"`
	Kind       ItemKind    `db:"kind"`
	Seq        int64       `db:"seq"`
	KeyVersion int64       `db:"key_version"`
	DataKey    seal.Box    `db:"data_key"`
	Body       seal.Box    `db:"body"`
	Created    clock.Stamp `db:"created"`
	Version    int64       `db:"version"`
	MAC        []byte      `db:"mac"`
}

// AD binds the item's data key and body to organisation, case, item, kind and version.
func (i Item) AD() seal.AD {
	return seal.Bind("item", i.Org, i.Case, i.ID, string(i.Kind)).With(i.Version)
}

// Who is what the item's MAC covers. The data key is not part of it: a member re-seals it
// under the case key when an item came by the public half.
func (i Item) Who() seal.AD {
	return seal.Bind("item row", i.Org, i.Authority, i.Case, i.ID, string(i.Kind)).
		With(i.Seq, i.KeyVersion, i.Body.Bytes(), int64(i.Created), i.Version)
}

// Hash is what the log remembers of the row, so that an older row is noticed.
func (i Item) Hash() [32]byte { return i.Who().Hash() }

// Text is the sealed content of a title or a message.
type Text struct {
	Author string `json:"author"` // person id; empty: somebody without an account
	// As is the function that a member acts for; Reporter: it comes from whoever reported.
	As       string `json:"as,omitempty"`
	Reporter bool   `json:"reporter,omitempty"`
	Text     string `json:"text"`
}

// File is the sealed content of an attachment item; the bytes lie as an object of chunks.
type File struct {
	Author string `json:"author"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	// Tree is the seal.TreeHash of the bytes as they came; of up to seal.TreeLeaf bytes it is their
	// plain SHA-256.
	Tree   []byte `json:"tree_sha256"`
	Object string `json:"object"`
	Key    []byte `json:"key"` // the object's stream key
	// From is where a copy in the police's view came from; nil in every other.
	From *Copy `json:"from,omitempty"`
}

// Limits of what a person may write.
const (
	MaxTitle   = 200
	MaxMessage = 50_000
	MaxReason  = 1_000
	MaxFile    = 2 << 30 // bytes of one attachment
)

// CheckText tells what must be mended in a text of a form's field.
func CheckText(field, text string, most int) error {
	n := len([]rune(strings.TrimSpace(text)))
	switch {
	case n == 0:
		return fault.In(field, "field.required")
	case n > most:
		return fault.In(field, "field.too-long", most)
	case strings.ContainsRune(text, 0):
		return fault.In(field, "field.bytes")
	}
	return nil
}

// FileName makes a file's name safe to show and to offer: no path, no control characters,
// no marks that turn text around, at most 200 characters.
func FileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == 0xfffd || (r >= 0x200b && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	clean = strings.TrimSpace(clean)
	if r := []rune(clean); len(r) > 200 {
		clean = string(r[:200])
	}
	if clean == "" || clean == "." || clean == ".." {
		return "bilaga"
	}
	return clean
}
