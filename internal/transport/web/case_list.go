package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const (
	casesPath = "/arenden"
	casePath  = "/arende/"
)

// caseListView is the cases in whose circle the visitor sits.
type caseListView struct {
	Form  *Form
	Lines []caseLine
	// Next is the cursor of the next page; it travels in the form while one searches, since what
	// one looks for is in no address.
	Next, NextHref string
	First          string
	Searched       bool
	Filtered       bool
}

func (caseListView) SampleForm() *Form { return caseListForm() }

type caseLine struct {
	Href, Ref, Title string
	StateKey         locale.Key
	Color            string
	Opened, Changed  time.Time
}

func caseListForm() *Form {
	return NewForm(
		Search("query", "case_list.query").OneOf(),
		Select("state", "case_list.state", stateOptions()...).OneOf(),
		Carried("after"),
	).Set("state", allStates)
}

// stateOptions are every state, and all of them.
func stateOptions() []Option {
	out := []Option{{Value: allStates, Key: "case_list.all-states"}}
	for _, state := range append(casefile.States(), casefile.Open) {
		out = append(out, Option{Value: string(state), Key: locale.Key(state.Term())})
	}
	return out
}

// allStates is the choice of every state.
const allStates = "all"

// caseList shows the list. A search is posted: its words are in no address, history or log.
func (s *Server) caseList(r *Request) error {
	f := caseListForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
	} else {
		f.Set("after", r.Query("efter"))
		if state := r.Query("visa"); casefile.State(state).Known() {
			f.Set("state", state)
		}
	}
	w := casework.Wanted{Query: f.Text("query"), Limit: 50}
	if state := f.Text("state"); state != allStates {
		w.State = casefile.State(state)
	}
	w.After.Changed, w.After.Case = readCursor(f.Text("after"))
	got, err := s.Desks.Cases.ListCases(r.Context(), r.Session, w)
	if err != nil {
		return err
	}
	view := caseListView{Form: f, Searched: w.Query != "", Filtered: w.Query != "" || w.State != ""}
	for _, l := range got.Lines {
		key, color := stateOf(l.State)
		view.Lines = append(view.Lines, caseLine{Href: casePath + l.Ref, Ref: l.Ref, Title: l.Title, StateKey: key, Color: color,
			Opened: l.Opened.Time(), Changed: l.Changed.Time()})
	}
	if f.Text("after") != "" {
		view.First = listAddress(string(w.State), "")
	}
	if got.Next.Case != "" {
		view.Next = writeCursor(got.Next.Changed, got.Next.Case)
		view.NextHref = listAddress(string(w.State), view.Next)
	}
	return r.Page("case_list.html", view)
}

// stateOf is a state in words, and the colour that helps to find it.
func stateOf(state casefile.State) (locale.Key, string) {
	color := "info"
	switch state {
	case casefile.New, casefile.Reopened:
		color = "warning"
	case casefile.Measures, casefile.FollowUp:
		color = "success"
	case casefile.Closed:
		color = "neutral"
	}
	return locale.Key(state.Term()), color
}

func listAddress(state, after string) string {
	q := url.Values{}
	if state != "" {
		q.Set("visa", state)
	}
	if after != "" {
		q.Set("efter", after)
	}
	if len(q) == 0 {
		return casesPath
	}
	return casesPath + "?" + q.Encode()
}

// writeCursor and readCursor carry a place in the list; one that we did not give is the start.
func writeCursor(at clock.Stamp, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(at), 36) + " " + id))
}

func readCursor(text string) (clock.Stamp, string) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, ""
	}
	at, id, ok := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil {
		return 0, ""
	}
	return clock.Stamp(n), id
}
