package store

import (
	"testing"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// mailKeys are the keys of the organisation under test.
func mailKeys(t *testing.T, org string) *keyring.Keys {
	t.Helper()
	ring := keyring.New()
	ring.Add(org, seal.NewKey(), seal.NewCourier(clock.System{}))
	k, err := ring.Org(org)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// official is a mailbox that stands in the database.
func official(t *testing.T, o Org, k *keyring.Keys, address string) mailbox.Mailbox {
	t.Helper()
	m, err := mailbox.Mailbox{Authority: "a", ID: ident.New(), Kind: mailbox.Office, Person: "p", State: mailbox.Open, Delivery: mailbox.Read}.
		Sealing(k, mailbox.Card{Address: address, Name: "Asha Berg"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Write(t.Context(), func(tx *Tx) error {
		if err := tx.InsertMailbox(m); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "mailbox.open", Rows: []audit.Row{m.Row()}})
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMailboxIsFoundByItsAddressAndOnlyAsItWasLogged(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		o := newOrg(db)
		k := mailKeys(t, o.ID())
		m := official(t, o, k, "Asha.Berg@kommun.example.se")
		tag, err := mailbox.Tag(k, " asha.berg@KOMMUN.example.se")
		if err != nil {
			t.Fatal(err)
		}
		find := func() (got mailbox.Mailbox, err error) {
			err = o.Read(t.Context(), func(tx *Tx) (err error) {
				got, err = tx.VouchedMailboxAt(k, tag)
				return err
			})
			return got, err
		}
		got, err := find()
		if err != nil || got.ID != m.ID {
			t.Fatalf("the address finds %q, %v", got.ID, err)
		}
		if card, err := got.Card(k); err != nil || card.Name != "Asha Berg" {
			t.Fatalf("its card says %+v, %v", card, err)
		}
		if err := o.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.Exec(`UPDATE mailbox SET person = 'other' WHERE org = $1 AND id = $2`, m.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := find(); err == nil || fault.Of(err).Code != "fault.tampered" {
			t.Fatalf("a mailbox that was given another owner past us gives %v", err)
		}
	})
}

func TestLettersGatherInTheirThread(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		o := newOrg(db)
		k := mailKeys(t, o.ID())
		m := official(t, o, k, "asha@kommun.example.se")
		peer := mailbox.PeerTag(k, m.ID, "medborgare@example.se")
		thread := mailbox.Thread{Authority: "a", Mailbox: m.ID, ID: ident.New(), PeerTag: peer, Opened: 1, Changed: 1}
		put := func(id string, v mailbox.Verdict) {
			l := mailbox.Letter{Mailbox: m.ID, Thread: thread.ID, ID: id, Direction: mailbox.In, Sort: mailbox.Mail, MessageTag: mailbox.MessageTag(k, m.ID, id), Verdict: v, Received: 5, Head: seal.NewBox([]byte{1})}
			if err := o.Write(t.Context(), func(tx *Tx) error {
				return tx.InsertLetter(l, seal.NewBox([]byte{2}), []mailbox.Wrap{{Letter: id, Kind: mailbox.ByPerson, Reader: "p", How: function.Public, Wrap: seal.NewBox([]byte{3})}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Write(t.Context(), func(tx *Tx) error { return tx.InsertThread(thread) }); err != nil {
			t.Fatal(err)
		}
		put("first", mailbox.Alarm)
		put("second", mailbox.Pass)
		if err := o.Read(t.Context(), func(tx *Tx) error {
			got, err := tx.Thread(thread.ID)
			if err != nil || got.Letters != 2 || got.Unseen != 2 || got.Rank != mailbox.Alarm.Rank() {
				t.Errorf("the thread says %+v, %v", got, err)
			}
			last, err := tx.LastLetters([]string{thread.ID})
			if err != nil || len(last) != 1 || last[0].ID != "second" {
				t.Errorf("its last letter is %+v, %v", last, err)
			}
			of, err := tx.ThreadOf(m.ID, peer, []string{"unknown", mailbox.MessageTag(k, m.ID, "first")})
			if err != nil || of != thread.ID {
				t.Errorf("what refers to its first letter belongs to %q, %v", of, err)
			}
			if _, err := tx.ThreadOf(m.ID, mailbox.PeerTag(k, m.ID, "annan@example.se"), []string{mailbox.MessageTag(k, m.ID, "first")}); !fault.Is(err, fault.NotFound) {
				t.Errorf("another correspondent who refers to it is let into the thread: %v", err)
			}
			wraps, err := tx.LetterWraps([]string{"first", "second"}, []string{"p"})
			if err != nil || len(wraps) != 2 {
				t.Errorf("%d wraps, %v", len(wraps), err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnEntryOfTheQueueIsLeasedToOneAndComesBack(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		o := newOrg(db)
		k := mailKeys(t, o.ID())
		now := db.Now()
		ids := []string{"one", "two"}
		for i, to := range []string{"a@first.example.se", "b@second.example.se"} {
			e, err := mailbox.Entry{ID: ids[i], Load: mailbox.Bouncing, NextAt: now.Add(-time.Duration(9-i) * time.Second), Created: now, Expires: now.Add(mailbox.Keep)}.
				Sealing(k, mailbox.Envelope{To: to, Raw: []byte("x")})
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Write(t.Context(), func(tx *Tx) error { return tx.Queue(e) }); err != nil {
				t.Fatal(err)
			}
		}
		first, err := o.ClaimMail(t.Context(), "node", 1, time.Minute, nil)
		if err != nil || len(first) != 1 || first[0].ID != "one" {
			t.Fatalf("the longest due is %+v, %v", first, err)
		}
		if v, err := first[0].Envelope(k); err != nil || v.To != "a@first.example.se" {
			t.Fatalf("it goes to %q, %v", v.To, err)
		}
		busy := k.For(keyring.Lookup).Tag("destination", "second.example.se")
		if none, err := o.ClaimMail(t.Context(), "other", 5, time.Minute, []string{busy}); err != nil || len(none) != 0 {
			t.Fatalf("what is leased, or goes to a busy destination, is claimed: %+v, %v", none, err)
		}
		if err := o.Write(t.Context(), func(tx *Tx) error { return tx.MailLater(first[0], now.Add(-time.Second), "mail.refused") }); err != nil {
			t.Fatal(err)
		}
		if err := o.Write(t.Context(), func(tx *Tx) error { return tx.MailDone(first[0]) }); !fault.Is(err, fault.Conflict) {
			t.Fatalf("an entry whose lease is lost can be taken away: %v", err)
		}
		again, err := o.ClaimMail(t.Context(), "other", 5, time.Minute, nil)
		if err != nil || len(again) != 2 {
			t.Fatalf("claimed again are %+v, %v", again, err)
		}
		for _, e := range again {
			if err := o.Write(t.Context(), func(tx *Tx) error { return tx.MailDone(e) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Read(t.Context(), func(tx *Tx) error {
			n, err := tx.CountQueue()
			if err != nil || n.Waiting != 0 {
				t.Errorf("%+v waits, %v", n, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
