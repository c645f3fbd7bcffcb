package web

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/screening"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/mailroom"
)

const (
	lettersPath = "/brev"
	threadPath  = "/brev/vaxling/"
	boxPath     = "/brev/brevlada/"
)

// lettersView (brev) lists the threads of the mailboxes that the visitor reads.
type lettersView struct {
	Boxes   []boxLine
	Threads []threadLine
	Next    string
}

type boxLine struct {
	Address, Name, Href string
	Own                 bool
}

type threadLine struct {
	Href, From, Subject string
	Covered, Locked     bool
	Spam                bool
	Unseen, Letters     int
	Files               int
	At                  time.Time
	Verdict             locale.Key
	Color               string
}

// letters shows the list.
func (s *Server) letters(r *Request) error {
	before, _ := strconv.ParseInt(r.Query("fore"), 10, 64)
	list, err := s.Desks.Mail.ListLetters(r.Context(), r.Session, mailroom.Cursor{At: clock.Stamp(before), ID: r.Query("efter")})
	if err != nil {
		return err
	}
	view := lettersView{}
	for _, b := range list.Boxes {
		if b.Intake {
			continue // no address of its own
		}
		line := boxLine{Address: b.Address, Name: b.Name, Own: b.Own}
		if b.Own {
			line.Href = boxPath + b.ID
		}
		view.Boxes = append(view.Boxes, line)
	}
	for _, t := range list.Threads {
		line := threadLine{Href: threadPath + t.ID, From: t.From, Subject: t.Subject, Covered: t.Covered, Locked: t.Locked, Spam: t.Spam,
			Unseen: int(t.Unseen), Letters: int(t.Letters), Files: t.Files, At: t.At.Time()}
		line.Verdict, line.Color = verdictTag(t.Verdict)
		if line.Subject == "" && !line.Covered && !line.Locked {
			line.Subject = r.Text("letters.no-subject")
		}
		view.Threads = append(view.Threads, line)
	}
	if list.Next.ID != "" {
		view.Next = lettersPath + "?fore=" + strconv.FormatInt(int64(list.Next.At), 10) + "&efter=" + list.Next.ID
	}
	return r.Page("letters.html", view)
}

func verdictTag(v mailbox.Verdict) (locale.Key, string) {
	switch v {
	case mailbox.Alarm:
		return "letters.alarm", "danger"
	case mailbox.Flag:
		return "letters.flag", "warning"
	}
	return "", ""
}

// threadView is a thread (brevväxling) with its letters.
type threadView struct {
	Intake  bool // forwarded in order to be reported
	Form    *Form
	Href    string
	Subject string
	Box     string
	Peer    string
	Answers bool // the visitor may answer
	Covered bool // something lies behind a cover
	First   bool // somebody whom the owner trusts reads it first
	Letters []letterView
	Sent    bool
	Record  bool // the registrar reads it
}

// letterView is one letter as text.
type letterView struct {
	ID, Href        string
	Out, Bounce     bool
	From, To        string
	Subject         string
	At              time.Time
	SentAt          time.Time
	Text            string
	Cut, HTML, Auto bool
	Unchecked       bool
	Spam            bool
	Covered, Locked bool
	Verdict         locale.Key
	Color           string
	Kinds           []locale.Key
	Reasons         []reasonLine
	Origin          locale.Key // what the checks of its origin say, in words
	OriginColor     string
	Checks          []string
	SHA256          string
	Files           []letterFile
}

type reasonLine struct{ Text, Why string }

type letterFile struct {
	Href, Name string
	Size       int64
}

func (threadView) SampleForm() *Form { return answerForm() }

func answerForm() *Form {
	return NewForm(Area("text", "letter.answer").Max(mailroom.MaxAnswer).Tall(8))
}

// thread shows a thread, and sends an answer.
func (s *Server) thread(r *Request) error {
	f := answerForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			_, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				return "", s.Desks.Mail.Answer(ctx, r.Session, r.Path("id"), f.Text("text"))
			})
			if err == nil {
				return r.Redirect(threadPath + r.Path("id") + "?skickat=1")
			}
			if !takes(f, err) {
				return err
			}
		}
	}
	return s.threadPage(r, f, false)
}

// threadUncovered shows what lay behind a cover.
func (s *Server) threadUncovered(r *Request) error { return s.threadPage(r, answerForm(), true) }

func (s *Server) threadPage(r *Request, f *Form, uncover bool) error {
	id := r.Path("id")
	v, err := s.Desks.Mail.ReadThread(r.Context(), r.Session, id, uncover)
	if err != nil {
		return err
	}
	view := threadView{Form: f, Href: threadPath + id, Subject: v.Subject, Box: v.Box.Address, Peer: v.Peer, First: v.Box.First,
		Answers: v.Peer != "" && !v.Box.Intake && (v.Box.Own || !v.Box.Trusted), Intake: v.Box.Intake, Sent: r.Query("skickat") != ""}
	for _, l := range v.Letters {
		one := s.letterOf(r, id, l)
		view.Covered = view.Covered || one.Covered
		view.Letters = append(view.Letters, one)
	}
	if view.Covered { // nobody answers what they have not read, nor sees who wrote it
		view.Answers, view.Peer = false, ""
	}
	if view.Subject == "" {
		view.Subject = r.Text("letters.no-subject")
		if view.Covered {
			view.Subject = r.Text("letters.covered")
		}
	}
	return r.Page("thread.html", view)
}

