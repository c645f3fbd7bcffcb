package web

import (
	"slices"
	"testing"

	"varn/internal/domain/advice"
	"varn/internal/domain/agenda"
	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/directory"
	"varn/internal/domain/extract"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/listed"
	"varn/internal/domain/measure"
	"varn/internal/domain/obligation"
	"varn/internal/domain/plan"
	"varn/internal/domain/preview"
	"varn/internal/domain/registration"
	"varn/internal/domain/routing"
	"varn/internal/domain/safety"
	"varn/internal/domain/watch"
	"varn/internal/kit/code"
	"varn/internal/kit/locale"
)

// terms are the texts that name the codes of the closed lists: said by their code, so that no
// source spells them out.
func terms() []string {
	return slices.Concat(incident.Terms(), routing.Terms(), casefile.Terms(), registration.Terms(), advice.Terms(), assessment.Terms(), measure.Terms(), obligation.Terms(), safety.Terms(), plan.Terms(), preview.Terms(), listed.Terms(), directory.Terms(), agenda.Terms(), watch.Terms(), extract.Terms(), code.Terms("likeness.kind", likeness.Kinds()))
}

func TestEveryCodeHasAText(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range terms() {
		for _, l := range locale.Langs() {
			if !texts.Has(l, locale.Key(k)) {
				t.Errorf("%s has no text in %s", k, l)
			}
		}
	}
}
