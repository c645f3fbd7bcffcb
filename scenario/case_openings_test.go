package scenario

import (
	"slices"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
)

func TestTheCircleSeesWhoHasOpenedTheCase(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		asta := w.newcomer("Asta Ledamot", access.Elected)
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		ref := asta.opens("Hot på torget", "En man sade att han vet var jag bor.", asta)
		if _, err := w.head.reads(ref); err != nil {
			t.Fatal(err)
		}
		if err := asta.says(ref, "Han kom tillbaka."); err != nil {
			t.Fatal(err)
		}
		got, err := w.house.Cases.Openings(t.Context(), asta.session(), ref, 0)
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for _, o := range got.List {
			seen = append(seen, o.Name+" "+o.Act)
			if o.Hour == 0 || o.Hour != o.Hour.Hour() || o.Mine != (o.Name == "Asta Ledamot") {
				t.Errorf("%+v", o)
			}
		}
		if want := []string{"Asta Ledamot item.add", "Sigrid Vakt case.open", "Asta Ledamot case.create"}; !slices.Equal(seen, want) {
			t.Fatalf("the log shows %q", seen)
		}
		if got, err = w.house.Cases.Openings(t.Context(), w.head.session(), ref, 0); err != nil || got.List[0].Act != "case.openings" {
			t.Fatalf("looking at the log leaves no entry: %+v %v", got, err)
		}
		for _, stranger := range []*actor{vera, w.admin} {
			if _, err := w.house.Cases.Openings(t.Context(), stranger.session(), ref, 0); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", stranger.name, err)
			}
		}
	})
}
