package web

import (
	"net/http"
	"strconv"

	"varn/internal/kit/fault"
	"varn/internal/usecase/operate"
)

// adminMailView is how mail is sent, and whether it works.
type adminMailView struct {
	Form        *Form
	Set         bool
	HasPassword bool
	Saved       bool
	// SentTo is set when a test mail has just been taken by the server.
	SentTo string
}

func mailForm() *Form {
	return NewForm(
		Text("host", "admin_mail.host").Hint("admin_mail.host-hint").Max(253).Complete("off"),
		Text("port", "admin_mail.port").Max(5).Complete("off"),
		Radios("security", "admin_mail.security",
			Option{Value: "starttls", Key: "admin_mail.starttls", Hint: "admin_mail.starttls-hint"},
			Option{Value: "tls", Key: "admin_mail.tls", Hint: "admin_mail.tls-hint"},
			Option{Value: "plain", Key: "admin_mail.plain", Hint: "admin_mail.plain-hint"}),
		Text("user", "admin_mail.user").Complete("off").Optional(),
		Password("password", "admin_mail.password").Hint("admin_mail.password-hint").Complete("new-password").Optional(),
		Email("from", "admin_mail.from").Complete("off"),
		Text("from_name", "admin_mail.from-name").Max(100).Complete("off").Optional(),
	)
}

func (adminMailView) SampleForm() *Form { return mailForm() }

func (s *Server) adminMail(r *Request) error { return s.adminMailPage(r, mailForm(), "") }

// adminMailPage shows the stored settings, unless the form was just sent and must be mended.
func (s *Server) adminMailPage(r *Request, f *Form, sentTo string) error {
	v, version, err := s.Desks.Operate.MailSettings(r.Context(), r.Session)
	if err != nil {
		return err
	}
	if f.Version() == "" {
		f.Set("security", "starttls").Set("port", "587")
		if version > 0 {
			f.Set("host", v.Host).Set("port", strconv.Itoa(v.Port)).Set("security", v.Security).Set("user", v.User).Set("from", v.From).Set("from_name", v.FromName)
		}
		f.Seen(strconv.FormatInt(version, 10))
	}
	return r.Page("admin_mail.html", adminMailView{Form: f, Set: version > 0, HasPassword: v.HasPassword, Saved: r.Query("sparat") != "" && !f.Failed(), SentTo: sentTo})
}

func (s *Server) adminMailSave(r *Request) error {
	f := mailForm()
	if err := r.Read(f); err != nil {
		return err
	}
	port, err := strconv.Atoi(f.Text("port"))
	if err != nil && !f.Failed() {
		f.Fail("port", "mail.port")
	}
	if f.Failed() {
		return s.adminMailPage(r, f, "")
	}
	version, _ := strconv.ParseInt(f.Version(), 10, 64)
	err = s.Desks.Operate.SaveMail(r.Context(), r.Session, operate.MailSettings{Host: f.Text("host"), Port: port, Security: f.Text("security"),
		User: f.Text("user"), From: f.Text("from"), FromName: f.Text("from_name")}, f.Text("password"), version)
	switch {
	case err == nil:
		return r.Redirect("/drift/e-post?sparat=1")
	case fault.Is(err, fault.Conflict):
		return s.adminMailConflict(r, f)
	case !f.Take(err):
		return err
	}
	return s.adminMailPage(r, f, "")
}

func (s *Server) adminMailConflict(r *Request, f *Form) error {
	v, version, err := s.Desks.Operate.MailSettings(r.Context(), r.Session)
	if err != nil {
		return err
	}
	return r.Conflict(f, strconv.FormatInt(version, 10), map[string]string{"host": v.Host, "port": strconv.Itoa(v.Port), "security": v.Security,
		"user": v.User, "from": v.From, "from_name": v.FromName})
}

// adminMailTest sends the administrator a mail by the stored settings and says what came of it.
func (s *Server) adminMailTest(r *Request) error {
	f := mailForm()
	to, err := s.Desks.Operate.TestMail(r.Context(), r.Session)
	if err != nil && !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Invalid) {
		return err
	}
	if err != nil {
		to = ""
		f.Fail("", codeOf(err))
		r.form = f
		r.Status(http.StatusUnprocessableEntity)
	}
	return s.adminMailPage(r, f, to)
}
