package scenario

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/exposure"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
	useexposure "varn/internal/usecase/exposure"
	listing "varn/internal/usecase/listed"
	"varn/internal/usecase/people"
)

// website is a municipality's site that the test edits while it is watched.
type website struct {
	*httptest.Server
	mu     sync.Mutex
	pages  map[string]string
	robots string
	asked  map[string]int
	full   map[string]int    // answers with a body
	at     func(path string) // called before each answer
}

func publishes(t testing.TB, pages map[string]string) *website {
	t.Helper()
	s := &website{pages: pages, asked: map[string]int{}, full: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *website) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if s.at != nil {
		s.at(q.URL.Path)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[q.URL.Path]++
	switch q.URL.Path {
	case "/robots.txt":
		_, _ = w.Write([]byte(s.robots))
		return
	case "/sitemap.xml":
		_, _ = w.Write([]byte(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`))
		for path := range s.pages {
			_, _ = fmt.Fprintf(w, `<url><loc>%s%s</loc></url>`, s.URL, path)
		}
		_, _ = w.Write([]byte(`</urlset>`))
		return
	}
	text, ok := s.pages[q.URL.Path]
	if !ok {
		http.NotFound(w, q)
		return
	}
	tag := fmt.Sprintf(`"%x"`, len(text)*31+strings.Count(text, "1"))
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if q.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.full[q.URL.Path]++
	_, _ = w.Write([]byte(text))
}

// edit puts another text on a page; an empty one takes the page away.
func (s *website) edit(path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = text
	if text == "" {
		delete(s.pages, path)
	}
}

func (s *website) count(of map[string]int, path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return of[path]
}

func html(title, body string) string {
	return `<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>` + title + `</title></head><body><h1>` + title + `</h1><p>` + body + `</p></body></html>`
}

// watches lets sites on this machine be watched, without a rest between requests.
func watches(c *wire.Config) {
	c.Exposure.Networks, c.Exposure.Delay, c.Exposure.Render = []string{"127.0.0.0/8"}, 0, false
}

// runs does the jobs of the watch that wait.
func (w *town) runs() {
	w.t.Helper()
	for {
		jobs, err := w.house.DB.Claim(w.t.Context(), "watch", 50, time.Minute)
		must(w.t, err)
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			switch j.Kind {
			case watch.RunJob:
				must(w.t, w.house.Exposure.Run(w.t.Context(), j))
			case watch.CheckJob:
				must(w.t, w.house.Exposure.CheckAgain(w.t.Context(), j))
			case listing.SearchJob:
				must(w.t, w.house.Listed.Search(w.t.Context(), j))
			}
			must(w.t, w.house.DB.Complete(w.t.Context(), j))
		}
	}
}

// hasNotice tells whether somebody has an unseen notice of a kind.
func (w *town) hasNotice(a *actor, kind string) bool {
	w.t.Helper()
	all, err := w.house.People.Notices(w.t.Context(), a.session())
	must(w.t, err)
	return slices.ContainsFunc(all, func(n people.Notice) bool { return n.Kind == kind })
}

func (a *actor) findings(w useexposure.Wanted) []useexposure.Line {
	a.town.t.Helper()
	got, err := a.town.house.Exposure.List(a.town.t.Context(), a.session(), w)
	must(a.town.t, err)
	return got.Lines
}

// A personnummer of Skatteverket's own test series.
const violasNumber = "640823-3234"

func siteOf(url string, units ...watch.PathUnit) useexposure.Entry {
	return useexposure.Entry{Card: watch.Card{Name: "Exempelstads webbplats", Start: url, Units: units, Domains: []string{"exempelstad.example.se"}, Least: 0.5}}
}

// TestAFindingIsWorkUntilItIsGone goes the whole way: a site is entered and gone through, a finding becomes work of the
// unit whose path it stands under, its manager is told, mends it and has it looked at again.
func TestAFindingIsWorkUntilItIsGone(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); findingsStory(t, found(t, watches)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); findingsStory(t, found(t, watches, onPostgres(t))) })
}

func findingsStory(t *testing.T, w *town) {
	t.Helper()
	ctx, desk := t.Context(), w.house.Exposure
	kajsa, chef, other := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer), w.newcomer("Marta Blom", access.Manager), w.newcomer("Nils Utanfor", access.Manager)
	w.seat(chef, w.unitFunction(function.UnitManager, "Chef, första enheten", w.unit(0)))
	site := publishes(t, map[string]string{
		"/":               html("Exempelstad", "Välkommen."),
		"/social/kontakt": html("Kontakt", "Kontaktperson med personnummer "+violasNumber+" svarar."),
		"/skola/":         html("Skola", "Inget här."),
	})
	id, err := desk.EnterSite(ctx, kajsa.session(), siteOf(site.URL, watch.PathUnit{Path: "/social", Unit: w.unit(0)}))
	must(t, err)
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	lines := kajsa.findings(useexposure.Wanted{})
	if len(lines) != 1 || lines[0].Kind != exposure.Personnummer || lines[0].State != watch.Open || !lines[0].Grave {
		t.Fatalf("found %+v", lines)
	}
	if f := lines[0]; f.Unit != w.unit(0) || f.Finding.Owner != chef.id || strings.Contains(f.Masked, "3234") {
		t.Errorf("unit %s, owner %s, masked %s", f.Unit, f.Owner, f.Masked)
	}
	if got := lines[0].Due.Time().Sub(w.clock.Now()); got != 7*24*time.Hour {
		t.Errorf("due in %s", got)
	}
	if len(chef.findings(useexposure.Wanted{})) != 1 || len(other.findings(useexposure.Wanted{})) != 0 {
		t.Error("who sees it is not the unit's manager")
	}
	if !w.hasNotice(chef, "exposure.found") || w.hasNotice(other, "exposure.found") {
		t.Error("who is told is not the unit's manager")
	}
	finding := lines[0].ID
	if _, err := desk.Show(ctx, other.session(), finding); !fault.Is(err, fault.NotFound) {
		t.Errorf("another unit's manager: %v", err)
	}
	masked, err := desk.Show(ctx, chef.session(), finding)
	must(t, err)
	if masked.Value != "" || masked.Where[0].Spot.Context != "" || masked.Where[0].URL != site.URL+"/social/kontakt" || masked.Where[0].Title != "Kontakt" {
		t.Errorf("shown without being asked: %+v", masked)
	}
	before := w.logged("exposure.open")
	clear, err := desk.Uncover(ctx, chef.session(), finding)
	must(t, err)
	if clear.Value != violasNumber || w.logged("exposure.open") != before+1 {
		t.Errorf("uncovered %q, and logged %d", clear.Value, w.logged("exposure.open")-before)
	}
	must(t, desk.Begin(ctx, chef.session(), finding))
	if got, err := desk.Check(ctx, chef.session(), finding); err != nil || got != useexposure.CheckedStill {
		t.Errorf("looked at before it is mended: %s, %v", got, err)
	}
	site.edit("/social/kontakt", html("Kontakt", "Ring växeln."))
	if got, err := desk.Check(ctx, chef.session(), finding); err != nil || got != useexposure.CheckedGone {
		t.Errorf("looked at after: %s, %v", got, err)
	}
	if len(kajsa.findings(useexposure.Wanted{})) != 0 || len(kajsa.findings(useexposure.Wanted{State: watch.Gone})) != 1 {
		t.Error("it is not closed")
	}
	site.edit("/social/kontakt", html("Kontakt", "Kontaktperson med personnummer "+violasNumber+" svarar igen."))
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	back := kajsa.findings(useexposure.Wanted{})
	if len(back) != 1 || back[0].ID != finding || back[0].State != watch.Returned {
		t.Fatalf("back again: %+v", back)
	}
	shown, err := desk.Show(ctx, kajsa.session(), finding)
	must(t, err)
	var acts []watch.Act
	for _, e := range shown.History {
		acts = append(acts, e.Act)
	}
	if got := fmt.Sprint(acts); got != "[found begun still gone returned]" {
		t.Errorf("history %s", got)
	}
	site.edit("/social/kontakt", "")
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	if len(kajsa.findings(useexposure.Wanted{})) != 0 {
		t.Error("the page is away, and the finding is not")
	}
	trend, err := desk.Trend(ctx, kajsa.session(), "")
	must(t, err)
	if last := trend.Weeks[len(trend.Weeks)-1]; last.Opened != 2 || last.Closed != 2 || last.Standing != 0 {
		t.Errorf("the week: %+v", last)
	}
	w.verifies()
}

// TestWhatHasNotChangedIsNotReadAgain counts what the site is asked for at the second visit.
func TestWhatHasNotChangedIsNotReadAgain(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Exempelstad", "Välkommen."), "/a": html("A", violasNumber), "/b": html("B", "inget")})
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(site.URL))
	must(t, err)
	for range 2 {
		must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
		w.runs()
		w.clock.Move(time.Minute)
	}
	for _, path := range []string{"/", "/a", "/b"} {
		if asked, full := site.count(site.asked, path), site.count(site.full, path); asked != 2 || full != 1 {
			t.Errorf("%s was asked for %d times and sent %d times", path, asked, full)
		}
	}
	_, runs, err := w.house.Exposure.Site(t.Context(), kajsa.session(), id)
	must(t, err)
	if len(runs) != 2 || runs[0].Pages != 3 || runs[0].Fresh != 0 || runs[1].Fresh != 3 || runs[1].Found != 1 || runs[0].Ending != watch.Done {
		t.Errorf("runs %+v", runs)
	}
}

// TestWhatIsAcceptedStandsUntilItsDay is the baseline: accepted with who, why and until when.
func TestWhatIsAcceptedStandsUntilItsDay(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	ctx, desk := t.Context(), w.house.Exposure
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Exempelstad", violasNumber)})
	id, err := desk.EnterSite(ctx, kajsa.session(), siteOf(site.URL))
	must(t, err)
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	f := kajsa.findings(useexposure.Wanted{})[0]
	now := watch.Monday(f.First, time.UTC)
	if err := desk.Accept(ctx, kajsa.session(), f.ID, "", f.First.Add(48*time.Hour)); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := desk.Accept(ctx, kajsa.session(), f.ID, "påhittat nummer i en övning", now.Add(-time.Hour)); !fault.Is(err, fault.Invalid) {
		t.Errorf("until a day that has passed: %v", err)
	}
	must(t, desk.Accept(ctx, kajsa.session(), f.ID, "påhittat nummer i en övning", f.First.Add(48*time.Hour)))
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	if len(kajsa.findings(useexposure.Wanted{})) != 0 {
		t.Error("a visit makes work of what is accepted")
	}
	w.clock.Move(49 * time.Hour)
	kajsa = w.signIn(kajsa, address(kajsa.name))
	_, err = desk.Due(ctx, w.org)
	must(t, err)
	if got := kajsa.findings(useexposure.Wanted{}); len(got) != 1 || got[0].State != watch.Returned {
		t.Errorf("after its day: %+v", got)
	}
	w.verifies()
}

// TestASiteThatForbidsIsNotVisited keeps robots.txt, and says so.
func TestASiteThatForbidsIsNotVisited(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Exempelstad", violasNumber)})
	site.robots = "User-agent: *\nDisallow: /\n"
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(site.URL))
	must(t, err)
	must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
	w.runs()
	one, _, err := w.house.Exposure.Site(t.Context(), kajsa.session(), id)
	must(t, err)
	if one.Last.Ending != watch.Forbidden || site.count(site.asked, "/") != 0 || len(kajsa.findings(useexposure.Wanted{})) != 0 {
		t.Errorf("ending %s, and the start page was asked for %d times", one.Last.Ending, site.count(site.asked, "/"))
	}
	if !w.hasNotice(kajsa, "exposure.stopped") {
		t.Error("nobody is told that nothing is watched")
	}
}

// TestNoNameLeadsInside enters sites whose names lead to this machine, without allowing its networks.
func TestNoNameLeadsInside(t *testing.T) {
	t.Parallel()
	w := found(t, func(c *wire.Config) { c.Exposure.Delay, c.Exposure.Render = 0, false })
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Inne", violasNumber)})
	for _, start := range []string{site.URL, strings.Replace(site.URL, "127.0.0.1", "localhost", 1), strings.Replace(site.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
		id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(start))
		must(t, err)
		must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
		w.runs()
		one, _, err := w.house.Exposure.Site(t.Context(), kajsa.session(), id)
		must(t, err)
		if one.Last.Ending != watch.Refused {
			t.Errorf("%s: %s", start, one.Last.Ending)
		}
	}
	if n := site.count(site.asked, "/robots.txt"); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// TestWhatAPathGivesToAnotherUnitGoesAlong moves a path to another unit: the finding keeps its history.
func TestWhatAPathGivesToAnotherUnitGoesAlong(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	ctx, desk := t.Context(), w.house.Exposure
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Start", ""), "/a/b": html("A", violasNumber)})
	e := siteOf(site.URL, watch.PathUnit{Path: "/a", Unit: w.unit(0)})
	id, err := desk.EnterSite(ctx, kajsa.session(), e)
	must(t, err)
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	first := kajsa.findings(useexposure.Wanted{})[0]
	e.Card.Units = nil
	must(t, desk.ChangeSite(ctx, kajsa.session(), id, e, 1))
	if err := desk.ChangeSite(ctx, kajsa.session(), id, e, 1); !fault.Is(err, fault.Conflict) {
		t.Errorf("who was too late overwrites: %v", err)
	}
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	got := kajsa.findings(useexposure.Wanted{})
	if len(got) != 1 || got[0].ID != first.ID || got[0].Unit != "" {
		t.Fatalf("it is now %+v", got)
	}
	must(t, desk.EndSite(ctx, kajsa.session(), id))
	for _, table := range []string{"exposure_page", "exposure_finding", "exposure_place"} {
		if n := len(w.rows(`SELECT id FROM ` + table + ` WHERE org = $1`)); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	w.verifies()
}

// TestOneIsLookedForOnTheOwnSites gives the mentions of who is listed, and of nobody else.
func TestOneIsLookedForOnTheOwnSites(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	ctx, desk := t.Context(), w.house.Exposure
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Start", "Ring Viola Blomvall på 070-1740677."), "/b": html("B", "Ring 070-1740699.")})
	id, err := desk.EnterSite(ctx, kajsa.session(), siteOf(site.URL))
	must(t, err)
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	key := seal.NewKey()
	list := exposure.NewList(key, exposure.Tokens(key, exposure.Listing{Ref: "viola", Names: []string{"Viola Blomvall"}, Phones: []string{"070-1740677"}}))
	var got []useexposure.Mention
	sum, err := desk.ScanFor(ctx, w.org, list, func(m useexposure.Mention) error {
		got = append(got, m)
		return nil
	})
	must(t, err)
	if sum.Sites != 1 || sum.Pages != 2 || sum.Missed != 0 {
		t.Errorf("looked through %+v", sum)
	}
	for _, m := range got {
		if m.URL != site.URL+"/" || m.Hit.Ref != "viola" {
			t.Errorf("mention %+v", m)
		}
	}
	if len(got) == 0 {
		t.Error("nothing is found of her")
	}
}

// TestOnlyWhoKeepsTheSitesEntersThem is the access of the watch.
func TestOnlyWhoKeepsTheSitesEntersThem(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	ctx, desk := t.Context(), w.house.Exposure
	chef, asta := w.newcomer("Marta Blom", access.Manager), w.newcomer("Asta Lindvik", access.Elected)
	for name, a := range map[string]*actor{"a manager": chef, "a representative": asta, "the administrator": w.admin, "the head of security": w.head} {
		if _, err := desk.EnterSite(ctx, a.session(), siteOf("https://exempelstad.example.se")); !fault.Is(err, fault.Denied) {
			t.Errorf("%s enters a site: %v", name, err)
		}
		if _, err := desk.Sites(ctx, a.session()); !fault.Is(err, fault.Denied) {
			t.Errorf("%s lists the sites: %v", name, err)
		}
		if got := a.findings(useexposure.Wanted{}); len(got) != 0 {
			t.Errorf("%s sees %d findings", name, len(got))
		}
	}
	if _, err := desk.Trend(ctx, asta.session(), ""); !fault.Is(err, fault.Denied) {
		t.Errorf("a representative reads the trend: %v", err)
	}
}

// TestAnInterruptedRunGoesOn stops a run in the middle, and lets another complete it.
func TestAnInterruptedRunGoesOn(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	pages := map[string]string{"/": html("Exempelstad", "Välkommen.")}
	for i := range 300 {
		pages[fmt.Sprintf("/sida/%d", i)] = html(fmt.Sprint("Sida ", i), "Text.")
	}
	site := publishes(t, pages)
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(site.URL))
	must(t, err)
	w.house.Exposure.Crawler.Pages = 120
	must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
	w.runs()
	w.house.Exposure.Crawler.Pages = 1000
	must(t, w.house.DB.Org(w.org).Write(t.Context(), func(tx *store.Tx) error {
		runs, err := tx.Runs(id, 1)
		if err != nil {
			return err
		}
		if runs[0].Ending != watch.Bounded {
			t.Errorf("ending %s", runs[0].Ending)
		}
		runs[0].Ending = watch.Running // as a program that dies leaves it
		return tx.UpdateRun(runs[0])
	}))
	w.clock.Move(time.Minute)
	must(t, w.house.Exposure.Run(t.Context(), job.Job{Org: w.org, Args: map[string]string{"site": id}}))
	for path := range pages {
		if n := site.count(site.asked, path); n != 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
}

// plantExposure has a site watched, finds something on it and writes of it.
func plantExposure(t testing.TB, w *town, says map[string]string) {
	t.Helper()
	ctx, desk := t.Context(), w.house.Exposure
	desk.Crawler.Allow, desk.Crawler.Delay, desk.Crawler.Browser = func(a netip.Addr) bool { return a.IsLoopback() }, -1, nil
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Start", "Inget."), says["watched path"]: html(says["watched title"], says["watched words"]+" "+says["watched value"]+".")})
	e := siteOf(site.URL, watch.PathUnit{Path: says["watched path"], Unit: w.unit(0)})
	e.Card.Name, e.Card.Hosts = says["watched site"], []string{says["watched host"]}
	id, err := desk.EnterSite(ctx, kajsa.session(), e)
	must(t, err)
	must(t, desk.Press(ctx, kajsa.session(), id))
	w.runs()
	all := kajsa.findings(useexposure.Wanted{})
	if len(all) != 1 {
		t.Fatalf("found %+v", all)
	}
	must(t, desk.Note(ctx, kajsa.session(), all[0].ID, says["watched note"]))
	must(t, desk.Accept(ctx, kajsa.session(), all[0].ID, says["watched reason"], all[0].First.Add(48*time.Hour)))
	shown, err := desk.Uncover(ctx, kajsa.session(), all[0].ID)
	must(t, err)
	if shown.Value != says["watched value"] || shown.Where[0].Title != says["watched title"] {
		t.Errorf("shown %+v", shown)
	}
}

// TestASiteThatIsTakenOutMeanwhileLeavesNothing ends a site while it is gone through.
func TestASiteThatIsTakenOutMeanwhileLeavesNothing(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	s := kajsa.session()
	pages := map[string]string{"/": html("Start", "")}
	for i := range 500 {
		pages[fmt.Sprintf("/sida/%d", i)] = html(fmt.Sprint("Sida ", i), violasNumber)
	}
	site := publishes(t, pages)
	id, err := w.house.Exposure.EnterSite(t.Context(), s, siteOf(site.URL))
	must(t, err)
	site.at = func(path string) {
		if path == "/sida/250" {
			if err := w.house.Exposure.EndSite(t.Context(), s, id); err != nil {
				t.Error(err)
			}
		}
	}
	must(t, w.house.Exposure.Run(t.Context(), job.Job{Org: w.org, Args: map[string]string{"site": id}}))
	for _, table := range []string{"exposure_page", "exposure_finding", "exposure_place"} {
		if n := len(w.rows(`SELECT id FROM ` + table + ` WHERE org = $1`)); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	w.verifies()
}

// TestSomebodyWorksWithAFindingWhileItsSiteIsGoneThrough loses neither what they did nor what the run saw.
func TestSomebodyWorksWithAFindingWhileItsSiteIsGoneThrough(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	ctx, desk := t.Context(), w.house.Exposure
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	s := kajsa.session()
	site := publishes(t, map[string]string{"/": html("Start", ""), "/a": html("A", violasNumber), "/z": html("Z", "")})
	id, err := desk.EnterSite(ctx, s, siteOf(site.URL))
	must(t, err)
	must(t, desk.Press(ctx, s, id))
	w.runs()
	f := kajsa.findings(useexposure.Wanted{})[0]
	site.edit("/a", html("A", "mer "+violasNumber))
	site.edit("/z", html("Z", "Z "+violasNumber))
	var once sync.Once
	site.at = func(path string) {
		if path != "/robots.txt" && path != "/sitemap.xml" {
			once.Do(func() { must(t, desk.Note(ctx, s, f.ID, "jag ringer redaktionen")) })
		}
	}
	w.clock.Move(time.Minute)
	must(t, desk.Press(ctx, s, id))
	w.runs()
	shown, err := desk.Show(ctx, s, f.ID)
	must(t, err)
	if shown.Places != 2 || len(shown.History) != 2 || shown.History[1].Note != "jag ringer redaktionen" {
		t.Errorf("%d places, history %+v", shown.Places, shown.History)
	}
}

// TestAPageIsWhatItsBytesSay serves pages under wrong names, and one that changes at every visit.
func TestAPageIsWhatItsBytesSay(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/":
			a.Header().Set("Content-Type", "text/html")
			_, _ = a.Write([]byte(html("Start", `<a href="/sida.pdf">p</a> <a href="/app">a</a> <a href="/text">t</a> <a href="/latin">l</a> <a href="/byter">b</a> <a href="/film.mp3">m</a>`)))
		case "/sida.pdf": // a page that says it is a document
			a.Header().Set("Content-Type", "application/pdf")
			_, _ = a.Write([]byte(html("Inte PDF", violasNumber)))
		case "/app": // made by its scripts, which nobody runs here
			a.Header().Set("Content-Type", "text/html")
			_, _ = a.Write([]byte(`<title>App</title><div></div><script src="/app.js"></script>`))
		case "/text":
			a.Header().Set("Content-Type", "text/plain")
			_, _ = a.Write([]byte("Anteckning: 670919-9530"))
		case "/latin":
			a.Header().Set("Content-Type", "text/html; charset=windows-1252")
			_, _ = a.Write([]byte("<title>\xc5l\xe4ndska</title><p>personnummer 811228-9874 hos \xc5sa</p>"))
		case "/byter":
			n++
			a.Header().Set("Content-Type", "text/html")
			_, _ = a.Write([]byte(html("Byter", fmt.Sprintf("nummer %d", n))))
		default:
			http.NotFound(a, q)
		}
	}))
	t.Cleanup(server.Close)
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(server.URL))
	must(t, err)
	for range 2 {
		must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
		w.runs()
		w.clock.Move(time.Minute)
	}
	titles := map[string]bool{}
	for _, l := range kajsa.findings(useexposure.Wanted{Kind: exposure.Personnummer}) {
		titles[l.Title] = true
	}
	for _, want := range []string{"Inte PDF", "text", "Åländska"} {
		if !titles[want] {
			t.Errorf("nothing is found on %q: %v", want, titles)
		}
	}
	_, runs, err := w.house.Exposure.Site(t.Context(), kajsa.session(), id)
	must(t, err)
	if runs[0].Fresh != 1 || runs[0].Ending != watch.Done || runs[1].Unread != 1 || runs[0].Unread != 1 {
		t.Errorf("the visits: %+v", runs)
	}
}

// TestAVisitComesByItselfAtNight keeps the schedule: weekly, at night, daily where nothing could be seen, and at once
// where a run was interrupted.
func TestAVisitComesByItselfAtNight(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Start", "")})
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(site.URL))
	must(t, err)
	due := func(when string, want int) {
		t.Helper()
		before := site.count(site.asked, "/robots.txt")
		_, err := w.house.Exposure.Due(t.Context(), w.org)
		must(t, err)
		w.runs()
		if got := site.count(site.asked, "/robots.txt") - before; got != want {
			t.Errorf("%s: %d visits, want %d", when, got, want)
		}
	}
	due("in the morning", 0)
	w.clock.Move(17 * time.Hour)
	due("at night", 1)
	due("the same night", 0)
	w.clock.Move(24 * time.Hour)
	due("the next night", 0)
	w.clock.Move(6 * 24 * time.Hour)
	site.robots = "User-agent: *\nDisallow: /"
	due("after a week", 1)
	w.clock.Move(24 * time.Hour)
	due("the night after one that saw nothing", 1)
	site.robots = ""
	w.clock.Move(24 * time.Hour)
	due("the night when it may again", 1)
	must(t, w.house.DB.Org(w.org).Write(t.Context(), func(tx *store.Tx) error {
		runs, err := tx.Runs(id, 1)
		if err != nil {
			return err
		}
		runs[0].Ending = watch.Running // as a program that dies leaves it
		return tx.UpdateRun(runs[0])
	}))
	due("after one that was broken off", 1)
}

// TestMinutesAndPicturesOfASiteAreRead serves documents of real programs: what stands in them is found, where it stands is
// told, and what could not be read is counted and never called clean.
func TestMinutesAndPicturesOfASiteAreRead(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	names := []string{"protokoll.pdf", "brev.docx", "lista.xlsx", "foto.jpg", "last.pdf", "trasig.docx"}
	server := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		name := strings.TrimPrefix(q.URL.Path, "/filer/")
		switch {
		case q.URL.Path == "/":
			body := ""
			for _, n := range names {
				body += `<a href="/filer/` + n + `">` + n + `</a> `
			}
			a.Header().Set("Content-Type", "text/html")
			_, _ = a.Write([]byte(html("Handlingar", body)))
		case name == "trasig.docx":
			a.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
			_, _ = a.Write([]byte("PK\x03\x04 och sedan ingenting"))
		case slices.Contains(names, name):
			a.Header().Set("Content-Type", "application/octet-stream")
			http.ServeFile(a, q, filepath.Join("..", "internal", "domain", "extract", "testdata", "golden", name))
		default:
			http.NotFound(a, q)
		}
	}))
	t.Cleanup(server.Close)
	e := siteOf(server.URL)
	e.Card.Least = .3
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), e)
	must(t, err)
	must(t, w.house.Exposure.Press(t.Context(), kajsa.session(), id))
	w.runs()
	places := map[exposure.Kind]string{} // where each kind was found
	for _, l := range kajsa.findings(useexposure.Wanted{}) {
		shown, err := w.house.Exposure.Show(t.Context(), kajsa.session(), l.ID)
		must(t, err)
		for _, one := range shown.Where {
			places[l.Kind] += filepath.Base(one.URL) + "/" + one.Spot.Where + " "
		}
	}
	for kind, want := range map[exposure.Kind]string{exposure.Personnummer: "brev.docx/TEXT", exposure.Phone: "lista.xlsx/COMMENT", exposure.Coordinates: "foto.jpg/METADATA"} {
		if !strings.Contains(places[kind], want) {
			t.Errorf("%s is found at %q, and not at %s", kind, places[kind], want)
		}
	}
	if !strings.Contains(places[exposure.Personnummer], "protokoll.pdf/") {
		t.Errorf("the minutes: %q", places[exposure.Personnummer])
	}
	_, runs, err := w.house.Exposure.Site(t.Context(), kajsa.session(), id)
	must(t, err)
	if runs[0].Pages != int64(1+len(names)) || runs[0].Unread < 2 || runs[0].Ending != watch.Done {
		t.Errorf("the run: %+v", runs[0])
	}
}

// TestWhatHasBeenGoneForAYearIsDestroyed keeps nothing longer than it may come back.
func TestWhatHasBeenGoneForAYearIsDestroyed(t *testing.T) {
	t.Parallel()
	w := found(t, watches)
	kajsa := w.newcomer("Kajsa Ordbrink", access.CommunicationsOfficer)
	site := publishes(t, map[string]string{"/": html("Start", violasNumber)})
	id, err := w.house.Exposure.EnterSite(t.Context(), kajsa.session(), siteOf(site.URL))
	must(t, err)
	run := job.Job{Org: w.org, Args: map[string]string{"site": id}}
	must(t, w.house.Exposure.Run(t.Context(), run))
	site.edit("/", html("Start", "rent"))
	w.clock.Move(time.Minute)
	must(t, w.house.Exposure.Run(t.Context(), run))
	left := func() int { return len(w.rows(`SELECT id FROM exposure_finding WHERE org = $1`)) }
	w.clock.Move(364 * 24 * time.Hour)
	must(t, w.house.DB.ConfirmTime(t.Context()))
	_, err = w.house.Exposure.Due(t.Context(), w.org)
	must(t, err)
	if left() != 1 {
		t.Error("it is destroyed before its time")
	}
	w.clock.Move(2 * 24 * time.Hour)
	must(t, w.house.DB.ConfirmTime(t.Context()))
	_, err = w.house.Exposure.Due(t.Context(), w.org)
	must(t, err)
	if left() != 0 {
		t.Error("it is kept")
	}
	w.verifies()
}
