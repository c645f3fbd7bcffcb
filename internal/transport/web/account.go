package web

import (
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/usecase/people"
)

const (
	accountPath     = "/konto"
	fingerprintPath = "/konto/fingeravtryck"
)

// accountView is what one has here oneself: notices, ways to unlock, sessions and tokens.
type accountView struct {
	Name, Title string
	Roles       []locale.Key
	Unlocked    bool
	Confirmed   bool
	Assurance   string
	Notices     []noticeLine
	Unlockers   []unlockerLine
	Passphrase  bool // there is one already
	Sessions    []sessionLine
	Tokens      []sessionLine
	Away        *Form
}

func (accountView) SampleForm() *Form { return awayForm() }

type noticeLine struct {
	Text locale.Key
	Href string
	At   time.Time
}

type unlockerLine struct {
	ID            string
	Kind          locale.Key
	Label         string
	Created, Used time.Time
	Removable     bool
}

type sessionLine struct {
	ID, Label              string
	Current                bool
	Locked                 bool
	Scopes                 []locale.Key
	Created, Seen, Expires time.Time
}

func awayForm() *Form {
	return NewForm(Date("until", "account.away-until").Hint("account.away-hint").Optional())
}

func (s *Server) account(r *Request) error { return s.accountPage(r, nil) }

