package scenario

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/contact"
	"varn/internal/domain/directory"
	"varn/internal/domain/job"
	"varn/internal/domain/register"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	usecontact "varn/internal/usecase/contact"
	usedirectory "varn/internal/usecase/directory"
)

// organ enters a body of the council's authority.
func (w *town) organ(name string, kind directory.BodyKind) string {
	w.t.Helper()
	b := directory.Body{Name: name, Kind: kind, Letters: true}
	b.Authority = w.council
	id, err := w.house.Directory.EnterBody(w.t.Context(), w.head.session(), b)
	must(w.t, err)
	return id
}

// boards enters a representative in a body; who has no account is nil.
func (w *town) boards(r directory.Representative, body string, who *actor) string {
	w.t.Helper()
	if who != nil {
		r.Person = who.id
	}
	id, err := w.house.Directory.OnBoard(w.t.Context(), w.head.session(), r, []usedirectory.Seat{{Body: body, Role: "Ledamot"}})
	must(w.t, err)
	return id
}

// outputs is everything of the directory that leaves the house: its pages and its exports.
func (w *town) outputs(url string, slugs ...string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	paths := []string{"/kontakt", "/kontakt?q=a", "/kontakt/foretradare"}
	for _, s := range slugs {
		paths = append(paths, "/kontakt/"+s, "/kontakt/"+s+"/kort.vcf", "/kontakt/organ/"+s)
	}
	for _, path := range paths {
		q, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, url+path, nil)
		must(w.t, err)
		a, err := http.DefaultClient.Do(q)
		must(w.t, err)
		raw, err := io.ReadAll(a.Body)
		must(w.t, err)
		must(w.t, a.Body.Close())
		out[path] = string(raw)
	}
	p, err := w.house.Directory.Public(w.t.Context(), w.org)
	must(w.t, err)
	about := directory.About{Name: "Exempelstad", Origin: url, Lang: "sv"}
	popolo, err1 := directory.Popolo(p, about)
	schema, err2 := directory.JSONLD(p, about)
	sheet, err3 := directory.CSV(p, about)
	for _, err := range []error{err1, err2, err3} {
		must(w.t, err)
	}
	out["popolo"], out["schema"], out["csv"], out["vcard"] = string(popolo), string(schema), string(sheet), string(directory.VCard(p.People, about))
	return out
}

func where(all map[string]string, text string) (out []string) {
	for name, said := range all {
		if strings.Contains(said, text) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// TestARepresentativeIsSeenAsTheyAndThePolicyWill enters, consents, withdraws, is held to a stricter board, is
// protected, and leaves; after each step every page and every export says what it should and nothing more.
func TestARepresentativeIsSeenAsTheyAndThePolicyWill(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, d := t.Context(), w.house.Directory
		must(t, d.SaveSettings(ctx, w.head.session(), directory.Settings{Domain: "kontakt.example.se"}, 0))
		council := w.organ("Kommunfullmäktige", directory.Council)
		asta := w.newcomer("Asta Lindvik", access.Elected)
		id := w.boards(directory.Representative{Name: "Asta Lindvik", Party: "Framtidspartiet"}, council, asta)
		m, err := d.Mine(ctx, asta.session())
		must(t, err)
		one := m.Representative
		one.Phone, one.Link = "070-1740640", "https://example.se/asta"
		must(t, d.Change(ctx, w.head.session(), id, one, one.Version))
		url := w.served()
		sees := func(step, text string, want bool) {
			t.Helper()
			found := where(w.outputs(url, "asta-lindvik", "alva-strand", "kommunfullmaktige", "socialnamnden"), text)
			if (len(found) > 0) != want {
				t.Errorf("%s: %q stands in %v", step, text, found)
			}
		}
		sees("on-board", "Asta Lindvik", true)
		sees("on-board", "asta.lindvik@kontakt.example.se", true)
		sees("on-board", "070-1740640", false)
		if err := d.GiveConsent(ctx, w.head.session(), directory.Phone); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else consents: %v", err)
		}
		must(t, d.GiveConsent(ctx, asta.session(), directory.Phone))
		must(t, d.GiveConsent(ctx, asta.session(), directory.Phone)) // pressed twice
		must(t, d.GiveConsent(ctx, asta.session(), directory.Link))
		sees("consent", "070-1740640", true)
		sees("consent", "https://example.se/asta", true)
		must(t, d.WithdrawConsent(ctx, asta.session(), directory.Link))
		sees("withdrawn", "https://example.se/asta", false)
		board := w.organ("Socialnämnden", directory.Board)
		must(t, d.Assign(ctx, w.head.session(), id, usedirectory.Seat{Body: board, Role: "Ersättare"}))
		must(t, d.DecidePolicy(ctx, w.head.session(), board, directory.Decided{Policy: directory.Policy{directory.Phone: directory.Never}}))
		sees("a stricter board", "070-1740640", false)
		if err := d.DecidePolicy(ctx, w.head.session(), board, directory.Decided{Policy: directory.Policy{directory.Photo: directory.Allowed}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a looser policy: %v", err)
		}
		report, err := d.Conform(ctx, w.head.session())
		must(t, err)
		v, err := d.Read(ctx, w.head.session())
		must(t, err)
		if s := v.Register.Snapshots; len(s) != 1 || s[0].ID != report || len(s[0].Report.Deviations) != 0 {
			t.Errorf("the report: %+v", s)
		}
		m, err = d.Mine(ctx, asta.session())
		must(t, err)
		if p, ok := v.Public.Of(id); !ok || p.Phone != m.Public.Phone || p.Address != m.Public.Address || len(p.Holds) != len(m.Public.Holds) {
			t.Errorf("she is shown something else than the public: %+v", m.Public)
		}
		must(t, d.Protect(ctx, w.head.session(), id, "Alva Strand", directory.Marked, m.Representative.Version))
		for _, gone := range []string{"Lindvik", "lindvik", "070-1740640", "example.se/asta", "Framtidspartiet"} {
			sees("protected", gone, false)
		}
		sees("protected", "Alva Strand", true)
		must(t, d.End(ctx, w.head.session(), id))
		sees("left", "Alva", false)
		w.verifies()
	})
}

