package ruling

import (
	"testing"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
)

func TestARuleSaysWhatToMend(t *testing.T) {
	t.Parallel()
	good := "en hemlighet att minnas"
	for want, check := range map[string]interface{ Check() error }{
		"ruling.minutes":     RoutingRule{WakeMinutes: 24*60 + 1},
		"measure.days":       RoutingRule{SupportDays: []int{7, 1}},
		"ruling.hours":       RoutingRule{ContactHours: 24*14 + 1},
		"field.unknown-code": RoutingRule{ActorGroups: []incident.ActorGroup{"HEMLIG"}},
		"field.choose":       RoutingRule{Reserve: "../etc"},
		"ruling.secret":      RoutingRule{Hook: "https://larm.example.se", HookSecret: "kort"},
		"ruling.hook":        RegisterRule{Pattern: "KS {year}/{n}", Hook: "https://a:b@larm.example.se", HookSecret: good},
		"registration.marks": RegisterRule{Pattern: "KS"},
		"lifecycle.decision": casefile.RetentionRule{Years: 1},
	} {
		err := check.Check()
		if err == nil || fault.Of(err).Fields[0].Code != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, address := range []string{"http://larm.example.se", "ftp://larm.example.se", "https://", "larm", "https://%zz"} {
		if err := (RoutingRule{Hook: address, HookSecret: good}).Check(); err == nil {
			t.Errorf("%s is taken", address)
		}
	}
	for _, address := range []string{"https://larm.example.se:8443/v?x=1", "http://127.0.0.1:9/", "http://localhost/x"} {
		if err := (RoutingRule{Hook: address, HookSecret: good}).Check(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestABodyIsOfItsKind(t *testing.T) {
	t.Parallel()
	if _, err := Body(Unit, RoutingRule{}); err == nil {
		t.Error("a routing rule is sealed as a unit's")
	}
	if _, err := Body(Routing, 7); err == nil {
		t.Error("a number is sealed as a rule")
	}
	if b, err := Body(Routing, RoutingRule{WakeMinutes: 5}); err != nil || string(b) != `{"wake_minutes":5}` {
		t.Errorf("%s %v", b, err)
	}
}

func TestAnAuthorityWithoutAPatternHasOneOfItsCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"KS": "KS {year}/{n:4}", "": "Dnr {year}/{n:4}", "K{S": "Dnr {year}/{n:4}", "SN1": "Dnr {year}/{n:4}"} {
		if got := DefaultPattern(code); got != want {
			t.Errorf("%q: %q", code, got)
		}
	}
}