// accountPage shows the account; away is the form about absence when it must be mended.
func (s *Server) accountPage(r *Request, away *Form) error {
	own, err := s.Desks.People.Own(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := accountView{
		Name: own.Name, Title: own.Title, Roles: roleNames(r.Session.Roles), Unlocked: r.Session.Unlocked(),
		Confirmed: own.State == person.Confirmed, Assurance: r.Session.Assurance, Away: away,
	}
	if away == nil {
		view.Away = awayForm()
	}
	if away == nil && own.Away != 0 {
		view.Away.Set("until", own.Away.Time().In(locale.Zone()).Format(time.DateOnly))
	}
	notices, err := s.Desks.People.Notices(r.Context(), r.Session)
	if err != nil {
		return err
	}
	for _, n := range notices {
		view.Notices = append(view.Notices, noticeOf(n))
	}
	if err := s.accountKeys(r, &view); err != nil {
		return err
	}
	return r.Page("account.html", view)
}

// accountKeys lists what opens the visitor's key: unlockers, sessions, tokens.
func (s *Server) accountKeys(r *Request, view *accountView) error {
	unlockers, err := s.Desks.Enrol.Unlockers(r.Context(), r.Session)
	if err != nil {
		return err
	}
	usable := 0
	for _, u := range unlockers {
		if u.Kind != person.Escrow {
			usable++
		}
	}
	for _, u := range unlockers {
		if u.Kind == person.Escrow {
			continue
		}
		view.Passphrase = view.Passphrase || u.Kind == person.Passphrase
		view.Unlockers = append(view.Unlockers, unlockerLine{ID: u.ID, Kind: unlockerKind(u.Kind), Label: u.Label,
			Created: u.Created.Time(), Used: u.Used.Time(), Removable: usable > 1})
	}
	sessions, err := s.Desks.SignIn.Sessions(r.Context(), r.Session)
	if err != nil {
		return err
	}
	for _, one := range sessions {
		line := sessionLine{ID: one.ID, Label: one.Label, Current: one.Current, Locked: one.Locked, Scopes: scopeNames(one.Scopes),
			Created: one.Created.Time(), Seen: one.Seen.Time(), Expires: one.Expires.Time()}
		if one.Kind == access.Token {
			view.Tokens = append(view.Tokens, line)
		} else {
			view.Sessions = append(view.Sessions, line)
		}
	}
	return nil
}

func unlockerKind(k person.UnlockerKind) locale.Key {
	if k == person.Passkey {
		return "unlocker.passkey"
	}
	return "unlocker.passphrase"
}

// noticeOf is a notice in words, with where to look.
func noticeOf(n people.Notice) noticeLine {
	line := noticeLine{Text: "notice.other", At: n.Created.Time()}
	for _, known := range []struct {
		kind string
		text locale.Key
		href string
	}{
		{"person.confirmed", "notice.confirmed", ""},
		{"person.readmitted", "notice.readmitted", ""},
		{"role.active", "notice.role", ""},
		{"directory.entered", "notice.directory-entered", ownEntryPath},
		{"directory.changed", "notice.directory-changed", ownEntryPath},
		{"directory.ended", "notice.directory-ended", ""},
		{"directory.photo", "notice.directory-photo", ownEntryPath},
		{"holder.active", "notice.seat", "/funktioner"},
		{"holder.joined", "notice.joined", "/funktioner"},
		{"case.joined", "notice.case", "/arende/" + n.Ref},
		{"report.wake", "notice.wake", "/arende/" + n.Ref},
		{"report.more", "notice.more", "/arende/" + n.Ref},
		{"report.unanswered", "notice.unanswered", ""},
		{"case.task", "notice.task", "/arende/" + n.Ref},
		{"case.referred", "notice.referred", "/arende/" + n.Ref},
		{"case.referral", "notice.referral", "/arende/" + n.Ref},
		{"report.answer", "notice.answer", "/mina-rapporter"},
		{"report.concerned", "notice.concerned", "/mina-rapporter"},
		{"case.alike", "notice.alike", "/arende/" + n.Ref},
		{"case.alone", "notice.alone", "/arende/" + n.Ref},
		{"case.few", "notice.few", "/funktioner"},
		{"recovery.begun", "notice.recovery-begun", recoveryPath},
		{"recovery.stopped", "notice.recovery-stopped", ""},
		{"recovery.done", "notice.recovery-done", ""},
		{"person.waiting", "notice.waiting", confirmPath},
		{"rule.proposed", "notice.rule-proposed", confirmPath},
		{"rule.confirmed", "notice.rule-confirmed", "/regler"},
		{"rule.refused", "notice.rule-refused", "/regler"},
		{"duty.set", "notice.duty", "/jour"},
		{"assess.second", "notice.assess-second", "/arende/" + n.Ref + assessWord},
		{"assess.settle", "notice.assess-settle", "/arende/" + n.Ref + assessWord},
		{"measure.owner", "notice.measure-owner", "/arende/" + n.Ref + measuresWord},
		{"deadline.near", "notice.deadline", "/arende/" + n.Ref},
		{"deadline.passed", "notice.overdue", caseHref(n.Ref)},
		{"work_notice.due", "notice.work-notice", "/arende/" + n.Ref},
		{"work_notice.passed", "notice.work-notice-late", caseHref(n.Ref)},
		{"safety.answered", "notice.safety", "/arende/" + n.Ref},
		{"safety.happened", "notice.safety-happened", ""},
		{"record.asked", "notice.record-asked", "/arende/" + n.Ref},
		{"record.answered", "notice.record-answered", "/diarium"},
		{"exposure.found", "notice.exposure-found", exposurePath},
		{"exposure.late", "notice.exposure-late", exposurePath + "?sena=1"},
		{"exposure.given", "notice.exposure-given", foundPath + n.Ref},
		{"exposure.stopped", "notice.exposure-stopped", sitesPath + "/" + n.Ref},
		{"own.searched", "notice.own-searched", ownExposurePath},
		{"letter.new", "notice.letter", threadPath + n.Ref},
		{"letter.to-report", "notice.letter-to-report", threadPath + n.Ref},
		{"letter.flagged", "notice.letter-flagged", threadPath + n.Ref},
		{"letter.alarm", "notice.letter-alarm", ""},
		{"letter.unforwarded", "notice.letter-unforwarded", threadPath + n.Ref},
		{"letter.undelivered", "notice.letter-undelivered", threadPath + n.Ref},
		{"letter.opened", "notice.letter-opened", threadPath + n.Ref},
		{"letter.delegate", "notice.letter-delegate", lettersPath},
	} {
		if known.kind == n.Kind {
			line.Text, line.Href = known.text, known.href
		}
	}
	return line
}

// caseHref leads to a case; nowhere for who is told of one that they do not sit in.
func caseHref(ref string) string {
	if ref == "" {
		return ""
	}
	return casePath + ref
}

// accountSeen puts the notices away.
func (s *Server) accountSeen(r *Request) error {
	if err := s.Desks.People.SeeNotices(r.Context(), r.Session); err != nil {
		return err
	}
	return r.Redirect(accountPath)
}

// accountAway notes until when one is away; empty: back again.
func (s *Server) accountAway(r *Request) error {
	f := awayForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return s.accountPage(r, f)
	}
	err := s.Desks.People.SetLeave(r.Context(), r.Session, r.Session.Person, endOfDay(f, "until"))
	if f.Take(err) {
		return s.accountPage(r, f)
	}
	if err != nil {
		return err
	}
	return r.Redirect(accountPath)
}

// endOfDay is the moment at which a day that a field names is over; zero when it is empty.
func endOfDay(f *Form, name string) clock.Stamp {
	day, ok := f.Day(name)
	if !ok {
		return 0
	}
	return clock.Of(day.AddDate(0, 0, 1))
}

// startOfDay is the moment at which a day that a field names begins; zero when it is empty.
func startOfDay(f *Form, name string) clock.Stamp {
	day, ok := f.Day(name)
	if !ok {
		return 0
	}
	return clock.Of(day)
}
