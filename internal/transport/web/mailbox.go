package web

import (
	"net/http"
	"strconv"

	"varn/internal/domain/mailbox"
	"varn/internal/usecase/mailroom"
)

// mailboxView (brevlåda) is how its owner wants the letters, and who reads for them.
type mailboxView struct {
	Form    *Form
	Let     *Form
	Href    string
	Address string
	Allowed bool
	Readers []readerLine
}

type readerLine struct {
	ID, Name string
	Trusted  bool
}

func (mailboxView) SampleForm() *Form {
	return NewForm(append(mailboxForm(true).Fields(), letInForm(nil).Fields()...)...)
}

func mailboxForm(allowed bool) *Form {
	var fields []*Field
	if allowed {
		fields = append(fields, Radios("delivery", "mailbox.delivery", Option{Value: string(mailbox.Read), Key: "mailbox.read"}, Option{Value: string(mailbox.Forward), Key: "mailbox.forward"}),
			Text("forward", "mailbox.address").Hint("mailbox.address-hint").Max(254).Complete("off").OneOf(),
			Area("traces", "mailbox.traces").Hint("mailbox.traces-hint").Max(2_000).Tall(3).OneOf())
	}
	return NewForm(append(fields, Check("cover", "mailbox.cover").Hint("mailbox.cover-hint"), Check("alarms", "mailbox.alarms").Hint("mailbox.alarms-hint"))...)
}

func letInForm(people []Option) *Form {
	return NewForm(Select("person", "mailbox.who", people...), Radios("duty", "mailbox.duty",
		Option{Value: string(mailbox.Assists), Key: "mailbox.assists"}, Option{Value: string(mailbox.Trusted), Key: "mailbox.trusted"}))
}

// mailbox shows and stores how the owner wants their letters.
func (s *Server) mailbox(r *Request) error {
	id := r.Path("id")
	v, err := s.Desks.Mail.ShowSetting(r.Context(), r.Session, id)
	if err != nil {
		return err
	}
	f := mailboxForm(v.Allowed)
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			seen, _ := strconv.ParseInt(f.Version(), 10, 64)
			c := mailroom.Choice{Version: seen, Delivery: mailbox.Read, Forward: v.Choice.Forward, Traces: v.Choice.Traces, Cover: f.Checked("cover"), Alarms: f.Checked("alarms")}
			if v.Allowed {
				c.Delivery, c.Forward, c.Traces = mailbox.Delivery(f.Text("delivery")), f.Text("forward"), f.Text("traces")
			}
			err := s.Desks.Mail.ChooseDelivery(r.Context(), r.Session, id, c)
			if err == nil {
				return r.Redirect(boxPath + id)
			}
			if !takes(f, err) {
				return err
			}
		}
		return s.mailboxPage(r, v, f, nil)
	}
	f.Set("cover", ticked(v.Choice.Cover)...).Set("alarms", ticked(v.Choice.Alarms)...).Seen(strconv.FormatInt(v.Choice.Version, 10))
	if v.Allowed {
		f.Set("delivery", string(v.Choice.Delivery)).Set("forward", v.Choice.Forward).Set("traces", v.Choice.Traces)
	}
	return s.mailboxPage(r, v, f, nil)
}

func (s *Server) mailboxPage(r *Request, v mailroom.Setting, f, let *Form) error {
	if let == nil {
		let = letInForm(namedOptions(v.People))
	}
	view := mailboxView{Form: f, Let: let, Href: boxPath + v.Box.ID, Address: v.Box.Address, Allowed: v.Allowed}
	for _, one := range v.Readers {
		view.Readers = append(view.Readers, readerLine{one.ID, one.Name, one.Duty == mailbox.Trusted})
	}
	return r.Page("mailbox.html", view)
}

func namedOptions(people []mailroom.Named) []Option {
	var out []Option
	for _, p := range people {
		out = append(out, Option{Value: p.ID, Text: p.Name})
	}
	return out
}

// mailboxLetIn lets somebody read.
func (s *Server) mailboxLetIn(r *Request) error {
	id := r.Path("id")
	v, err := s.Desks.Mail.ShowSetting(r.Context(), r.Session, id)
	if err != nil {
		return err
	}
	f := letInForm(namedOptions(v.People))
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		err := s.Desks.Mail.LetIn(r.Context(), r.Session, id, f.Text("person"), mailbox.Duty(f.Text("duty")))
		if err == nil {
			return r.Redirect(boxPath + id)
		}
		if !takes(f, err) {
			return err
		}
	}
	own := mailboxForm(v.Allowed).Set("cover", ticked(v.Choice.Cover)...).Set("alarms", ticked(v.Choice.Alarms)...).Seen(strconv.FormatInt(v.Choice.Version, 10))
	return s.mailboxPage(r, v, own, f)
}

// mailboxLetOut ends a consent.
func (s *Server) mailboxLetOut(r *Request) error {
	if err := s.Desks.Mail.LetOut(r.Context(), r.Session, r.Path("id"), r.Path("reader")); err != nil {
		return err
	}
	return r.Redirect(boxPath + r.Path("id"))
}
