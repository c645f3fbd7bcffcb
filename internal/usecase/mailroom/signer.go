package mailroom

import (
	"context"
	"encoding/json"
	"sync"

	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// dkimSetting holds the key that letters are signed with; it is made when it is first asked for.
const dkimSetting = "mail_dkim"

// selector is the name that the public key is published under.
const selector = "varn1"

type dkimKey struct {
	Selector string `json:"selector"`
	Key      []byte `json:"key"`
}

// Signing is how letters are signed that leave.
type Signing string

// The ways. A gateway may sign by itself; ARC is on its way out, and receivers that do not know it lose nothing.
const (
	SignAndSeal Signing = "arc" // DKIM, and ARC on what is forwarded: the default
	SignAlone   Signing = "dkim"
	SignNot     Signing = "none"
)

// signers remember the signing keys of organisations.
type signers struct {
	mu    sync.Mutex
	known map[string]mailauth.Signer
}

// signer signs for a domain of ours.
func (d *Desk) signer(ctx context.Context, k *keyring.Keys, domain string) (mailauth.Signer, error) {
	d.signers.mu.Lock()
	defer d.signers.mu.Unlock()
	s, ok := d.signers.known[k.Org]
	if !ok {
		key, err := d.dkim(ctx, k)
		if err != nil {
			return s, err
		}
		if s, err = mailauth.NewSigner("", key.Selector, key.Key); err != nil {
			return s, err
		}
		s.Now = d.Clock.Now
		if d.signers.known == nil {
			d.signers.known = map[string]mailauth.Signer{}
		}
		d.signers.known[k.Org] = s
	}
	s.Domain = domain
	return s, nil
}

// signed signs a letter that leaves as is set up.
func (d *Desk) signed(ctx context.Context, k *keyring.Keys, domain string, raw []byte, chain *mailauth.Results) ([]byte, error) {
	if d.Signing == SignNot {
		return raw, nil
	}
	s, err := d.signer(ctx, k, domain)
	if err != nil {
		return nil, err
	}
	if raw, err = s.Sign(raw); err != nil || chain == nil || d.Signing == SignAlone {
		return raw, err
	}
	return s.Seal(raw, d.Host, *chain)
}

// dkim reads the stored key, or makes one. Of two nodes that make one at once the first holds.
func (d *Desk) dkim(ctx context.Context, k *keyring.Keys) (dkimKey, error) {
	key, err := d.storedKey(ctx, k)
	if !fault.Is(err, fault.NotFound) {
		return key, err
	}
	key.Selector = selector
	if key.Key, err = mailauth.NewKey(); err != nil {
		return key, err
	}
	raw, err := json.Marshal(key)
	if err != nil {
		return key, err
	}
	row := organisation.Setting{Org: k.Org, Name: dkimSetting, Version: 1, Changed: d.now()}
	row.Sealed = k.For(keyring.Settings).SealPadded(raw, row.AD())
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag("operator"), Act: "mail.key"})
	})
	if err != nil {
		return d.storedKey(ctx, k)
	}
	return key, nil
}

func (d *Desk) storedKey(ctx context.Context, k *keyring.Keys) (key dkimKey, err error) {
	var row organisation.Setting
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		row, err = tx.Setting(dkimSetting)
		return err
	}); err != nil {
		return key, err
	}
	raw, err := k.For(keyring.Settings).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return key, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return key, json.Unmarshal(raw, &key)
}

// PublishedKey is the name and the text of the TXT record that lets others check what is signed here.
func (d *Desk) PublishedKey(ctx context.Context, org, domain string) (name, text string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return "", "", err
	}
	s, err := d.signer(ctx, k, domain)
	if err != nil {
		return "", "", err
	}
	text, err = s.Record()
	return s.Selector + "._domainkey." + domain, text, err
}
