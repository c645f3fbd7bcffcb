package web

import "time"

// adminJobsView lists what could not be done: kinds, times and classes of error, never content.
type adminJobsView struct{ Letters []deadLetter }

type deadLetter struct {
	ID, Kind, Class string
	Tries           int
	Made            time.Time
}

func (s *Server) adminJobs(r *Request) error {
	all, err := s.Desks.Operate.DeadLetters(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := adminJobsView{}
	for _, j := range all {
		view.Letters = append(view.Letters, deadLetter{ID: j.ID, Kind: j.Kind, Class: j.ErrorClass, Tries: j.Attempts, Made: j.Created.Time()})
	}
	return r.Page("admin_jobs.html", view)
}

// adminJobRetry lets a job try again.
func (s *Server) adminJobRetry(r *Request) error {
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.Operate.RetryLetter(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect("/drift/jobb")
}

// adminJobDiscard removes a job for good; the page before it asked.
func (s *Server) adminJobDiscard(r *Request) error {
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.Operate.DiscardLetter(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect("/drift/jobb")
}

// adminJobDiscardAsk asks before a job is removed.
func (s *Server) adminJobDiscardAsk(r *Request) error {
	return r.Page("confirm.html", Confirm{
		Heading: r.Text("admin_jobs.discard-ask"), Text: r.Text("admin_jobs.discard-text"), Action: "/drift/jobb/kasta",
		Button: r.Text("admin_jobs.discard"), Danger: true, Back: "/drift/jobb", Hidden: []Hidden{{Name: "id", Value: r.Query("id")}},
	})
}
