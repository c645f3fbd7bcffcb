package routing

import (
	"encoding/json"
	"strings"
	"testing"

	"varn/internal/domain/incident"
)

func TestEachViewHoldsOnlyWhatItsReceiverNeeds(t *testing.T) {
	t.Parallel()
	r := incident.Report{Narrative: "berättelsen", Words: "orden", PlaceNote: "platsen", Witnesses: "vittnet", Exclude: "den uteslutna",
		ActorNote: "gissningen", ActorGroups: []incident.ActorGroup{incident.Querulant}, Contact: "kontakten", Forms: []incident.Form{incident.Threat}}
	for view, hidden := range map[ViewKind][]string{
		SecurityView:     nil,
		PoliceView:       nil,
		EmployerView:     {"den uteslutna", "gissningen", "QUERULANT"},
		MunicipalityView: {"den uteslutna", "gissningen", "QUERULANT"},
		PartyView:        {"den uteslutna", "gissningen", "QUERULANT", "berättelsen", "orden", "platsen", "vittnet", "kontakten"},
		"other":          {"den uteslutna", "gissningen", "QUERULANT", "berättelsen", "orden", "platsen", "vittnet", "kontakten", "godkänt"},
	} {
		raw, err := json.Marshal(view.Seen(r, "godkänt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, all := range []string{"den uteslutna", "gissningen", "QUERULANT", "berättelsen", "orden", "platsen", "vittnet", "kontakten"} {
			want := true
			for _, h := range hidden {
				want = want && h != all
			}
			if strings.Contains(string(raw), all) != want {
				t.Errorf("%s and %q: %s", view, all, raw)
			}
		}
	}
}
