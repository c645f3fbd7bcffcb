package ruling

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/measure"
	"varn/internal/domain/obligation"
	"varn/internal/domain/registration"
	"varn/internal/domain/routing"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// RoutingRule is what the organisation has decided about who gets reports.
type RoutingRule struct {
	// Local extends the municipality's duty to part-time representatives.
	Local *routing.LocalDecision `json:"local,omitempty"`
	// ActorGroups are the groups that may be chosen in a report; none: the default ones.
	ActorGroups []incident.ActorGroup `json:"actor_groups,omitempty"`
	// Home is the authority that registers when no unit is named; empty: the first one.
	Home string `json:"home,omitempty"`
	// Reserve is the function outside security that receives when nobody in security may know.
	Reserve string `json:"reserve,omitempty"`
	// Municipality are the functions that receive for the municipality when an elected
	// representative is concerned; none: the security function does.
	Municipality []string `json:"municipality,omitempty"`
	// WithSecurity are functions that share the security function's view.
	WithSecurity []string `json:"with_security,omitempty"`
	// WakeMinutes is how long somebody who is woken has to answer before the next is; 0: 15.
	WakeMinutes int `json:"wake_minutes,omitempty"`
	// ContactHours is within how many hours the reporter is promised an answer; 0: 24.
	ContactHours int `json:"contact_hours,omitempty"`
	// SupportDays is when the person concerned is contacted after an assessment, in days; none: after a day, a
	// week, a month and three months.
	SupportDays []int `json:"support_days,omitempty"`
	// Hook is called when somebody is woken, with nothing but an opaque id and a kind.
	Hook string `json:"hook,omitempty"`
	// HookSecret signs the call.
	HookSecret string `json:"hook_secret,omitempty"`
}

// The defaults.
const (
	WakeMinutes  = 15
	ContactHours = 24
)

// Wait is how long somebody who is woken has to answer.
func (r RoutingRule) Wait() time.Duration {
	if r.WakeMinutes == 0 {
		return WakeMinutes * time.Minute
	}
	return time.Duration(r.WakeMinutes) * time.Minute
}

// Contact is within what time the reporter is promised an answer.
func (r RoutingRule) Contact() time.Duration {
	if r.ContactHours == 0 {
		return ContactHours * time.Hour
	}
	return time.Duration(r.ContactHours) * time.Hour
}

// Support is when the person concerned is contacted after an assessment, in days.
func (r RoutingRule) Support() []int {
	if len(r.SupportDays) == 0 {
		return measure.DefaultSupport()
	}
	return r.SupportDays
}

// Check tells what must be mended.
func (r RoutingRule) Check() error {
	var bad []fault.Field
	if r.Local != nil {
		if err := r.Local.Check(); err != nil {
			bad = append(bad, fault.Of(err).Fields...)
		}
	}
	bad = append(bad, code.Many("actor_groups", r.ActorGroups, incident.ActorGroups())...)
	if r.WakeMinutes < 0 || r.WakeMinutes > 24*60 {
		bad = append(bad, fault.Field{Name: "wake_minutes", Code: "ruling.minutes"})
	}
	if r.ContactHours < 0 || r.ContactHours > 24*14 {
		bad = append(bad, fault.Field{Name: "contact_hours", Code: "ruling.hours"})
	}
	bad = append(bad, measure.CheckSupport(r.SupportDays)...)
	ids := slices.Concat([]string{r.Home, r.Reserve}, r.Municipality, r.WithSecurity)
	if len(ids) > 20 || slices.ContainsFunc(ids, func(id string) bool { return id != "" && !ident.Valid(id) }) {
		bad = append(bad, fault.Field{Name: "municipality", Code: "field.choose"})
	}
	return fault.Form(append(bad, hook(r.Hook, r.HookSecret)...))
}

// UnitRule is what a unit has decided for its own.
type UnitRule struct {
	Questions []incident.Question `json:"questions,omitempty"`
	// SecondClose: a case is closed by two.
	SecondClose bool `json:"second_close,omitempty"`
	// InKIA: the employer's part is reported in KIA; security follows it here.
	InKIA bool `json:"in_kia,omitempty"`
}

// Check tells what must be mended.
func (r UnitRule) Check() error { return incident.CheckQuestions(r.Questions) }

// RegisterRule is how an authority registers.
type RegisterRule struct {
	Pattern   string `json:"pattern"`
	Provision string `json:"provision"` // a registration.Provision
	// Hook is where entries are sent; empty: they are fetched as CSV.
	Hook       string `json:"hook,omitempty"`
	HookSecret string `json:"hook_secret,omitempty"`
}

// DefaultPattern is the pattern of an authority that has decided none.
func DefaultPattern(authorityCode string) string {
	if authorityCode == "" || strings.ContainsAny(authorityCode, "{}0123456789") || len([]rune(authorityCode)) > 20 {
		return "Dnr {year}/{n:4}"
	}
	return authorityCode + " {year}/{n:4}"
}

// Check tells what must be mended.
func (r RegisterRule) Check() error {
	var bad []fault.Field
	if _, err := registration.ParsePattern(r.Pattern); err != nil {
		bad = append(bad, fault.Of(err).Fields...)
	}
	bad = append(bad, code.One("provision", registration.Provision(r.Provision), registration.Provisions())...)
	return fault.Form(append(bad, hook(r.Hook, r.HookSecret)...))
}

// Limits of the secret that signs a hook's calls, in characters.
const (
	MinSecret = 16
	MaxSecret = 200
)

// hook refuses an address that is no https one, and a secret that can be guessed: what is told is
// little, but to whom matters.
func hook(raw, secret string) []fault.Field {
	if raw == "" {
		return nil
	}
	if n := len([]rune(secret)); n < MinSecret || n > MaxSecret {
		return []fault.Field{{Name: "hook_secret", Code: "ruling.secret", Args: []any{MinSecret}}}
	}
	u, err := url.Parse(raw)
	loopback := err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
	if err != nil || len(raw) > 500 || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return []fault.Field{{Name: "hook", Code: "ruling.hook"}}
	}
	return nil
}

// ObligationRule is how an obligation is kept here.
type ObligationRule struct {
	Code     obligation.Code  `json:"code"`
	Versions obligation.Rules `json:"versions"`
}

// Check tells what must be mended.
func (r ObligationRule) Check() error {
	o, ok := obligation.Of(r.Code)
	if !ok || o.Most == 0 {
		return fault.Form([]fault.Field{code.Unknown("code", obligation.Decidable())})
	}
	return r.Versions.Check(o)
}

// Body is a rule's text as it is sealed, once it has been checked.
func Body(kind Kind, v any) ([]byte, error) {
	var err error
	switch r := v.(type) {
	case RoutingRule:
		err = want(kind, Routing, r.Check())
	case UnitRule:
		err = want(kind, Unit, r.Check())
	case RegisterRule:
		err = want(kind, Register, r.Check())
	case casefile.RetentionRule:
		err = want(kind, Retention, r.Check())
	case MailRule:
		err = want(kind, Mail, r.Check())
	case ObligationRule:
		err = want(kind, Obligation, r.Check())
	case likeness.Rule:
		err = want(kind, Likeness, r.Check())
	default:
		err = fault.Detailf("no rule has the type %T", v)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func want(kind, of Kind, err error) error {
	if kind != of {
		return fault.Detailf("a rule of kind %s can't be sealed as %s", of, kind)
	}
	return err
}