// TestWhatIsWrittenInTheFormIsConfirmedByMail submits, gets the link, confirms once; what nobody confirms is
// destroyed; an alarm wakes though nobody has confirmed; without end nobody sends.
func TestWhatIsWrittenInTheFormIsConfirmedByMail(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, d, c := t.Context(), w.house.Directory, w.house.Contact
		council := w.organ("Kommunfullmäktige", directory.Council)
		id := w.boards(directory.Representative{Name: "Asta Lindvik"}, council, w.newcomer("Asta Lindvik", access.Elected))
		p, err := d.Public(ctx, w.org)
		must(t, err)
		one, _ := p.Of(id)
		send := usecontact.Sending{Org: w.org, From: netip.MustParseAddr("127.0.0.9"), Message: contact.Message{To: []contact.Target{{Mailbox: one.Mailbox, Name: one.Name}}, About: one.Name,
			Name: "Nils Kärr", From: "nils.karr@example.se", Subject: "Cykelbanan", Text: "När byggs cykelbanan?", Lang: "sv"}}
		if _, err := c.Submit(ctx, send); !fault.Is(err, fault.Unavailable) {
			t.Errorf("with no way to confirm: %v", err)
		}
		post := w.opensPost()
		must(t, only(c.Submit(ctx, send)))
		forms := w.forms(contact.Unconfirmed)
		must(t, c.MailLink(ctx, job.Job{Org: w.org, Args: map[string]string{"form": forms[0].ID}}))
		said := strings.ReplaceAll(<-post.taken, "=\r\n", "")
		if strings.Contains(said, "ykelbana") {
			t.Errorf("the mail repeats what was written: %s", said)
		}
		secret := regexp.MustCompile(`bekrafta/([a-z0-9]+)`).FindStringSubmatch(said)
		if secret == nil {
			t.Fatalf("no link in %s", said)
		}
		if about, err := c.Waiting(ctx, w.org, secret[1]); err != nil || about != "Asta Lindvik" {
			t.Errorf("%q %v", about, err)
		}
		_, err = c.Confirm(ctx, w.org, secret[1])
		must(t, err)
		if _, err := c.Confirm(ctx, w.org, secret[1]); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link that is used twice: %v", err)
		}
		confirmed := w.forms(contact.Confirmed)
		if len(confirmed) != 1 {
			t.Fatalf("%d are confirmed", len(confirmed))
		}
		must(t, w.house.Mail.PostForm(ctx, job.Job{Org: w.org, Kind: contact.PostJob, Args: map[string]string{"form": confirmed[0].ID}}))
		if n := len(w.rows(`SELECT id FROM letter WHERE org = $1 AND sort = 'form'`)); n != 1 || len(w.forms(contact.Confirmed)) != 0 {
			t.Errorf("a confirmed form became %d letters", n)
		}
		threat := send
		threat.Message.From, threat.Message.Text = "okand@example.se", "Jag vet var du bor och när dina barn går hem från skolan. I morgon ska du dö."
		must(t, only(c.Submit(ctx, threat)))
		if n := len(w.rows(`SELECT id FROM job WHERE org = $1 AND kind = 'letter.alarm'`)); n != 1 {
			t.Errorf("%d alarms for a threat that nobody has confirmed", n)
		}
		for i := range 10 {
			more := send
			more.Message.From = string(rune('a'+i)) + "@example.se"
			if _, err = c.Submit(ctx, more); err != nil {
				break
			}
		}
		if !fault.Is(err, fault.Busy) {
			t.Errorf("one sender without end: %v", err)
		}
		w.clock.Move((contact.KeptDays*24 + 1) * time.Hour)
		must(t, c.Sweep(ctx, w.org))
		if n := len(w.forms(contact.Unconfirmed)); n != 0 {
			t.Errorf("%d unconfirmed are kept", n)
		}
		w.verifies()
	})
}

