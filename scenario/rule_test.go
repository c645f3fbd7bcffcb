package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// rules lets the administrator propose a rule and the head of security confirm it.
func (w *town) rules(scope string, b rule.Body) {
	w.t.Helper()
	id, err := w.house.Rule.Propose(w.t.Context(), w.admin.session(), rule.Proposal{Scope: scope, Body: b})
	must(w.t, err)
	must(w.t, w.house.Rule.Confirm(w.t.Context(), w.head.session(), id))
}

// told tells whether somebody has a notice of a kind.
func (w *town) told(a *actor, kind string) bool {
	w.t.Helper()
	return len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2 AND kind = $3`, a.id, kind)) > 0
}

func contactHours(n int) rule.Body {
	return rule.Body{Routing: &ruling.RoutingRule{ContactHours: n}}
}

// promised is within what time a reporter is promised an answer now.
func (w *town) promised() time.Duration {
	w.t.Helper()
	o, err := w.house.Cases.ReportOptions(w.t.Context(), w.guest())
	must(w.t, err)
	return o.Contact
}

func TestAnAdministratorAloneChangesNoRule(t *testing.T) {
	t.Parallel()
	forBoth(t, adminAloneChangesNoRule)
}

func adminAloneChangesNoRule(t *testing.T, w *town) {
	ctx := t.Context()
	id, err := w.house.Rule.Propose(ctx, w.admin.session(), rule.Proposal{Body: contactHours(2)})
	must(t, err)
	if err := w.house.Rule.Confirm(ctx, w.admin.session(), id); !fault.Is(err, fault.Denied) || fault.Of(err).Code != "ruling.other-holder" {
		t.Errorf("the administrator confirms their own: %v", err)
	}
	if got := w.promised(); got != ruling.ContactHours*time.Hour {
		t.Fatalf("a proposal alone promises %s", got)
	}
	if !w.told(w.head, "rule.proposed") {
		t.Error("the head is not told")
	}
	must(t, w.house.Rule.Confirm(ctx, w.head.session(), id))
	if got := w.promised(); got != 2*time.Hour {
		t.Fatalf("a confirmed rule promises %s", got)
	}
	if err := w.house.Rule.Confirm(ctx, w.head.session(), id); !fault.Is(err, fault.Conflict) {
		t.Errorf("confirmed twice: %v", err)
	}
	w.rules("", contactHours(4))
	if got := w.promised(); got != 4*time.Hour {
		t.Fatalf("the next rule promises %s", got)
	}
	all, err := w.house.Rule.List(ctx, w.head.session())
	must(t, err)
	if len(all.Active) != 1 || len(all.Proposed) != 0 || all.Active[0].Body.Routing.ContactHours != 4 || all.Active[0].Confirmer != "Sigrid Vakt" {
		t.Errorf("%+v", all)
	}
	w.verifies()
	w.reopen()
	if got := w.promised(); got != 4*time.Hour {
		t.Errorf("after a restart: %s", got)
	}
}

func TestTheOnlyHolderIsToldWhoMustConfirm(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		id, err := w.house.Rule.Propose(ctx, w.head.session(), rule.Proposal{Body: contactHours(2)})
		must(t, err)
		if err := w.house.Rule.Confirm(ctx, w.head.session(), id); !fault.Is(err, fault.Denied) || fault.Of(err).Code != "ruling.alone" {
			t.Errorf("alone: %v", err)
		}
		if err := w.house.Rule.Confirm(ctx, w.admin.session(), id); !fault.Is(err, fault.Denied) || fault.Of(err).Code != "ruling.only-holder" {
			t.Errorf("an administrator who holds nothing: %v", err)
		}
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		if err := w.house.Rule.Confirm(ctx, w.head.session(), id); fault.Of(err).Code != "ruling.other-holder" {
			t.Errorf("with another holder: %v", err)
		}
		all, err := w.house.Rule.List(ctx, w.head.session())
		must(t, err)
		if p := all.Proposed[0]; p.Why != rule.FourEyes || len(p.Confirmers) != 1 || p.Confirmers[0] != vera.name {
			t.Errorf("%+v", p)
		}
		must(t, w.house.Rule.Confirm(ctx, vera.session(), id))
		if got := w.promised(); got != 2*time.Hour {
			t.Errorf("%s", got)
		}
		w.verifies()
	})
}

func TestAProposalIsRefusedReplacedOrTakenBack(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	emil := w.newcomer("Emil Norrby", access.Employee)
	if _, err := w.house.Rule.Propose(ctx, emil.session(), rule.Proposal{Body: contactHours(2)}); !fault.Is(err, fault.Denied) {
		t.Errorf("an employee proposes: %v", err)
	}
	if _, err := w.house.Rule.List(ctx, emil.session()); !fault.Is(err, fault.Denied) {
		t.Errorf("an employee lists: %v", err)
	}
	first, err := w.house.Rule.Propose(ctx, w.admin.session(), rule.Proposal{Body: contactHours(2)})
	must(t, err)
	second, err := w.house.Rule.Propose(ctx, w.admin.session(), rule.Proposal{Body: contactHours(3)})
	must(t, err)
	if err := w.house.Rule.Confirm(ctx, w.head.session(), first); !fault.Is(err, fault.Conflict) {
		t.Errorf("one that gave way: %v", err)
	}
	must(t, w.house.Rule.Refuse(ctx, w.head.session(), second))
	if err := w.house.Rule.Confirm(ctx, w.head.session(), second); !fault.Is(err, fault.Conflict) {
		t.Errorf("one that was refused: %v", err)
	}
	third, err := w.house.Rule.Propose(ctx, w.admin.session(), rule.Proposal{Body: contactHours(4)})
	must(t, err)
	if err := w.house.Rule.Refuse(ctx, emil.session(), third); !fault.Is(err, fault.Denied) {
		t.Errorf("an employee refuses: %v", err)
	}
	must(t, w.house.Rule.Refuse(ctx, w.admin.session(), third))
	if got := w.promised(); got != ruling.ContactHours*time.Hour {
		t.Errorf("%s", got)
	}
	w.verifies()
}

// TestRulesOfEveryKindHold proposes one of each and sees what follows.
func TestRulesOfEveryKindHold(t *testing.T) {
	t.Parallel()
	forBoth(t, rulesOfEveryKind)
}

func rulesOfEveryKind(t *testing.T, w *town) {
	ctx := t.Context()
	unit := w.unit(0)
	w.rules(unit, rule.Body{Unit: &ruling.UnitRule{SecondClose: true, Questions: []incident.Question{{ID: "skola", Kind: incident.TextQuestion, Swedish: "Vilken skola?"}}}})
	w.rules(w.council, rule.Body{Register: &ruling.RegisterRule{Pattern: "Dnr {year}/{n}-{sub}", Provision: "OSL 21:3"}})
	w.rules(w.authority(1), rule.Body{Register: &ruling.RegisterRule{Pattern: "SO {year}/{n:4}", Provision: "OSL 26"}})
	w.rules(w.council, rule.Body{Retention: &casefile.RetentionRule{Years: 5, Decision: "KS 2026/0044", Date: "2026-03-02"}})
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{Local: &routing.LocalDecision{Number: "KF 2026:12", Date: w.clock.Now().AddDate(0, -1, 0)},
		ActorGroups: []incident.ActorGroup{incident.AngryCitizen, incident.Psychiatric}}})
	o, err := w.house.Cases.ReportOptions(ctx, w.guest())
	must(t, err)
	if len(o.ActorGroups) != 2 || len(o.Unit(unit).Questions) != 1 {
		t.Errorf("%+v", o)
	}
	r := threat("Det hände på skolan.")
	r.Answers = map[string]incident.Answer{"skola": {Text: "Björkskolan"}}
	r.Unit, r.TargetCategory, r.Context = unit, incident.Employee, incident.Employment
	f := w.files(w.guest(), r)
	if n := w.rows(`SELECT number FROM registration WHERE org = $1`); len(n) == 0 || n[0] != "Dnr 2026/1" {
		t.Errorf("numbers %v", n)
	}
	if got, err := w.head.reads(f.Ref); err != nil || got.Timeline[0].Report.Answers["skola"].Text != "Björkskolan" {
		t.Errorf("%+v %v", got, err)
	}
	p, err := w.house.Cases.PreviewReport(ctx, w.guest(), casework.NewReport{Report: threat("fritidspolitiker")})
	must(t, err)
	if p.Rule != routing.ElectedLocal {
		t.Errorf("the local decision does not decide: %s", p.Rule)
	}
	w.verifies()
}

func TestABadRuleSaysWhatToMend(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	for field, v := range map[string]rule.Proposal{
		"scope":         {Scope: ident.New(), Body: rule.Body{Unit: &ruling.UnitRule{}}},
		"wake_minutes":  {Body: rule.Body{Routing: &ruling.RoutingRule{WakeMinutes: 100_000}}},
		"contact_hours": {Body: contactHours(-1)},
		"reserve":       {Body: rule.Body{Routing: &ruling.RoutingRule{Reserve: ident.New()}}},
		"home":          {Body: rule.Body{Routing: &ruling.RoutingRule{Home: ident.New()}}},
		"hook_secret":   {Body: rule.Body{Routing: &ruling.RoutingRule{Hook: "https://larm.example.se/", HookSecret: "kort"}}},
		"hook":          {Body: rule.Body{Routing: &ruling.RoutingRule{Hook: "http://larm.example.se/", HookSecret: "lång nog för att duga"}}},
		"pattern":       {Scope: w.council, Body: rule.Body{Register: &ruling.RegisterRule{Pattern: "KS"}}},
		"provision":     {Scope: w.council, Body: rule.Body{Register: &ruling.RegisterRule{Pattern: "KS {year}/{n}", Provision: "OSL 99"}}},
		"decision":      {Scope: w.council, Body: rule.Body{Retention: &casefile.RetentionRule{Years: 5}}},
	} {
		_, err := w.house.Rule.Propose(ctx, w.admin.session(), v)
		if !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) == 0 || fault.Of(err).Fields[0].Name != field {
			t.Errorf("%s: %v %+v", field, err, fault.Of(err).Fields)
		}
	}
	if _, err := w.house.Rule.Propose(ctx, w.admin.session(), rule.Proposal{}); !fault.Is(err, fault.Internal) {
		t.Errorf("a rule that says nothing: %v", err)
	}
}

// TestAHooksSecretIsNeverShownAndNeverMoved keeps the secret of a hook with its address.
func TestAHooksSecretIsNeverShownAndNeverMoved(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	hook := func(address, secret string) rule.Proposal {
		return rule.Proposal{Body: rule.Body{Routing: &ruling.RoutingRule{Hook: address, HookSecret: secret}}}
	}
	w.rules("", hook("https://larm.example.se/v", "en hemlighet att minnas").Body)
	w.rules("", hook("https://larm.example.se/v", "").Body)
	all, err := w.house.Rule.List(ctx, w.head.session())
	must(t, err)
	if r := all.Active[0]; !r.HasSecret || r.Body.Routing.HookSecret != "" {
		t.Errorf("%+v", r)
	}
	if _, err := w.house.Rule.Propose(ctx, w.admin.session(), hook("https://annan.example.se/v", "")); !fault.Is(err, fault.Invalid) {
		t.Errorf("the secret follows to another address: %v", err)
	}
}

// TestARuleThatIsWrittenPastTheProgramHoldsNothing plays somebody who can write to the database.
func TestARuleThatIsWrittenPastTheProgramHoldsNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	id, err := w.house.Rule.Propose(t.Context(), w.admin.session(), rule.Proposal{Body: contactHours(2)})
	must(t, err)
	w.write(`UPDATE ruling SET state = 'active' WHERE org = $1 AND id = $2`, id)
	w.reopen()
	if _, err := w.house.Cases.ReportOptions(t.Context(), w.guest()); !fault.Is(err, fault.Internal) {
		t.Errorf("it holds: %v", err)
	}
}
