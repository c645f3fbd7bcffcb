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

// signers remember the signing keys of organisations.
type signers struct {
	mu    sync.Mutex
	known map[string]dkimKey
}

// signer signs for a domain of ours.
func (d *Desk) signer(ctx context.Context, k *keyring.Keys, domain string) (mailauth.Signer, error) {
	d.signers.mu.Lock()
	defer d.signers.mu.Unlock()
	key, ok := d.signers.known[k.Org]
	if !ok {
		var err error
		if key, err = d.dkim(ctx, k); err != nil {
			return mailauth.Signer{}, err
		}
		if d.signers.known == nil {
			d.signers.known = map[string]dkimKey{}
		}
		d.signers.known[k.Org] = key
	}
	s, err := mailauth.NewSigner(domain, key.Selector, key.Key)
	s.Now = d.Clock.Now
	return s, err
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
