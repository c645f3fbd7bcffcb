package mailbox

import (
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// ReportKeep is how long the link under a forwarded letter reports it.
const ReportKeep = 90 * 24 * time.Hour

// ReportLink (länk för att anmäla) lets whoever holds a forwarded letter report it, once and without signing in. It keeps the
// letter's data key under a key that is made of the link and of the organisation's: neither the table nor the link alone opens
// anything.
type ReportLink struct {
	Org     string      `db:"org"`
	Tag     string      `db:"tag"`
	Letter  string      `db:"letter"`
	Sealed  seal.Box    `db:"sealed"`
	Expires clock.Stamp `db:"expires"`
}

// AD binds the key to its link.
func (l ReportLink) AD() seal.AD { return seal.Bind("report link", l.Org, l.Tag, l.Letter) }

// NewReportLink makes a link to a letter and its secret, 250 random bits.
func NewReportLink(k *keyring.Keys, letterID string, data seal.Key, now clock.Stamp) (ReportLink, string) {
	secret := ident.New() + ident.New()
	l := ReportLink{Org: k.Org, Tag: ReportTag(k, secret), Letter: letterID, Expires: now.Add(ReportKeep)}
	l.Sealed = reportKey(k, secret).Seal(data.Bytes(), l.AD())
	return l, secret
}

// ReportTag is what a link is found by.
func ReportTag(k *keyring.Keys, secret string) string {
	return k.For(keyring.Lookup).Tag("report link", secret)
}

// Open gives the letter's data key to who holds the secret.
func (l ReportLink) Open(k *keyring.Keys, secret string) (seal.Key, error) {
	raw, err := reportKey(k, secret).Open(l.Sealed, l.AD())
	if err != nil {
		return seal.Key{}, err
	}
	return seal.KeyFrom(raw)
}

func reportKey(k *keyring.Keys, secret string) seal.Key {
	return k.For(keyring.Mail).Derive("report link", secret)
}