func (w *town) forms(state contact.State) (out []contact.Form) {
	w.t.Helper()
	k, err := w.house.Ring.Org(w.org)
	must(w.t, err)
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.VouchedForms(k, state, 0)
		return err
	}))
	return out
}

// plantDirectory leaves a text of every kind in the directory and in the contact form.
func plantDirectory(t testing.TB, w *town, says map[string]string) {
	t.Helper()
	ctx, d, head := t.Context(), w.house.Directory, w.head.session()
	must(t, d.SaveSettings(ctx, head, directory.Settings{Domain: says["mail domain"]}, 0))
	b := directory.Body{Name: says["body name"], Kind: directory.Board, Text: says["body text"], Letters: true}
	b.Authority = w.council
	body, err := d.EnterBody(ctx, head, b)
	must(t, err)
	id := w.boards(directory.Representative{Name: says["elected name"], Party: says["elected party"], District: says["elected district"], Phone: says["elected phone"], Link: says["elected link"]}, body, nil)
	must(t, d.DecidePolicy(ctx, head, body, directory.Decided{Policy: directory.Policy{directory.Phone: directory.Never}, Decision: says["policy decision"], Why: says["policy reason"]}))
	_, err = d.Conform(ctx, head)
	must(t, err)
	w.outputs(w.served(), "viola-blomvall", "violnamnden-for-angar")
	w.opensPost()
	p, err := d.Public(ctx, w.org)
	must(t, err)
	one, _ := p.Of(id)
	must(t, only(w.house.Contact.Submit(ctx, usecontact.Sending{Org: w.org, From: netip.MustParseAddr("127.0.0.9"), Message: contact.Message{To: []contact.Target{{Mailbox: one.Mailbox}}, About: one.Name,
		Name: says["form name"], From: says["form address"], Subject: says["form subject"], Text: says["form text"], Lang: "sv"}})))
}

func only(_ string, err error) error { return err }

// TestTheDirectoryIsReadFromAFileAndReadAgain imports, then imports a file in which one has another board, one
// has left and one is new; who is protected keeps their alias, and what is wrong is named before anything is written.
func TestTheDirectoryIsReadFromAFileAndReadAgain(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx, d := t.Context(), w.house.Directory
	reads := func(text string) *usedirectory.Plan {
		t.Helper()
		f, err := register.Read(strings.NewReader("Id;Namn;Parti;Organ;Uppdrag;From;Tom;Skyddad\n"+text), nil)
		must(t, err)
		if len(f.Problems) > 0 {
			t.Fatalf("%+v", f.Problems)
		}
		p, err := d.PlanImport(ctx, w.org, f.Rows, true)
		must(t, err)
		return p
	}
	first := "1;Asta Lindvik;Framtidspartiet;Kommunfullmäktige;Ledamot;2026-10-15;2030-10-14;\n1;Asta Lindvik;Framtidspartiet;Socialnämnden;Ersättare;;;\n2;Nils Kärr;Samlingslistan;Kommunfullmäktige;Ledamot;;;\n3;Åsa Ödberg;;Kommunfullmäktige;Ordförande;;;\n"
	p := reads(first)
	if len(p.New) != 3 || len(p.Bodies) != 2 || len(p.Problems) != 0 {
		t.Fatalf("%+v", p)
	}
	must(t, d.ApplyImport(ctx, w.org, p))
	if p = reads(first); p.Same != 3 || len(p.New)+len(p.Changed)+len(p.Ends) != 0 {
		t.Errorf("read again: %+v", p)
	}
	public, err := d.Public(ctx, w.org)
	must(t, err)
	b, _ := public.Body("kommunfullmaktige")
	if len(public.People) != 3 || b.Kind != directory.Council || len(b.Members) != 3 || b.Members[0].Name != "Åsa Ödberg" {
		t.Errorf("%+v", public)
	}
	asa, _ := public.Person("asa-odberg")
	v, err := d.Read(ctx, w.head.session())
	must(t, err)
	r, _ := v.Register.Representative(asa.ID)
	must(t, d.Protect(ctx, w.head.session(), asa.ID, "Alva Strand", directory.Registered, r.Version))
	p = reads("1;Asta Lindvik;Framtidspartiet;Byggnadsnämnden;Ledamot;;;\n3;Åsa Ödberg;;Kommunfullmäktige;Ledamot;;;J\n4;Ny Ledamot;;Kommunfullmäktige;Ledamot;;;\n")
	if len(p.New) != 1 || len(p.Changed) != 2 || len(p.Ends) != 1 || p.Ends[0].Name != "Nils Kärr" {
		t.Fatalf("%+v", p)
	}
	must(t, d.ApplyImport(ctx, w.org, p))
	w.clock.Move(48 * time.Hour)
	public, err = d.Public(ctx, w.org)
	must(t, err)
	one, _ := public.Person("asta-lindvik")
	if len(one.Holds) != 1 || one.Holds[0].Body != "Byggnadsnämnden" {
		t.Errorf("%+v", one)
	}
	for name, text := range w.outputs(w.served(), "asta-lindvik", "kommunfullmaktige", "alva-strand") {
		if strings.Contains(text, "Ödberg") || strings.Contains(text, "Nils Kärr") {
			t.Errorf("%s shows who is protected, or has left", name)
		}
	}
	if p = reads("9;Hemlig Person;;Kommunfullmäktige;Ledamot;;;J\n8;Utan Organ;;;;;;\n"); len(p.Problems) != 2 || p.Problems[0].Code != "import.protected" || p.Problems[1].Code != "import.seat" {
		t.Errorf("%+v", p.Problems)
	}
	w.verifies()
}

