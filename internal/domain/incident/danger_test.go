package incident

import "testing"

func TestWhatMayHaveBeenGrave(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		r    Report
		want bool
	}{
		"nothing told":              {Report{}, false},
		"harassment":                {Report{Forms: []Form{Harassment}, Repeated: true}, false},
		"a threat alone":            {Report{Forms: []Form{Threat}}, false},
		"a threat, and repeated":    {Report{Forms: []Form{Threat}, Repeated: true}, false},
		"a threat at home":          {Report{Forms: []Form{Threat}, Place: Home}, true},
		"a threat to the children":  {Report{Forms: []Form{Threat}, Signs: []Sign{Children}}, true},
		"home and children, unsaid": {Report{Place: Home, Signs: []Sign{Children}}, false},
		"violence":                  {Report{Forms: []Form{Violence}}, true},
		"a weapon":                  {Report{Signs: []Sign{Weapon}}, true},
		"an injury":                 {Report{InjuryPhysical: true}, true},
		"unwell":                    {Report{InjuryMental: true}, false},
	} {
		if got := one.r.Grave(); got != one.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
