package mailroom

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/organisation"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// Reason is why a registrar opens a thread.
type Reason string

// The reasons: the receiver is away, or somebody has asked for the record.
const (
	Absence  Reason = "absence"
	Disclose Reason = "record"
)

// RecordLine is a thread as the registrar sees it: whose address, when and how many. Neither sender nor subject.
type RecordLine struct {
	ID        string
	Authority string
	Address   string
	Letters   int64
	Opened    clock.Stamp
	Changed   clock.Stamp
	Proposal  mailbox.Handling // what follows from what the row tells
}

// recordsShown is how many threads are sorted at once.
const recordsShown = 100

// kept are the authorities whose register the subject keeps, with the function by which they do.
func kept(tx *store.Tx, k *keyring.Keys, s *access.Session) (map[string]function.Function, error) {
	all, err := tx.VouchedFunctionsOf(k, s.Functions)
	if err != nil {
		return nil, err
	}
	out := map[string]function.Function{}
	for _, f := range all {
		if f.Kind == function.Registrar && s.Holds(f.ID) {
			out[f.Authority] = f
		}
	}
	if len(out) == 0 {
		err = fault.New(fault.NotFound, "fault.not-found")
	}
	return out, err
}

// ListRecords (lista handlingar) gives the threads that the authority has not said what it does with: registers, or
// keeps as of little importance. A party's are not among them.
func (d *Desk) ListRecords(ctx context.Context, s *access.Session) ([]RecordLine, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var out []RecordLine
	err = d.write(ctx, k, func(tx *store.Tx) error { // a list is an entry in the log
		out = nil
		mine, err := kept(tx, k, s)
		if err != nil {
			return err
		}
		for authority := range mine {
			threads, err := tx.ThreadsOfAuthority(authority, mailbox.Unsorted, recordsShown)
			if err != nil {
				return err
			}
			for _, t := range threads {
				m, err := tx.VouchedMailbox(k, t.Mailbox)
				if err != nil {
					return err
				}
				card, err := m.Card(k)
				if err != nil {
					return err
				}
				p, err := proposal(tx, t)
				if err != nil {
					return err
				}
				out = append(out, RecordLine{ID: t.ID, Authority: authority, Address: card.Address, Letters: t.Letters, Opened: t.Opened, Changed: t.Changed, Proposal: p})
			}
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.records"})
	})
	slices.SortFunc(out, func(a, b RecordLine) int { return int(a.Changed - b.Changed) })
	return out, err
}

// proposal is what the codes of a thread suggest: what was answered, or marked by screening, is registered; what a
// machine sent and nobody answered is of little importance (ringa betydelse). A person decides.
func proposal(tx *store.Tx, t mailbox.Thread) (mailbox.Handling, error) {
	all, err := tx.Letters(t.ID)
	if err != nil {
		return "", err
	}
	auto := true
	for _, l := range all {
		if l.Direction == mailbox.Out || l.Verdict.Flagged() {
			return mailbox.ProposeRecord, nil
		}
		auto = auto && l.Auto
	}
	if auto {
		return mailbox.ProposeMinor, nil
	}
	return mailbox.ProposeRecord, nil
}

// ConfirmRecords (bekräfta) says of threads that they are registered, or of little importance. Each that is registered gets the
// next number of its authority. One that somebody else has sorted meanwhile is passed over.
func (d *Desk) ConfirmRecords(ctx context.Context, s *access.Session, ids []string, as mailbox.Handling) (int, error) {
	k, err := d.keys(s)
	if err != nil {
		return 0, err
	}
	if as != mailbox.Minor && as != mailbox.Registered {
		return 0, fault.In("as", "field.choose")
	}
	if len(ids) == 0 || len(ids) > recordsShown {
		return 0, fault.In("threads", "field.required")
	}
	done := 0
	return done, d.write(ctx, k, func(tx *store.Tx) error {
		done = 0
		mine, err := kept(tx, k, s)
		if err != nil {
			return err
		}
		for _, id := range ids {
			t, err := tx.Thread(id)
			if err != nil {
				return err
			}
			if _, ok := mine[t.Authority]; !ok || t.Party {
				return fault.New(fault.NotFound, "fault.not-found")
			}
			if t.Handling != mailbox.Unsorted {
				continue
			}
			entry := audit.Entry{Actor: k.Tag(s.Person), Act: "letter." + string(as), Authority: t.Authority, Case: t.ID}
			number := ""
			if as == mailbox.Registered {
				row, err := d.registered(tx, k, t)
				if err != nil {
					return err
				}
				number = row.ID
				entry.Rows = []audit.Row{{Kind: "registration", ID: row.ID, Hash: row.Who().Hash()}}
			}
			if err := tx.HandleThread(t.ID, t.Handling, as, number); err != nil {
				return err
			}
			if err := tx.Log(entry); err != nil {
				return err
			}
			done++
		}
		return nil
	})
}

// registered enters a thread in its authority's register: a day, from outside, nothing that reveals anybody.
func (d *Desk) registered(tx *store.Tx, k *keyring.Keys, t mailbox.Thread) (registration.Registration, error) {
	r := registration.Registration{Org: k.Org, Authority: t.Authority, ID: ident.New(), Day: t.Opened, Direction: string(registration.In), Party: string(registration.Withheld),
		Subject: string(registration.LetterIn), Version: 1, Year: int64(t.Opened.Time().In(locale.Zone()).Year())}
	rule, err := registerRule(tx, k, t.Authority)
	if err != nil {
		return r, err
	}
	pattern, err := registration.ParsePattern(rule.Pattern)
	if err != nil {
		return r, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	if r.Serial, err = tx.NextSerial(t.Authority, r.Year); err != nil {
		return r, err
	}
	if r.Number, err = pattern.Format(registration.Number{Year: int(r.Year), Serial: int(r.Serial)}); err != nil {
		return r, err
	}
	r.MAC = k.Vouch(r.Who())
	return r, tx.InsertRegistration(r)
}

func registerRule(tx *store.Tx, k *keyring.Keys, authority string) (rule ruling.RegisterRule, err error) {
	all, err := tx.VouchedRulings(k, ruling.Register, authority, ruling.Active)
	if err != nil {
		return rule, err
	}
	if len(all) > 0 {
		raw, err := k.For(keyring.Settings).OpenPadded(all[0].Sealed, all[0].AD())
		if err != nil {
			return rule, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		return rule, json.Unmarshal(raw, &rule)
	}
	a, err := tx.Authority(authority)
	if err != nil {
		return rule, err
	}
	raw, err := k.For(keyring.Names).OpenPadded(a.Sealed, a.AD())
	if err != nil {
		return rule, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	var l organisation.Label
	err = json.Unmarshal(raw, &l)
	rule.Pattern = ruling.DefaultPattern(l.Code)
	return rule, err
}

// OpenRecord (öppna handling) opens a thread to its authority's registrar, for a reason that is logged; its owner is told. It is
// the only way by which the registrar reads a letter.
func (d *Desk) OpenRecord(ctx context.Context, s *access.Session, threadID string, why Reason) (ThreadView, error) {
	k, err := d.keys(s)
	if err != nil {
		return ThreadView{}, err
	}
	if why != Absence && why != Disclose {
		return ThreadView{}, fault.In("why", "field.choose")
	}
	if !s.Unlocked() {
		return ThreadView{}, fault.New(fault.Denied, "fault.locked")
	}
	o := openedThread{bodies: map[string]seal.Box{}}
	var f function.Function
	var seats []function.Holder
	var wraps []mailbox.Wrap
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		mine, err := kept(tx, k, s)
		if err != nil {
			return err
		}
		if o.thread, err = tx.Thread(threadID); err != nil {
			return err
		}
		var ok bool
		if f, ok = mine[o.thread.Authority]; !ok || o.thread.Party {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		if o.m, err = tx.VouchedMailbox(k, o.thread.Mailbox); err != nil {
			return err
		}
		if seats, err = tx.VouchedHolders(k, f.ID); err != nil {
			return err
		}
		if o.letters, err = tx.Letters(threadID); err != nil {
			return err
		}
		for _, l := range o.letters {
			if o.bodies[l.ID], err = tx.LetterBody(l.ID); err != nil {
				return err
			}
		}
		wraps, err = tx.LetterWraps(lettersOf(o.letters), []string{f.ID})
		return err
	}); err != nil {
		return ThreadView{}, err
	}
	key, err := functionKey(seats, s, d.now())
	if err != nil {
		return ThreadView{}, err
	}
	o.keys = openKeys(key, wraps)
	card, err := o.m.Card(k)
	if err != nil {
		return ThreadView{}, err
	}
	out := ThreadView{ID: threadID, Box: Box{ID: o.m.ID, Address: card.Address, Name: card.Name}}
	for _, l := range o.letters {
		one := Shown{ID: l.ID, Direction: l.Direction, Sort: l.Sort, At: l.Received, Sent: l.Sent, Verdict: l.Verdict, Auto: l.Auto, Size: l.Size}
		data, ok := o.keys[l.ID]
		if one.Locked = !ok; ok {
			if err := d.show(ctx, &one, l, o.bodies[l.ID], data); err != nil {
				return out, err
			}
			if out.Subject == "" {
				out.Subject = one.Subject
			}
		}
		out.Letters = append(out.Letters, one)
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		if err := d.tell(tx, o.m.Person, "letter.opened", threadID, false); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.open-" + string(why), Authority: o.thread.Authority, Case: threadID})
	})
}

// functionKey opens a function's key by the subject's seat in it.
func functionKey(seats []function.Holder, s *access.Session, now clock.Stamp) (*seal.Private, error) {
	for _, h := range seats {
		if h.Person == s.Person && h.Holds(now) {
			key, _, err := h.Open(s.Key)
			return key, err
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not-found")
}
