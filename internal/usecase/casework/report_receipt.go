package casework

import (
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// receiptKey is a receipt with what its echoes are sealed under: its private half while the code is
// at hand, its public half otherwise.
type receiptKey struct {
	row     casefile.Receipt
	private *seal.Private
}

// newReceipt makes the row of a receipt. For somebody whose key is known the code is sealed to them
// too, so that they come back by signing in.
func (d *Desk) newReceipt(k *keyring.Keys, t *town, event string, code seal.Receipt, personID string) (receiptKey, error) {
	out := receiptKey{private: code.Private(k.For(keyring.Receipts))}
	out.row = casefile.Receipt{Org: k.Org, ID: code.Lookup(k.For(keyring.Receipts)), Event: event, Role: casefile.Reporter,
		PublicKey: out.private.Public(), Person: personID, Created: d.now().Minute(), Version: 1}
	if p, ok := t.house.people[personID]; ok {
		var err error
		if out.row.Wrap, err = k.Courier.Wrap(p.PublicKey, []byte(code.Text()), out.row.WrapAD()); err != nil {
			return out, err
		}
	}
	out.row.MAC = k.Vouch(out.row.Who())
	return out, nil
}

// concernedReceipt lets the person whom it is about come back, when somebody else has reported.
// Nobody sees its code: it is sealed to them.
func (d *Desk) concernedReceipt(k *keyring.Keys, t *town, event, personID string) (receiptKey, error) {
	out, err := d.newReceipt(k, t, event, seal.NewReceipt(), personID)
	if err != nil {
		return out, err
	}
	out.row.Role = casefile.Concerned
	out.row.MAC = k.Vouch(out.row.Who())
	return out, nil
}

// echo lets the receipt read an item whose data key is at hand. It lies under the case's cover, as
// everything of the case does.
func (r receiptKey) echo(by sealer, it casefile.Item, data seal.Key) (casefile.Echo, error) {
	e := casefile.Echo{Org: by.k.Org, Receipt: r.row.ID, Case: it.Case, Item: it.ID}
	if r.private != nil {
		e = e.Closed(r.private, data.Bytes())
	} else {
		var err error
		if e, err = e.Sent(by.k.Courier, r.row.PublicKey, data.Bytes()); err != nil {
			return e, err
		}
	}
	e.Wrap = by.cover.close(e.Wrap, e.AD())
	return e, nil
}

func receiptRow(r casefile.Receipt) audit.Row {
	return audit.Row{Kind: "receipt", ID: r.ID, Hash: r.Who().Hash()}
}
