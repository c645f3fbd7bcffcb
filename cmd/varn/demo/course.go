package demo

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/oncall"
	"varn/internal/usecase/rule"
	"varn/internal/usecase/signin"
)

// decide puts Exempelstad's rules in force: proposed by the administrator, confirmed by the head of
// security.
func (w *town) decide(ctx context.Context) error {
	units, err := w.units(ctx)
	if err != nil {
		return err
	}
	for _, one := range []rule.Proposal{
		{Body: rule.Body{Routing: &ruling.RoutingRule{Home: w.authority[0], Reserve: w.functions["legal"], WakeMinutes: 10,
			Local: &routing.LocalDecision{Number: "KS 2024/0117", Date: time.Date(2024, 6, 12, 0, 0, 0, 0, time.UTC)}}}},
		{Scope: w.authority[0], Body: rule.Body{Retention: &casefile.RetentionRule{Years: 5, Decision: "KS 2024/0093", Date: "2024-05-21"}}},
		{Scope: w.authority[1], Body: rule.Body{Retention: &casefile.RetentionRule{Years: 5, Decision: "SN 2024/0041", Date: "2024-05-28"}}},
		{Scope: w.authority[1], Body: rule.Body{Register: &ruling.RegisterRule{Pattern: "SO {year}/{n:4}", Provision: "OSL 26"}}},
		{Scope: units[reception], Body: rule.Body{Unit: &ruling.UnitRule{SecondClose: true, Questions: []incident.Question{
			{ID: "mottagning", Kind: incident.ChoiceQuestion, Swedish: "Var i mottagningen hände det?", English: "Where in the reception did it happen?",
				Choices: []incident.Choice{{ID: "disk", Swedish: "Vid disken", English: "At the desk"}, {ID: "rum", Swedish: "I ett besöksrum", English: "In a meeting room"}, {ID: "utanfor", Swedish: "Utanför entrén", English: "Outside the entrance"}}},
			{ID: "larm", Kind: incident.ChoiceQuestion, Swedish: "Använde någon larmet?", English: "Did anybody use the alarm?",
				Choices: []incident.Choice{{ID: "ja", Swedish: "Ja", English: "Yes"}, {ID: "nej", Swedish: "Nej", English: "No"}}}}}}},
	} {
		if err := w.rule(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (w *town) rule(ctx context.Context, p rule.Proposal) error {
	admin, err := w.as(ctx, w.admin)
	if err != nil {
		return err
	}
	id, err := w.h.Rule.Propose(ctx, admin, p)
	if err != nil {
		return fmt.Errorf("rule %s: %w", p.Body.Kind(), err)
	}
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	return w.h.Rule.Confirm(ctx, head, id)
}

// watch puts the duty officer on call for a fortnight.
func (w *town) watch(ctx context.Context) error {
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	now := clock.Of(w.h.Clock.Now())
	_, err = w.h.OnCall.AddTurn(ctx, head, oncall.NewTurn{Function: w.functions["oncall"], Person: w.byName["Tove Järnhed"].id, From: now.Minute(), Until: now.Add(14 * 24 * time.Hour).Minute()})
	return err
}

// units gives the units' ids by their names.
func (w *town) units(ctx context.Context) (map[string]string, error) {
	admin, err := w.as(ctx, w.admin)
	if err != nil {
		return nil, err
	}
	all, err := w.h.People.Units(ctx, admin)
	ids := map[string]string{}
	for _, u := range all {
		ids[u.Name] = u.ID
	}
	return ids, err
}

// years tells the two years: each report at its time, and what became of it.
func (w *town) years(ctx context.Context) error {
	units, err := w.units(ctx)
	if err != nil {
		return err
	}
	for i, r := range reports() {
		w.at(time.Duration(r.days)*24*time.Hour + time.Duration(i%5)*time.Hour)
		if err := w.happened(ctx, r, units); err != nil {
			return fmt.Errorf("report %d: %w", i, err)
		}
	}
	w.at(0)
	return w.rest(ctx, w.byName["Vera Hedlund"])
}

// at sets the town's clock, when it has one of its own.
func (w *town) at(ago time.Duration) {
	if c, ok := w.h.Clock.(*Clock); ok {
		c.ago(ago)
	}
}

func (w *town) happened(ctx context.Context, r told, units map[string]string) error {
	s := access.GuestOf(w.org, ident.New())
	if r.by != "" {
		var err error
		if s, err = w.as(ctx, w.byName[r.by]); err != nil {
			return err
		}
	}
	report := incident.Report{Narrative: r.text, Forms: []incident.Form{r.form}, Medium: []incident.Medium{r.medium}, TargetCategory: r.target, Context: incident.MunicipalAssignment,
		OccurredFrom: clock.Of(w.h.Clock.Now().Add(-3 * time.Hour)).Minute()}
	if r.unit != noUnit {
		report.Unit, report.Context = units[r.unit], incident.Employment
	}
	filed, err := w.h.Cases.FileReport(ctx, s, casework.NewReport{Report: report, Named: r.by != "", From: netip.AddrFrom4([4]byte{127, 0, 0, 1})})
	if err != nil || r.steps == "" {
		return err
	}
	view, err := w.securityView(ctx, filed.Ref)
	if err != nil {
		return err
	}
	return w.course(ctx, view, r)
}

// securityView is the view that security handles: the newest in its inbox.
func (w *town) securityView(ctx context.Context, ref string) (string, error) {
	vera, err := w.working(ctx, w.byName["Vera Hedlund"])
	if err != nil {
		return "", err
	}
	if w.h.Cases.Knows(ctx, vera, ref) {
		return ref, nil
	}
	got, err := w.h.Cases.Today(ctx, vera, casework.WantedToday{Section: casework.SectionNew, Limit: 100})
	if err != nil {
		return "", err
	}
	newest := slices.MaxFunc(got.Lines, func(a, b casework.Line) int { return int(a.Opened - b.Opened) })
	return newest.Ref, nil
}

// course does the steps of a report, a while apart, by the case officer.
func (w *town) course(ctx context.Context, ref string, r told) error {
	vera := w.byName["Vera Hedlund"]
	s, err := w.working(ctx, vera)
	if err != nil {
		return err
	}
	for _, step := range strings.Fields(r.steps) {
		w.pass()
		by := s
		if step == "refer" { // no program may hand a case over
			if by, err = w.as(ctx, vera); err != nil {
				return err
			}
		}
		if err := w.step(ctx, by, ref, step); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		if step == "take" && r.reply != "" {
			if _, err := w.h.Cases.AddMessage(ctx, s, ref, r.reply); err != nil {
				return err
			}
		}
	}
	return nil
}

// working gives somebody's session for a course's days: by a token, since a browser's ends after
// two idle hours. It is renewed before it could end within a course.
func (w *town) working(ctx context.Context, d *dweller) (*access.Session, error) {
	if d.token != "" {
		s, err := w.h.SignIn.Resume(ctx, w.org, d.token)
		switch ended := fault.Is(err, fault.Denied); {
		case err != nil && !ended:
			return nil, err
		case !ended && clock.Of(w.h.Clock.Now()).Add(7*24*time.Hour) < s.Expires:
			return s, nil
		case !ended:
			if err := w.h.SignIn.SignOut(ctx, s); err != nil {
				return nil, err
			}
		}
	}
	s, err := w.as(ctx, d)
	if err != nil {
		return nil, err
	}
	if d.token, err = w.h.SignIn.NewToken(ctx, s, "Demo", access.Scopes(), signin.TokenLife); err != nil {
		return nil, err
	}
	return w.h.SignIn.Resume(ctx, w.org, d.token)
}

// rest ends the token that somebody has worked with.
func (w *town) rest(ctx context.Context, d *dweller) error {
	s, err := w.h.SignIn.Resume(ctx, w.org, d.token)
	if err != nil {
		return err
	}
	return w.h.SignIn.SignOut(ctx, s)
}

// pass lets some time pass, never beyond the present.
func (w *town) pass() {
	if c, ok := w.h.Clock.(*Clock); ok {
		c.mu.Lock()
		c.offset = min(c.offset+7*time.Hour, 0)
		c.mu.Unlock()
	}
}

func (w *town) step(ctx context.Context, vera *access.Session, ref, step string) error {
	move := func(to casefile.State, reason string, o casefile.Outcome) error {
		asked, err := w.h.Cases.MoveCase(ctx, vera, ref, casework.Moving{To: to, Reason: reason, Outcome: o})
		if err != nil || !asked {
			return err
		}
		head, err := w.as(ctx, w.head) // a close that takes two
		if err != nil {
			return err
		}
		_, err = w.h.Cases.MoveCase(ctx, head, ref, casework.Moving{To: to, Reason: reason, Outcome: o})
		return err
	}
	now := clock.Of(w.h.Clock.Now())
	switch step {
	case "take":
		return w.h.Cases.TakeCase(ctx, vera, ref)
	case "assess":
		return move(casefile.Assessed, "", "")
	case "judge":
		return w.judge(ctx, vera, ref, nextDoor)
	case "wait":
		return w.judge(ctx, vera, ref, children)
	case "grave":
		return w.grave(ctx, vera, ref)
	case "prove":
		return w.prove(ctx, vera, ref)
	case "protect":
		return w.protect(ctx, vera, ref)
	case "contact":
		return w.contact(ctx, vera, ref)
	case "measures":
		return move(casefile.Measures, "", "")
	case "follow":
		return move(casefile.FollowUp, "", "")
	case "close":
		return move(casefile.Closed, "Åtgärderna är genomförda och den utsatta känner sig trygg.", casefile.MeasuresDone)
	case "close-none":
		return move(casefile.Closed, "Ingen åtgärd behövs efter samtal med den utsatta.", casefile.NoActionNeeded)
	case "reopen":
		return move(casefile.Reopened, "Samtalen har börjat igen.", "")
	case "police":
		_, err := w.h.Cases.Track(ctx, vera, ref, casefile.Reported{To: casefile.ToPolice, At: now.Minute(), AskedRestricted: true, StatedElected: true})
		return err
	case "notice":
		return w.h.Cases.AnswerNotice(ctx, vera, ref, casework.WorkNotice{Answer: casework.NoticeGiven, Number: "2025/041822", Date: now.Minute()})
	case "promise":
		return w.h.Cases.Promise(ctx, vera, ref, now.Add(48*time.Hour))
	case "task":
		_, err := w.h.Cases.PutTask(ctx, vera, ref, "", casefile.Task{Title: "Ring den utsatta och gå igenom veckan", Owner: w.byName["Vera Hedlund"].id, Due: now.Add(24 * time.Hour)})
		return err
	case "refer":
		return w.h.Cases.ReferCase(ctx, vera, ref, w.functions["legal"], "Det rör jäv, juristen bör se på det.")
	}
	return fault.Detailf("no step is called %s", step)
}
