package scenario

import (
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/listed"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/screening"
	"varn/internal/kit/fault"
	useexposure "varn/internal/usecase/exposure"
	listing "varn/internal/usecase/listed"
)

var ashasFacts = listed.Facts{Names: []string{"Asha Bergvik"}, Addresses: []string{"Rönngränden 38"}, Phones: []string{"070-174 06 33"}, Mails: []string{"asha.privat@example.org"}}

// TestSomebodyLooksForThemselves: a search goes through the organisation's own sites and nothing else, and what it gives is
// theirs alone.
func TestSomebodyLooksForThemselves(t *testing.T) {
	t.Parallel()
	forBoth(t, looksForThemselves, watches)
}

func looksForThemselves(t *testing.T, w *town) {
	ctx, desk := t.Context(), w.house.Listed
	site := publishes(t, map[string]string{
		"/":           html("Exempelstad", "Välkommen."),
		"/forening":   html("Föreningen", "Kassör: Bergvik, Asha. Ring 0701740633."),
		"/protokoll":  html("Protokoll", "Sekreteraren A. Bergviks adress är Rönngränden 38."),
		"/nagonannan": html("Kontakt", "Bo Ek, 070-174 06 99, Storgatan 1."),
	})
	asha, other := w.newcomer("Asha Bergvik", access.Elected), w.newcomer("Nils Nyfiken", access.CommunicationsOfficer)
	_, err := w.house.Exposure.EnterSite(ctx, other.session(), siteOf(site.URL))
	must(t, err)
	pressed := w.house.Exposure
	sites, err := pressed.Sites(ctx, other.session())
	must(t, err)
	must(t, pressed.Press(ctx, other.session(), sites[0].ID))
	w.runs()

	if err := desk.SaveOwn(ctx, asha.session(), listing.Wish{Search: true}, 0); !fault.Is(err, fault.Invalid) {
		t.Errorf("a search for nothing: %v", err)
	}
	bad := listing.Wish{Facts: listed.Facts{Names: []string{"Asha"}, Phones: []string{"12"}}, Search: true}
	if err := desk.SaveOwn(ctx, asha.session(), bad, 0); !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) != 2 {
		t.Errorf("what can't be looked for: %v", err)
	}
	must(t, desk.SaveOwn(ctx, asha.session(), listing.Wish{Facts: ashasFacts, Search: true, Services: map[listed.Service]listed.Standing{listed.Ratsit: listed.Asked}}, 0))
	got, err := desk.ReadOwn(ctx, asha.session())
	must(t, err)
	if got.Searched.State != listed.Waiting || got.Services[listed.Ratsit].Standing != listed.Asked || got.Services[listed.Ratsit].Day == "" || got.Watched {
		t.Fatalf("%+v", got)
	}
	w.runs()
	got, err = desk.ReadOwn(ctx, asha.session())
	must(t, err)
	var where []string
	for _, m := range got.Searched.Result.Mentions {
		where = append(where, strings.TrimPrefix(m.URL, site.URL))
		if strings.Contains(m.Value, "99") || strings.Contains(m.Value, "Storgatan") {
			t.Errorf("somebody else's is given: %+v", m)
		}
	}
	if got.Searched.State != listed.Done || !slices.Contains(where, "/forening") || !slices.Contains(where, "/protokoll") || slices.Contains(where, "/nagonannan") {
		t.Fatalf("%+v: %v", got.Searched, where)
	}
	if !w.told(asha, "own.searched") {
		t.Error("she is not told that it is done")
	}
	if theirs, err := desk.ReadOwn(ctx, other.session()); err != nil || theirs.Version != 0 || theirs.Searched.State != "" {
		t.Errorf("another reads %+v %v", theirs, err)
	}
	if err := desk.SaveOwn(ctx, asha.session(), listing.Wish{Facts: ashasFacts}, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older tab saves over: %v", err)
	}
	must(t, desk.SaveOwn(ctx, asha.session(), listing.Wish{Facts: ashasFacts, Watch: true}, got.Version))
	if got, err = desk.ReadOwn(ctx, asha.session()); err != nil || !got.Watched || got.Services[listed.Ratsit].Standing != "" {
		t.Errorf("%+v %v", got, err)
	}
	list, err := desk.List(ctx, other.session())
	must(t, err)
	if len(list) != 1 || !list[0].Own || list[0].Label != "" {
		t.Errorf("the list says %+v", list)
	}
	if err := desk.Remove(ctx, other.session(), list[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("another takes her off: %v", err)
	}
	must(t, desk.DropOwn(ctx, asha.session()))
	if got, err = desk.ReadOwn(ctx, asha.session()); err != nil || got.Version != 0 || got.Watched || got.Searched.State != "" {
		t.Errorf("after dropping it: %+v %v", got, err)
	}
	w.verifies()
}

