package web

import (
	"net/http"
	"time"

	"varn/internal/domain/mailbox"
	"varn/internal/kit/locale"
	"varn/internal/usecase/mailroom"
)

const recordsPath = "/brev/register"

// letterRecordsView (brev att registrera) is the registrar's: threads without content, with what is proposed of each.
type letterRecordsView struct {
	Groups []recordGroup
	Done   bool
}

// recordGroup is what is proposed alike, confirmed in one press.
type recordGroup struct {
	As, ID  string
	Title   locale.Key
	Text    locale.Key
	Button  locale.Key
	Other   string
	Instead locale.Key
	Lines   []sortLine
}

type sortLine struct {
	ID, Address string
	Letters     int
	From, To    time.Time
}

// letterRecords lists the threads and confirms what is done with them.
func (s *Server) letterRecords(r *Request) error {
	all, err := s.Desks.Mail.ListRecords(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := letterRecordsView{Done: r.Query("klart") != ""}
	groups := []recordGroup{
		{As: string(mailbox.Registered), ID: "register", Title: "letter_records.register", Text: "letter_records.register-text", Button: "letter_records.confirm-register", Other: string(mailbox.Minor), Instead: "letter_records.instead-minor"},
		{As: string(mailbox.Minor), ID: "minor", Title: "letter_records.minor", Text: "letter_records.minor-text", Button: "letter_records.confirm-minor", Other: string(mailbox.Registered), Instead: "letter_records.instead-register"},
	}
	for _, one := range all {
		at := 0
		if one.Proposal == mailbox.ProposeMinor {
			at = 1
		}
		groups[at].Lines = append(groups[at].Lines, sortLine{one.ID, one.Address, int(one.Letters), one.Opened.Time(), one.Changed.Time()})
	}
	for _, g := range groups {
		if len(g.Lines) > 0 {
			view.Groups = append(view.Groups, g)
		}
	}
	return r.Page("letter_records.html", view)
}

// letterRecordsConfirm confirms a press for many.
func (s *Server) letterRecordsConfirm(r *Request) error {
	if err := r.HTTP.ParseForm(); err != nil {
		return err
	}
	_, err := s.Desks.Mail.ConfirmRecords(r.Context(), r.Session, r.HTTP.PostForm["thread"], mailbox.Handling(r.HTTP.PostForm.Get("as")))
	if err != nil {
		return err
	}
	return r.Redirect(recordsPath + "?klart=1")
}

// letterRecordView asks for the reason before a thread is opened to the registrar.
type letterRecordView struct {
	Form *Form
	Href string
}

func (letterRecordView) SampleForm() *Form { return recordForm() }

func recordForm() *Form {
	return NewForm(Radios("why", "letter_record.why", Option{Value: string(mailroom.Absence), Key: "letter_record.absence"}, Option{Value: string(mailroom.Disclose), Key: "letter_record.record"}))
}

// letterRecord opens a thread to the registrar, for a reason.
func (s *Server) letterRecord(r *Request) error {
	f, id := recordForm(), r.Path("id")
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			v, err := s.Desks.Mail.OpenRecord(r.Context(), r.Session, id, mailroom.Reason(f.Text("why")))
			if err == nil {
				return s.recordPage(r, v)
			}
			if !takes(f, err) {
				return err
			}
		}
	}
	return r.Page("letter_record.html", letterRecordView{f, recordsPath + "/" + id})
}

func (s *Server) recordPage(r *Request, v mailroom.ThreadView) error {
	view := threadView{Form: answerForm(), Href: recordsPath + "/" + v.ID, Subject: v.Subject, Box: v.Box.Address, Record: true}
	for _, l := range v.Letters {
		one := s.letterOf(r, v.ID, l)
		one.Files, one.Href = nil, ""
		view.Letters = append(view.Letters, one)
	}
	if view.Subject == "" {
		view.Subject = r.Text("letters.no-subject")
	}
	return r.Page("thread.html", view)
}

// queueView (utgående kön) is what waits to leave, for the operator: neither content nor addresses.
type queueView struct {
	Waiting, Failed int
	Oldest          time.Time
	Lines           []queueLine
	Beyond          bool
}

type queueLine struct {
	ID, Domain, Class string
	Load              locale.Key
	Attempts          int
	Created, Next     time.Time
	Sending           bool
}

func (s *Server) queue(r *Request) error {
	v, err := s.Desks.Mail.ShowQueue(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := queueView{Waiting: int(v.Count.Waiting), Failed: int(v.Count.Failed), Beyond: v.Beyond}
	if v.Count.Oldest != 0 {
		view.Oldest = v.Count.Oldest.Time()
	}
	loads := map[mailbox.Load]locale.Key{mailbox.Forwarding: "queue.forward", mailbox.Answering: "queue.answer", mailbox.Bouncing: "queue.bounce", mailbox.Posting: "queue.post"}
	for _, e := range v.Shown {
		view.Lines = append(view.Lines, queueLine{ID: e.ID, Domain: e.Domain, Class: e.Class, Load: loads[e.Load], Attempts: int(e.Attempts), Created: e.Created.Time(), Next: e.Next.Time(), Sending: e.Sending})
	}
	return r.Page("queue.html", view)
}

func (s *Server) queueRetry(r *Request) error {
	if err := s.Desks.Mail.RetryLetter(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect("/admin/ko")
}

func (s *Server) queueGiveUp(r *Request) error {
	if err := s.Desks.Mail.GiveUpLetter(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect("/admin/ko")
}
