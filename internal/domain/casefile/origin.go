package casefile

import (
	"encoding/json"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/seal"
)

// Act (händelse) is what was done with an original.
type Act string

// The acts.
const (
	ActReceived Act = "received" // it came in
	ActOpened   Act = "opened"   // somebody read it
	ActCopied   Act = "copied"   // into the view for the police
	ActPacked   Act = "packed"   // into a package
	ActBroken   Act = "broken"   // it was another than the one that came in
)

// Acts lists every act.
func Acts() []Act { return []Act{ActReceived, ActOpened, ActCopied, ActPacked, ActBroken} }

// Term is the key of its label.
func (a Act) Term() string { return code.Term("evidence.act", a) }

// Custody (förvaring) is one line of who has had an original, when, why and from where. Times are to
// the minute at intake and to the hour afterwards, as the log keeps them.
type Custody struct {
	At   time.Time `json:"at"`
	Act  Act       `json:"act"`
	Who  string    `json:"who,omitempty"`
	Why  string    `json:"why,omitempty"`
	From string    `json:"from,omitempty"`
}

// Origin (ursprung) is an attachment's sealed row as the log knows it, laid open: with the data key of
// that body and of nothing else, so that it can be shown to have come in when and as it did.
type Origin struct {
	Org        string `json:"org"`
	Authority  string `json:"authority"`
	Case       string `json:"case"`
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Seq        int64  `json:"seq"`
	KeyVersion int64  `json:"key_version"`
	Body       []byte `json:"body"`
	Created    int64  `json:"created"` // microseconds since 1970
	Version    int64  `json:"version"`
	Key        []byte `json:"key"`
}

// Lay makes it of an item and its data key.
func Lay(it Item, data seal.Key) *Origin {
	return &Origin{Org: it.Org, Authority: it.Authority, Case: it.Case, ID: it.ID, Kind: string(it.Kind), Seq: it.Seq, KeyVersion: it.KeyVersion,
		Body: it.Body.Bytes(), Created: int64(it.Created), Version: it.Version, Key: data.Bytes()}
}

// Item is the row again; without its data key.
func (o Origin) Item() Item {
	return Item{Org: o.Org, Authority: o.Authority, Case: o.Case, ID: o.ID, Kind: ItemKind(o.Kind), Seq: o.Seq,
		KeyVersion: o.KeyVersion, Body: seal.NewBox(o.Body), Created: clock.Stamp(o.Created), Version: o.Version}
}

// File opens the row. It is nil when the row is not one of a file, or the key does not fit.
func (o Origin) File() *File {
	key, err := seal.KeyFrom(o.Key)
	it := o.Item()
	if err != nil || it.Kind != Attachment {
		return nil
	}
	plain, err := key.OpenBody(it.Body, it.AD())
	var f File
	if err != nil || json.Unmarshal(plain, &f) != nil {
		return nil
	}
	return &f
}

// Copy is where a file of the police's view came from.
type Copy struct {
	Row     *Origin   `json:"row"`
	Custody []Custody `json:"custody"`
	Card    *Card     `json:"card,omitempty"`
}