// TestTheListIsBlindAndTheWatchAndScreeningAskIt enters a protected person, whose name makes a hit near it listed, and whose
// address in a letter is doxing.
func TestTheListIsBlindAndTheWatchAndScreeningAskIt(t *testing.T) {
	t.Parallel()
	forBoth(t, listIsAsked, watches)
}

func listIsAsked(t *testing.T, w *town) {
	ctx, desk := t.Context(), w.house.Listed
	kajsa, elin := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer), w.newcomer("Elin Ek", access.Elected)
	if err := desk.Add(ctx, elin.session(), "Alias", ashasFacts); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody else enters: %v", err)
	}
	if err := desk.Add(ctx, kajsa.session(), "", ashasFacts); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a label: %v", err)
	}
	letter := "From: x@example.se\nSubject: Hej\nMessage-ID: <d@example.se>\n\nHej alla, skriv ett kort till Rönngränden 38 i jul.\n"
	p := w.mail()
	p.mailbox(elin, "elin.ek", mailbox.Office)
	seen := map[string]bool{}
	said := func() screening.Verdict {
		t.Helper()
		if got := p.sends("x@example.se", "elin.ek@"+mailDomain, letter); got != "250" {
			t.Fatal(got)
		}
		for _, row := range w.rows(`SELECT id || ' ' || verdict FROM letter WHERE org = $1`) {
			if id, verdict, _ := strings.Cut(row, " "); !seen[id] {
				seen[id] = true
				return screening.Verdict(verdict)
			}
		}
		t.Fatal("the letter is not there")
		return ""
	}
	if got := said(); got != screening.Pass {
		t.Fatalf("before she is listed: %s", got)
	}
	must(t, desk.Add(ctx, kajsa.session(), "Alias Norr", ashasFacts))
	if got := said(); got == screening.Pass {
		t.Error("a listed person's address passes")
	}
	site := publishes(t, map[string]string{"/": html("Exempelstad", "Ring Asha Bergvik på 0701740633 efter fem.")})
	id, err := w.house.Exposure.EnterSite(ctx, kajsa.session(), siteOf(site.URL))
	must(t, err)
	must(t, w.house.Exposure.Press(ctx, kajsa.session(), id))
	w.runs()
	listedHit := false
	for _, f := range kajsa.findings(useexposure.Wanted{}) {
		listedHit = listedHit || f.Listed
	}
	if !listedHit {
		t.Error("no finding is told to be of a listed person")
	}
	list, err := desk.List(ctx, kajsa.session())
	must(t, err)
	if len(list) != 1 || list[0].Label != "Alias Norr" || list[0].Own {
		t.Fatalf("%+v", list)
	}
	must(t, desk.Remove(ctx, kajsa.session(), list[0].ID))
	if got := said(); got != screening.Pass {
		t.Errorf("after she is taken off: %s", got)
	}
	w.verifies()
}

// plantListed has somebody look for themselves, once with a result and once waiting, and somebody else entered in the list.
func plantListed(t testing.TB, w *town, says map[string]string) {
	t.Helper()
	ctx, desk := t.Context(), w.house.Listed
	facts := listed.Facts{Names: []string{says["own name"]}, Addresses: []string{says["own address"]}, Phones: []string{says["own phone"]}, Mails: []string{says["own mail"]}}
	greta, hugo, kajsa := w.newcomer("Greta Ljung", access.Elected), w.newcomer("Hugo Ljung", access.Elected), w.newcomer("Kaj Ord", access.CommunicationsOfficer)
	must(t, desk.SaveOwn(ctx, greta.session(), listing.Wish{Facts: facts, Watch: true, Search: true}, 0))
	w.runs()
	got, err := desk.ReadOwn(ctx, greta.session())
	must(t, err)
	if got.Searched.State != listed.Done {
		t.Errorf("the search is %s", got.Searched.State)
	}
	must(t, desk.SaveOwn(ctx, hugo.session(), listing.Wish{Facts: facts, Search: true}, 0))
	must(t, desk.Add(ctx, kajsa.session(), says["listed label"], facts))
}
