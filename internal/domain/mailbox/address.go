package mailbox

import (
	"encoding/json"
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Normal gives an address in the one spelling in which it is looked up: small letters in NFC, the
// domain in its ASCII form.
func Normal(s string) (string, error) {
	bad := fault.In("address", "field.address")
	s = norm.NFC.String(strings.TrimSpace(s))
	if len(s) > 254 || strings.ContainsAny(s, "\r\n\x00 <>\"") {
		return "", bad
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", bad
	}
	local, domain := Split(s)
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || local == "" || ascii == "" {
		return "", bad
	}
	return strings.ToLower(local) + "@" + strings.ToLower(ascii), nil
}

// Split cuts an address at its last @; both parts are empty when there is none.
func Split(s string) (local, domain string) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", ""
	}
	return s[:at], s[at+1:]
}

// Tag is what a mailbox is found by.
func Tag(k *keyring.Keys, address string) (string, error) {
	normal, err := Normal(address)
	if err != nil {
		return "", err
	}
	return k.For(keyring.Lookup).Tag("mailbox", normal), nil
}

// PeerTag tells one correspondent of a mailbox from another, and no more: the same address has another
// tag in another mailbox.
func PeerTag(k *keyring.Keys, mailboxID, address string) string {
	if normal, err := Normal(address); err == nil {
		address = normal
	}
	return k.For(keyring.Lookup).Tag("peer "+mailboxID, address)
}

// MessageTag is what a letter is found by when another refers to it.
func MessageTag(k *keyring.Keys, mailboxID, messageID string) string {
	if messageID == "" {
		return ""
	}
	return k.For(keyring.Lookup).Tag("message "+mailboxID, messageID)
}

func marshal(v any) ([]byte, error) { return json.Marshal(v) }

func open(k *keyring.Keys, b seal.Box, ad seal.AD, into any) error {
	raw, err := k.For(keyring.Mail).OpenPadded(b, ad)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return json.Unmarshal(raw, into)
}
