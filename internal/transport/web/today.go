package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const todayPath = "/idag"

// todayView is what waits for the visitor (I dag): counts of everything, and one section of it.
type todayView struct {
	Since    time.Time
	Sections []todaySection
	Section  locale.Key // the shown one's heading
	Empty    locale.Key
	Lines    []todayLine
	Here     string // this page, for those who take a case and go on
	Next     string
}

// todaySection is a way to a section, with its count in words.
type todaySection struct {
	Href, Count string
	Text        locale.Key
	Current     bool
}

// todayLine is a case that waits. Its Once makes "Jag tar det" pressed twice one act.
type todayLine struct {
	caseLine
	Urgency      locale.Key
	UrgencyColor string
	Late         bool
	Due          time.Time
	Notice       time.Time // until when the authority must be notified
	Free         bool      // nobody has taken it
	Once         string
}

// today (I dag) shows what waits, the most urgent first.
func (s *Server) today(r *Request) error {
	section := casework.Section(r.Query("visa"))
	if !slices.Contains(casework.Sections(), section) {
		section = casework.SectionNew
	}
	w := casework.WantedToday{Section: section}
	w.After.Rank, w.After.Case = readRank(r.Query("efter"))
	got, err := s.Desks.Cases.Today(r.Context(), r.Session, w)
	if err != nil {
		return err
	}
	view := todayView{Since: got.Since.Time(), Here: todayAt(section, w.After.Rank, w.After.Case)}
	if got.Since == 0 {
		view.Since = time.Time{}
	}
	view.Section, view.Empty = sectionKeys(section)
	for _, one := range casework.Sections() {
		heading, _ := sectionKeys(one)
		view.Sections = append(view.Sections, todaySection{Href: todayPath + "?visa=" + string(one), Count: counted(r, got.Counts[one]), Text: heading, Current: one == section})
	}
	now := s.Clock.Now()
	for _, l := range got.Lines {
		view.Lines = append(view.Lines, todayLineOf(l, now))
	}
	if got.Next != nil {
		view.Next = todayAt(section, got.Next.Rank, got.Next.Case)
	}
	return r.Page("today.html", view)
}

// todayAt is the address of a section, from a place in it.
func todayAt(section casework.Section, rank int64, after string) string {
	at := todayPath + "?visa=" + string(section)
	if after != "" {
		at += "&efter=" + url.QueryEscape(strconv.FormatInt(rank, 36)+"."+after)
	}
	return at
}

// backToday is where an act in the inbox leads: the same section, and the row that now stands where
// the case stood. Anything else that a form carries is the start of the inbox.
func backToday(carried string) string {
	at, err := url.Parse(carried)
	if err != nil || at.Path != todayPath {
		return todayPath
	}
	section := casework.Section(at.Query().Get("visa"))
	if !slices.Contains(casework.Sections(), section) {
		return todayPath
	}
	rank, after := readRank(at.Query().Get("efter"))
	back := todayAt(section, rank, after)
	if row, err := strconv.Atoi(strings.TrimPrefix(at.Fragment, "rad-")); err == nil {
		back += "#rad-" + strconv.Itoa(row)
	}
	return back
}

// sectionKeys are a section's heading, and what it says when nothing is in it.
func sectionKeys(s casework.Section) (heading, none locale.Key) {
	switch s {
	case casework.SectionLate:
		return "today.late", "today.late-none"
	case casework.SectionDue:
		return "today.due", "today.due-none"
	case casework.SectionChanged:
		return "today.changed", "today.changed-none"
	case casework.SectionMine:
		return "today.mine", "today.mine-none"
	case casework.SectionOpen:
		return "today.open", "today.open-none"
	}
	return "today.new", "today.new-none"
}

// counted writes a count: exact to a thousand, then "1 000+".
func counted(r *Request, c casework.Count) string {
	text := r.Lang.Number(int64(c.N))
	if c.More {
		text += "+"
	}
	return text
}

func todayLineOf(l casework.Line, now time.Time) todayLine {
	key, color := stateOf(l.State)
	out := todayLine{caseLine: caseLine{Href: casePath + l.Ref, Ref: l.Ref, Title: l.Title, StateKey: key, Color: color, Opened: l.Opened.Time(), Changed: l.Changed.Time()},
		Late: l.Assessed == 0 && l.State.Active() && now.Sub(l.Opened.Time()) > casefile.AssessWithin, Free: l.Handler == "" && l.State.Active(), Once: ident.New()}
	out.Urgency, out.UrgencyColor = urgencyOf(l.Urgency)
	switch {
	case l.Notice != 0:
		out.Notice = l.Notice.Time()
	case l.Due != 0:
		out.Due = l.Due.Time()
	}
	return out
}

// urgencyOf is the proposed urgency in words; a human decides.
func urgencyOf(level int64) (locale.Key, string) {
	switch level {
	case 3:
		return "today.urgency-3", "danger"
	case 2:
		return "today.urgency-2", "warning"
	case 1:
		return "today.urgency-1", "info"
	}
	return "today.urgency-0", "neutral"
}

// readRank reads a place in the inbox; one that we did not give is the start.
func readRank(text string) (int64, string) {
	for i := range text {
		if text[i] != '.' {
			continue
		}
		n, err := strconv.ParseInt(text[:i], 36, 64)
		if err != nil || !ident.Valid(text[i+1:]) {
			return 0, ""
		}
		return n, text[i+1:]
	}
	return 0, ""
}
