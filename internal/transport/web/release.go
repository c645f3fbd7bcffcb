package web

import (
	"context"
	"net/http"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/screening"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/screen"
)

const (
	releasedPath  = "/brev/lamnade"
	screeningPath = "/granskning"
)

// releaseView asks what a letter's owner holds it for before it is kept for training.
type releaseView struct {
	Form *Form
	Href string
	Text string
}

func (releaseView) SampleForm() *Form { return releaseForm() }

func releaseForm() *Form {
	var options []Option
	for _, k := range screening.Kinds {
		options = append(options, Option{Value: string(k), Key: kindKey(k)})
	}
	return NewForm(Checks("kinds", "release.kinds", options...).Hint("release.kinds-hint").Optional())
}

// release shows the words that would be kept, and keeps them when their owner presses.
func (s *Server) release(r *Request) error {
	thread, id := r.Path("id"), r.Path("letter")
	raw, err := s.Desks.Mail.OpenOwn(r.Context(), r.Session, thread, id)
	if err != nil {
		return err
	}
	f := releaseForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			var kinds []screening.Kind
			for _, k := range f.All("kinds") {
				kinds = append(kinds, screening.Kind(k))
			}
			err := s.Desks.Screening.Release(r.Context(), r.Session, id, raw.Text, kinds)
			if err == nil {
				return r.Redirect(releasedPath)
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	return r.Page("release.html", releaseView{Form: f, Href: threadPath + thread + "/" + id + "/lar", Text: clip(raw.Text, 4_000)})
}

// releasedView is what somebody has released.
type releasedView struct{ Lines []releasedLine }

type releasedLine struct {
	ID, Begin string
	Kinds     []locale.Key
	At        time.Time
}

func (s *Server) released(r *Request) error {
	all, err := s.Desks.Screening.Mine(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var view releasedView
	for _, one := range all {
		line := releasedLine{ID: one.ID, Begin: one.Begin, At: one.At.Time()}
		for _, k := range one.Kinds {
			line.Kinds = append(line.Kinds, kindKey(k))
		}
		view.Lines = append(view.Lines, line)
	}
	return r.Page("released.html", view)
}

func (s *Server) releasedBack(r *Request) error {
	if err := s.Desks.Screening.TakeBack(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(releasedPath)
}

// screeningView tells how the screening was trained, in counts.
type screeningView struct {
	Form     *Form
	Released int
	Fewest   int
	Enough   bool
	Made     time.Time
	Of       int
	Kinds    []screeningCount
}

type screeningCount struct {
	Kind  locale.Key
	Count int
}

func (screeningView) SampleForm() *Form { return NewForm() }

// screening shows it, and trains or forgets on a press.
func (s *Server) screening(r *Request) error {
	f := NewForm()
	if r.HTTP.Method == http.MethodPost {
		act, ok := map[string]func(context.Context, *access.Session) error{"trana": s.Desks.Screening.Train, "glom": s.Desks.Screening.Forget}[r.Path("act")]
		if !ok {
			return s.unknown(r)
		}
		err := act(r.Context(), r.Session)
		if err == nil {
			return r.Redirect(screeningPath)
		}
		if !fault.Is(err, fault.Invalid) || !takes(f, err) {
			return err
		}
	}
	v, err := s.Desks.Screening.Show(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := screeningView{Form: f, Released: v.Released, Fewest: screen.FewestExamples, Enough: v.Released >= screen.FewestExamples, Of: int(v.Of)}
	if v.Made != 0 {
		view.Made = v.Made.Time()
	}
	for _, k := range screening.Kinds {
		if n := v.Kinds[k]; n > 0 {
			view.Kinds = append(view.Kinds, screeningCount{kindKey(k), n})
		}
	}
	if v.Lawful > 0 {
		view.Kinds = append(view.Kinds, screeningCount{"release.lawful", v.Lawful})
	}
	return r.Page("screening.html", view)
}
