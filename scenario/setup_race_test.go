package scenario

import (
	"path/filepath"
	"sync"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/founding"
)

// TestOfTwoSetUpsAtOnceOneWins: a page with the code from one terminal and varn init in another, at
// the same moment on the same data.
func TestOfTwoSetUpsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); twoSetUps(t) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); twoSetUps(t, onPostgres(t)) })
}

func twoSetUps(t *testing.T, edit ...func(*wire.Config)) {
	dir := t.TempDir()
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	for _, fn := range edit {
		fn(&c)
	}
	page, terminal := node(t, c), node(t, c)
	plan := func(name string) founding.Plan {
		return founding.Plan{Profile: organisation.Profile{Name: name, Primary: "#0B5C73", Accent: "#6B3FA0"},
			Parts: []founding.Part{{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}}}, Threshold: 2,
			Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm"}, Head: person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se"}}
	}
	var first, second error
	var both sync.WaitGroup
	both.Go(func() {
		_, first = page.Founding.FoundFirst(t.Context(), page.SetUpCode(), plan("Exempelstads kommun"))
	})
	both.Go(func() {
		_, second = terminal.Founding.FoundAlone(t.Context(), plan("Provköpings kommun"))
	})
	both.Wait()
	if (first == nil) == (second == nil) {
		t.Fatalf("the page: %v, the terminal: %v; want one of them", first, second)
	}
	if lost := fault.Of(firstOf(first, second)); lost.Code != "founding.done" && !fault.Is(lost, fault.NotFound) { // NotFound: it came too late to begin
		t.Errorf("the one that lost is told %v", lost)
	}
	if _, err := terminal.Founding.FoundAlone(t.Context(), plan("En tredje kommun")); fault.Of(err).Code != "founding.done" {
		t.Errorf("one that comes afterwards is told %v", err)
	}
	var all []organisation.Organisation
	must(t, page.DB.SystemRead(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	}))
	if len(all) != 1 {
		t.Errorf("%d organisations, want one", len(all))
	}
	if a, b := page.Org(), terminal.Org(); a != all[0].ID || b != a {
		t.Errorf("the page serves %s and the terminal %s", a, b)
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
