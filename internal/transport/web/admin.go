package web

import (
	"net/http"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/operate"
)

const adminPath = "/drift"

// administrator is the need of the pages that run the installation.
func administrator() Need { return Roles(access.Administrator) }

// adminView (drift) is how the installation is: facts about the machine, never about people.
type adminView struct {
	Checks []check
	Bad    int
	Doubt  bool
	Rooms  []navLink
}

// check is one thing that is well, or that somebody should do something about.
type check struct {
	Name  locale.Key
	State string
	Color string
	Notes []string // what to do, or the operator's own words
}

func (s *Server) admin(r *Request) error {
	h, err := s.Desks.Operate.Health(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := adminView{Checks: s.checks(r, h), Doubt: h.Doubt != "", Rooms: []navLink{
		{Path: "/drift/profil", Text: "admin_profile.title"}, {Path: "/drift/organisation", Text: "admin_parts.title"},
		{Path: "/drift/e-post", Text: "admin_mail.title"}, {Path: "/drift/jobb", Text: "admin_jobs.title"},
	}}
	for _, c := range view.Checks {
		if c.Color != "success" {
			view.Bad++
		}
	}
	return r.Page("admin.html", view)
}

// leastRoom is when the disk counts as nearly full.
const leastRoom = 2 << 30

// staleBackup is when a backup is too old to lean on; staleProof the same for a proven restore.
const (
	staleBackup = 26 * time.Hour
	staleProof  = 92 * 24 * time.Hour
)

// checks are the health in words, each with what to do.
func (s *Server) checks(r *Request, h operate.Health) []check {
	good := func(name locale.Key, state string) check { return check{Name: name, State: state, Color: "success"} }
	list := []check{s.noted(r, "admin.database", h.Engine, h.DatabaseWarnings), s.noted(r, "admin.keys", "", h.KeyWarnings)}

	disk := good("admin.disk", r.Text("admin.free", r.Lang.Size(h.Free)))
	if h.Free < leastRoom {
		disk.Color, disk.Notes = "danger", []string{r.Text("admin.disk-do")}
	}
	log := good("admin.log", r.Text("admin.log-good"))
	if h.Behind > 0 && h.BehindFor > time.Minute {
		log = check{Name: "admin.log", State: r.Text("admin.log-behind", int(h.Behind)), Color: "warning", Notes: []string{r.Text("admin.log-do")}}
	}
	clock := good("admin.clock", r.Text("admin.clock-good"))
	if h.Doubt != "" {
		clock = check{Name: "admin.clock", State: r.Text("admin.clock-doubt"), Color: "warning", Notes: []string{r.Text("admin.clock-do")}}
	}
	jobs := good("admin.jobs", r.Text("admin.jobs-waiting", int(h.Waiting)))
	if h.Dead > 0 {
		jobs = check{Name: "admin.jobs", State: s.texts.Count(r.Lang, "admin.dead", int(h.Dead)), Color: "warning", Notes: []string{r.Text("admin.jobs-do")}}
	}
	mail := good("admin.mail", r.Text("admin.mail-good"))
	if !h.Mail {
		mail = check{Name: "admin.mail", State: r.Text("admin.mail-none"), Color: "info", Notes: []string{r.Text("admin.mail-do")}}
	}
	return append(list, disk, log, clock, jobs, mail, s.backupCheck(r, "admin.backup", h.Backup, staleBackup, "admin.backup-do"),
		s.backupCheck(r, "admin.proven", h.Proven, staleProof, "admin.proven-do"))
}

// noted is well unless the operator has been warned.
func (s *Server) noted(r *Request, name locale.Key, state string, warnings []fault.Warning) check {
	if len(warnings) > 0 {
		c := check{Name: name, State: r.Text("admin.look"), Color: "warning"}
		for _, w := range warnings {
			c.Notes = append(c.Notes, r.Text(locale.Key(w.Code), w.Args...))
		}
		return c
	}
	if state == "" {
		state = r.Text("admin.good")
	}
	return check{Name: name, State: state, Color: "success"}
}

func (s *Server) backupCheck(r *Request, name locale.Key, n operate.BackupNote, stale time.Duration, do locale.Key) check {
	switch {
	case n.When == 0:
		return check{Name: name, State: r.Text("admin.never"), Color: "danger", Notes: []string{r.Text(do)}}
	case s.Clock.Now().Sub(n.When.Time()) > stale:
		return check{Name: name, State: r.Lang.Moment(n.When.Time()), Color: "warning", Notes: []string{r.Text(do)}}
	case n.Missing > 0:
		return check{Name: name, State: r.Lang.Moment(n.When.Time()), Color: "warning", Notes: []string{r.Text("admin.missing", int(n.Missing))}}
	}
	return check{Name: name, State: r.Lang.Moment(n.When.Time()), Color: "success"}
}

// adminClock is the administrator's word that the time is right.
func (s *Server) adminClock(r *Request) error {
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("admin.clock-ask"), Text: r.Text("admin.clock-ask-text", r.Lang.Moment(s.Clock.Now())), Action: "/drift/klocka",
			Button: r.Text("admin.clock-confirm"), Back: adminPath,
		})
	}
	if err := s.Desks.Operate.ConfirmTime(r.Context(), r.Session); err != nil {
		return err
	}
	return r.Redirect(adminPath)
}
