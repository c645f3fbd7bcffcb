package registry

import (
	"context"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
)

// CSV writes an authority's register, the newest entry first, for spreadsheets of this country:
// semicolons, UTF-8 with its mark. Everything is a code's text or a number; what a spreadsheet would
// take for a formula is made text. The first page is read, and the export logged, before a byte is
// written. A year of 0 means all of them.
func (d *Desk) CSV(ctx context.Context, s *access.Session, authority string, year int, to io.Writer) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	w := Wanted{Authority: authority, Year: year, Limit: 500}
	page, err := d.page(ctx, k, s, w)
	if err != nil {
		return err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error { return record(tx, k, s.Person, "register.export", authority) }); err != nil {
		return err
	}
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(to)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write(d.heading()); err != nil {
		return err
	}
	for {
		for _, e := range page.Entries {
			if err := out.Write(d.line(e)); err != nil {
				return err
			}
		}
		if page.Next == nil {
			break
		}
		w.Before = *page.Next
		if page, err = d.page(ctx, k, s, w); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (d *Desk) heading() []string {
	var out []string
	for _, key := range []locale.Key{"register.number", "register.date", "register.direction", "register.party", "register.subject", "register.provision", "register.outside", "register.delivered"} {
		out = append(out, d.say(key))
	}
	return out
}

func (d *Desk) line(e Entry) []string {
	cells := []string{e.Number, moment(e.Date), d.say(locale.Key(e.Direction.Term())), d.say(locale.Key(e.Party.Term())),
		d.say(locale.Key(e.Subject.Term())), string(e.Provision), e.Outside, moment(e.Delivered)}
	for i, c := range cells {
		cells[i] = plainCell(c)
	}
	return cells
}

func (d *Desk) say(key locale.Key) string { return d.Texts.Say(locale.Swedish, key) }

func moment(at clock.Stamp) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(locale.Zone()).Format("2006-01-02 15:04")
}

// plainCell keeps a spreadsheet from taking a cell for a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// wireEntry is an entry as another register gets it: codes, and what they mean in Swedish.
type wireEntry struct {
	ID            string `json:"id"`
	Authority     string `json:"authority"`
	Date          string `json:"date"` // RFC 3339
	Number        string `json:"number"`
	Direction     string `json:"direction"`
	DirectionText string `json:"direction_text"`
	Party         string `json:"party"`
	PartyText     string `json:"party_text"`
	Subject       string `json:"subject"`
	SubjectText   string `json:"subject_text"`
	Provision     string `json:"provision,omitempty"`
	ProvisionText string `json:"provision_text,omitempty"`
}

func (d *Desk) wire(authority string, r registration.Registration) wireEntry {
	direction, party, subject := registration.Direction(r.Direction), registration.Party(r.Party), registration.Subject(r.Subject)
	out := wireEntry{ID: r.ID, Authority: authority, Date: r.Day.Time().In(locale.Zone()).Format(time.RFC3339), Number: r.Number,
		Direction: r.Direction, DirectionText: d.say(locale.Key(direction.Term())), Party: r.Party, PartyText: d.say(locale.Key(party.Term())),
		Subject: r.Subject, SubjectText: d.say(locale.Key(subject.Term())), Provision: r.Provision}
	if p, ok := registration.Provision(r.Provision).On(r.Day.Time()); ok {
		out.ProvisionText = p.GistSwedish
	}
	return out
}