func (s *Server) letterOf(r *Request, threadID string, l mailroom.Shown) letterView {
	out := letterView{ID: l.ID, Href: threadPath + threadID + "/" + l.ID, Out: l.Direction == mailbox.Out, Bounce: l.Sort == mailbox.Bounce, From: l.From, To: l.To,
		Subject: l.Subject, At: l.At.Time(), Text: l.Text, Cut: l.Cut, HTML: l.HTML, Auto: l.Auto, Spam: l.Spam, Unchecked: l.Unchecked, Covered: l.Covered, Locked: l.Locked, SHA256: l.SHA256}
	if l.FromName != "" {
		out.From = l.FromName + " <" + l.From + ">"
	}
	if l.Sent != 0 {
		out.SentAt = l.Sent.Time()
	}
	out.Verdict, out.Color = verdictTag(l.Verdict)
	for _, k := range l.Screening.Kinds {
		out.Kinds = append(out.Kinds, kindKey(k))
	}
	for _, one := range l.Screening.Reasons {
		out.Reasons = append(out.Reasons, reasonLine{one.Text, reasonWhy(r, one)})
	}
	if !out.Out && !out.Bounce && !l.Covered && !l.Locked {
		out.Origin, out.OriginColor = originWords(l.Results)
		out.Checks = []string{"SPF " + string(l.Results.SPF), "DMARC " + string(l.Results.DMARC)}
		for _, sig := range l.Results.DKIM {
			out.Checks = append(out.Checks, "DKIM "+string(sig.Outcome)+" "+sig.Domain)
		}
	}
	for _, file := range l.Files {
		name := file.Name
		if name == "" {
			name = r.Text("letter.file", file.N+1)
		}
		out.Files = append(out.Files, letterFile{out.Href + "/fil/" + strconv.Itoa(file.N), name, int64(file.Size)})
	}
	return out
}

// reasonWhy is why a hit counts, in the visitor's language.
func reasonWhy(r *Request, one screening.Reason) string {
	return one.WhyIn(string(r.Lang))
}

func kindKey(k screening.Kind) locale.Key {
	for _, known := range []struct {
		kind screening.Kind
		key  locale.Key
	}{
		{screening.Threat, "letter.kind-threat"}, {screening.VeiledThreat, "letter.kind-veiled"}, {screening.Harassment, "letter.kind-harassment"},
		{screening.ImproperOffer, "letter.kind-offer"}, {screening.Pressure, "letter.kind-pressure"}, {screening.Doxing, "letter.kind-doxing"}, {screening.SelfHarm, "letter.kind-self-harm"},
	} {
		if known.kind == k {
			return known.key
		}
	}
	return "letter.kind-other"
}

// originWords say in plain words what the checks of a letter's origin gave.
func originWords(v letter.Results) (locale.Key, string) {
	switch {
	case v.DMARC == letter.Pass:
		return "letter.origin-proved", "success"
	case v.DMARC == letter.Fail:
		return "letter.origin-false", "warning"
	}
	return "letter.origin-unknown", "neutral"
}

// letterFileOf gives a file of a letter: to keep, never as a page.
func (s *Server) letterFileOf(r *Request) error {
	n, err := strconv.Atoi(r.Path("n"))
	if err != nil {
		return s.unknown(r)
	}
	name, kind, content, err := s.Desks.Mail.LetterFile(r.Context(), r.Session, r.Path("id"), r.Path("letter"), n)
	if err != nil {
		return err
	}
	return s.keepFile(r, name, kind, content)
}

// letterRaw gives the letter byte for byte as it came.
func (s *Server) letterRaw(r *Request) error {
	raw, err := s.Desks.Mail.OpenRaw(r.Context(), r.Session, r.Path("id"), r.Path("letter"))
	if err != nil {
		return err
	}
	return s.keepFile(r, "brev.eml", "message/rfc822", raw.Raw)
}

func (s *Server) keepFile(r *Request, name, kind string, content []byte) error {
	if name == "" {
		name = "fil"
	}
	h := r.W.Header()
	h.Set("Content-Type", kind)
	if _, _, err := mime.ParseMediaType(kind); err != nil {
		h.Set("Content-Type", "application/octet-stream")
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(r.W, r.HTTP, "", time.Time{}, bytes.NewReader(content))
	return nil
}

// letterReport opens a report with the letter in it: its words, the hash of its bytes and what the checks gave, and the letter
// itself as a file. Nothing is sent before its writer has seen it all.
func (s *Server) letterReport(r *Request) error {
	raw, err := s.Desks.Mail.OpenRaw(r.Context(), r.Session, r.Path("id"), r.Path("letter"))
	if err != nil {
		return err
	}
	return s.reportLetter(r, raw, func() error { return nil })
}

// reportLetter begins a report with a letter in it, and calls kept when its draft is stored.
func (s *Server) reportLetter(r *Request, raw mailroom.RawLetter, kept func() error) error {
	secret, err := s.takeFile(r, "brev.eml", bytes.NewReader(raw.Raw))
	if err != nil {
		return err
	}
	day := raw.Received.Time().In(locale.Zone())
	v := reportDraft{Files: []string{secret}, Values: map[string][]string{
		"narrative":     {r.Text("letter.report", raw.Box, day.Format("2006-01-02 15:04"), raw.SHA256, raw.Checked)},
		"words":         {clip(raw.Text, 2_000)},
		"medium":        {"EMAIL"},
		"occurred_from": {day.Format(time.DateOnly)}, "from_time": {day.Format("15:04")},
	}}
	d, err := s.saveReport(r, casework.NewDraft(), v)
	if err == nil {
		err = kept()
	}
	if err != nil {
		return err
	}
	return s.reportPage(r, d, v, reportShown{step: 2})
}

// clip cuts a text to so many characters.
func clip(s string, most int) string {
	all := []rune(s)
	return string(all[:min(len(all), most)])
}
