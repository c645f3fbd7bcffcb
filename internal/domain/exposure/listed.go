package exposure

import "varn/internal/kit/seal"

// ListedKind is what of a listed person a token stands for.
type ListedKind string

// What a token may stand for.
const (
	ListedName    ListedKind = "name"
	ListedAddress ListedKind = "address"
	ListedPhone   ListedKind = "phone"
	ListedMail    ListedKind = "mail"
	ListedPlate   ListedKind = "plate"
)

// Listing is one protected person on the list (skyddad person på listan), clear. Ref is what the
// list calls them; it comes back in Hit.Ref.
type Listing struct {
	Ref                                     string
	Names, Addresses, Phones, Mails, Plates []string
}

// Token stands for one normalised form of what is listed, and tells nothing without the key: it may
// be stored.
type Token struct {
	Kind  ListedKind
	Value [16]byte
	Ref   string
}

// List answers whether words are listed. It holds tokens only.
type List struct {
	key seal.Key
}

// Tokens gives the tokens of every form that what is listed may be written in.
func Tokens(key seal.Key, l Listing) []Token { return nil }

// NewList makes a list of tokens that Tokens gave under the same key.
func NewList(key seal.Key, tokens []Token) *List { return &List{key: key} }

// Holds tells whether the words are listed: a name, a street and number, a phone, a mail address or a
// plate, however they are written. It is what screening asks.
func (l *List) Holds(words string) bool { return false }
