package mailbox

import (
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Direction tells who wrote.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Sort is what a letter is.
type Sort string

// The sorts.
const (
	Mail   Sort = "mail"
	Form   Sort = "form"   // by the contact form
	Digest Sort = "digest" // many near alike, in one
	Bounce Sort = "bounce" // ours: what could not be delivered
)

// Verdict is what screening proposes: how loudly a letter is announced, never whether it is kept.
type Verdict string

// The verdicts.
const (
	Pass  Verdict = "pass"
	Flag  Verdict = "flag"
	Alarm Verdict = "alarm"
)

// Flagged tells whether a letter is only announced, and never forwarded.
func (v Verdict) Flagged() bool { return v == Flag || v == Alarm }

// Rank orders verdicts, the gravest highest.
func (v Verdict) Rank() int64 {
	switch v {
	case Alarm:
		return 2
	case Flag:
		return 1
	}
	return 0
}

// Handling is what the authority does with a thread as a record.
type Handling string

// The handlings: not looked at, proposed as of little importance (ringa betydelse) or to be
// registered, and confirmed as either.
const (
	Unsorted      Handling = ""
	ProposeMinor  Handling = "propose_minor"
	ProposeRecord Handling = "propose_record"
	Minor         Handling = "minor"
	Registered    Handling = "registered"
)

// Thread (brevväxling) is what one correspondent and one mailbox have written to each other. The row
// tells counts and times.
type Thread struct {
	Org       string      `db:"org"`
	Authority string      `db:"authority"`
	Mailbox   string      `db:"mailbox"`
	ID        string      `db:"id"`
	PeerTag   string      `db:"peer_tag"`
	Letters   int64       `db:"letters"`
	Unseen    int64       `db:"unseen"`
	Rank      int64       `db:"rank"` // the gravest verdict of its letters
	Party     bool        `db:"party"`
	Handling  Handling    `db:"handling"`
	Entry     string      `db:"entry"` // the registration, when registered
	Opened    clock.Stamp `db:"opened"`
	Changed   clock.Stamp `db:"changed"`
}

// Letter (brev) is one mail, in or out. Head and body lie under a data key of its own, which is wrapped
// to those who may read it.
type Letter struct {
	Org        string      `db:"org"`
	Mailbox    string      `db:"mailbox"`
	Thread     string      `db:"thread"`
	ID         string      `db:"id"`
	Seq        int64       `db:"seq"`
	Direction  Direction   `db:"direction"`
	Sort       Sort        `db:"sort"`
	MessageTag string      `db:"message_tag"`
	Verdict    Verdict     `db:"verdict"`
	Auto       bool        `db:"auto"`   // sent by a machine
	Author     string      `db:"author"` // the person who wrote it, when it goes out
	Received   clock.Stamp `db:"received"`
	Size       int64       `db:"size"` // bytes of the raw letter
	Seen       clock.Stamp `db:"seen"`
	Sent       clock.Stamp `db:"sent"` // forwarded or delivered
	Object     string      `db:"object"`
	Head       seal.Box    `db:"head"`
}

// AD binds the head to its letter, and the size and verdict with it.
func (l Letter) AD() seal.AD {
	return seal.Bind("letter head", l.Org, l.Mailbox, l.Thread, l.ID, string(l.Direction), string(l.Sort), string(l.Verdict)).With(l.Size, int64(l.Received))
}

// BodyAD binds the raw letter.
func (l Letter) BodyAD() seal.AD { return seal.Bind("letter body", l.Org, l.ID).With(l.Size) }

// Row is what the log remembers: the head, which holds the hash of the raw letter.
func (l Letter) Row() audit.Row {
	return audit.Row{Kind: "letter", ID: l.ID, Hash: l.AD().With(l.Head).Hash()}
}

// Head is what lies sealed of a letter beside its bytes.
type Head struct {
	From      string          `json:"from"`
	FromName  string          `json:"from_name,omitempty"`
	To        string          `json:"to"` // the recipient it was taken for
	ToName    string          `json:"to_name,omitempty"`
	Subject   string          `json:"subject"`
	MessageID string          `json:"message_id,omitempty"`
	SHA256    string          `json:"sha256"` // of the raw bytes as they came
	Results   json.RawMessage `json:"results,omitempty"`
	Screening json.RawMessage `json:"screening,omitempty"`
	Spam      bool            `json:"spam,omitempty"`
	Unchecked bool            `json:"unchecked,omitempty"` // nobody has looked it through for viruses, though that is set up
	Files     int             `json:"files,omitempty"`
	// Unreadable: the raw letter could not be taken apart; it is kept as it came.
	Unreadable bool `json:"unreadable,omitempty"`
}

// ReaderKind tells to what a letter's key is wrapped.
type ReaderKind string

// The kinds of reader.
const (
	ByPerson   ReaderKind = "person"
	ByFunction ReaderKind = "function"
	ByRecovery ReaderKind = "recovery"
)

// Wrap is a letter's data key as one reader opens it.
type Wrap struct {
	Org    string            `db:"org"`
	Letter string            `db:"letter"`
	Kind   ReaderKind        `db:"kind"`
	Reader string            `db:"reader"`
	How    function.WrapKind `db:"how"`
	Wrap   seal.Box          `db:"wrap"`
}

// AD binds a wrap to its letter and reader.
func (w Wrap) AD() seal.AD {
	return seal.Bind("letter key", w.Org, w.Letter, string(w.Kind), w.Reader)
}

// Closed wraps a data key to a reader who is not here.
func (w Wrap) Closed(c *seal.Courier, to seal.Public, data seal.Key) (Wrap, error) {
	box, err := c.Wrap(to, data.Bytes(), w.AD())
	w.Wrap, w.How = box, function.Public
	return w, err
}

// Open opens a wrap with its reader's key.
func (w Wrap) Open(reader *seal.Private) (seal.Key, error) {
	var raw []byte
	var err error
	if w.How == function.Own {
		raw, err = function.MemberKey(reader).Open(w.Wrap, w.AD())
	} else {
		raw, err = reader.Unwrap(w.Wrap, w.AD())
	}
	if err != nil {
		return seal.Key{}, err
	}
	return seal.KeyFrom(raw)
}

// Own is the same wrap under the reader's own symmetric key: the next opening is two AES openings.
func (w Wrap) Own(reader *seal.Private, data seal.Key) Wrap {
	w.How, w.Wrap = function.Own, function.MemberKey(reader).Seal(data.Bytes(), w.AD())
	return w
}