// TestAPhotoIsSeenByConsentAloneAndHoldsNothingElse sends in a photo that says where it was taken; what is published
// of it is drawn anew, sealed at rest, shown while she consents, and destroyed when it is taken away.
func TestAPhotoIsSeenByConsentAloneAndHoldsNothingElse(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx, d := t.Context(), w.house.Directory
	asta := w.newcomer("Asta Lindvik", access.Elected)
	id := w.boards(directory.Representative{Name: "Asta Lindvik"}, w.organ("Kommunfullmäktige", directory.Council), asta)
	photo := pictured("fotad på Violvägen 3")
	if err := d.PutPhoto(ctx, asta.session(), "", strings.NewReader("ingen bild")); !fault.Is(err, fault.Invalid) {
		t.Errorf("what is no picture: %v", err)
	}
	must(t, d.PutPhoto(ctx, asta.session(), "", bytes.NewReader(photo)))
	if _, _, err := d.PublicPhoto(ctx, w.org, "asta-lindvik", directory.Large); !fault.Is(err, fault.NotFound) {
		t.Errorf("without consent: %v", err)
	}
	must(t, d.GiveConsent(ctx, asta.session(), directory.Photo))
	raw, mark, err := d.PublicPhoto(ctx, w.org, "asta-lindvik", directory.Small)
	must(t, err)
	if bytes.Contains(raw, []byte("Viol")) || !bytes.HasPrefix(raw, []byte("\xff\xd8")) || bytes.Contains(raw, []byte("Exif")) {
		t.Error("the picture tells more than itself")
	}
	must(t, d.PutPhoto(ctx, w.head.session(), id, bytes.NewReader(photo)))
	if _, again, err := d.PublicPhoto(ctx, w.org, "asta-lindvik", directory.Small); err != nil || again == mark {
		t.Errorf("another photo has the same mark: %v", err)
	}
	_, err = w.house.Operate.RotateKeys(ctx, w.org, []keyring.Purpose{keyring.Directory})
	must(t, err)
	w.clock.Move(3 * time.Minute)
	must(t, w.house.Operate.Reseal(ctx, resealing(w, keyring.Directory)))
	if got := w.versions(`SELECT sealed FROM portrait WHERE org = $1`); len(got) != 1 || got[2] != 2 {
		t.Errorf("the pictures after a rotation: %v", got)
	}
	if again, _, err := d.PublicPhoto(ctx, w.org, "asta-lindvik", directory.Small); err != nil || !bytes.Equal(again, raw) {
		t.Errorf("after a rotation: %v", err)
	}
	must(t, d.WithdrawConsent(ctx, asta.session(), directory.Photo))
	if _, _, err := d.PublicPhoto(ctx, w.org, "asta-lindvik", directory.Large); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdrawn: %v", err)
	}
	must(t, d.DropPhoto(ctx, asta.session(), ""))
	if n := len(w.rows(`SELECT id FROM portrait WHERE org = $1`)); n != 0 {
		t.Errorf("%d pictures are left", n)
	}
	w.verifies()
}

// pictured is a JPEG with a comment in it.
func pictured(comment string) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 300, 200)), nil); err != nil {
		panic(err)
	}
	said := append([]byte{0xff, 0xfe, 0, byte(len(comment) + 2)}, comment...)
	return slices.Concat(b.Bytes()[:2], said, b.Bytes()[2:])
}
