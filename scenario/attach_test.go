package scenario

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

// random is so many bytes that nobody has seen before.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// sends sends a whole file and gives the secret of its upload's address.
func (a *actor) sends(name string, content []byte) string {
	a.town.t.Helper()
	cases := a.town.house.Cases
	p, err := cases.BeginUpload(a.town.t.Context(), a.session(), casework.NewUpload{Name: name, Type: "image/png", Length: int64(len(content))})
	if err != nil {
		a.town.t.Fatal(err)
	}
	if len(content) == 0 {
		return p.Secret
	}
	done, err := cases.AppendUpload(a.town.t.Context(), a.town.org, casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: bytes.NewReader(content)})
	if err != nil || !done.Complete {
		a.town.t.Fatalf("%+v %v", done, err)
	}
	return p.Secret
}

// file gives the timeline's n-th attachment and its content as the actor opens it.
func (a *actor) file(ref string, n int) (casework.File, []byte) {
	a.town.t.Helper()
	got, err := a.reads(ref)
	if err != nil {
		a.town.t.Fatal(err)
	}
	for _, e := range got.Timeline {
		if e.Kind != casefile.Attachment {
			continue
		}
		if n > 0 {
			n--
			continue
		}
		f, err := a.town.house.Cases.OpenFile(a.town.t.Context(), a.session(), ref, e.ID)
		if err != nil {
			a.town.t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			a.town.t.Fatal(err)
		}
		return f.File, b
	}
	a.town.t.Fatal("no such attachment")
	return casework.File{}, nil
}

func TestAnAttachmentIsOpenedByTheCircleAndByNobodyElse(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		asta := w.newcomer("Asta Ledamot", access.Elected)
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		ref := asta.opens("Hot på torget", "Se bilden.", asta)
		picture, empty := random(300_000), []byte{}
		ids, err := w.house.Cases.Attach(t.Context(), asta.session(), ref, "Här är den.", []string{asta.sends(`C:\bilder\..\hot.png`, picture), asta.sends("tom.txt", empty)})
		if err != nil || len(ids) != 3 {
			t.Fatal(ids, err)
		}
		if f, got := w.head.file(ref, 0); f.Name != "hot.png" || !bytes.Equal(got, picture) || f.Size != int64(len(picture)) {
			t.Fatalf("%+v, %d bytes", f, len(got))
		}
		if f, got := asta.file(ref, 1); f.Name != "tom.txt" || len(got) != 0 {
			t.Fatalf("%+v, %d bytes", f, len(got))
		}
		for _, stranger := range []*actor{vera, w.admin} {
			if _, err := w.house.Cases.OpenFile(t.Context(), stranger.session(), ref, ids[1]); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", stranger.name, err)
			}
		}
		log, err := w.house.Cases.Openings(t.Context(), asta.session(), ref, 0)
		if err != nil || log.List[0].Act != "file.open" {
			t.Fatalf("%+v %v", log, err)
		}
		// An upload becomes an attachment one time only.
		if _, err := w.house.Cases.Attach(t.Context(), asta.session(), ref, "", []string{asta.sends("x", empty), asta.sends("x", empty), strings.Repeat("A", 43)}); fault.Of(err).Fields == nil {
			t.Fatalf("an upload that is not there: %v", err)
		}
		two := asta.sends("x", picture)
		if _, err := w.house.Cases.Attach(t.Context(), asta.session(), ref, "", []string{two}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.house.Cases.Attach(t.Context(), asta.session(), ref, "", []string{two}); !fault.Is(err, fault.Invalid) {
			t.Fatalf("attached twice: %v", err)
		}
	})
}

// TestPiecesOfAFilmAreOneOpening: a player asks for a film piece by piece, and the log tells that it was opened, once.
func TestPiecesOfAFilmAreOneOpening(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Hot", "Se filmen.")
	ids, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("film.mp4", random(300_000))})
	must(t, err)
	opened := func() int {
		t.Helper()
		log, err := w.house.Cases.Openings(t.Context(), w.head.session(), ref, 0)
		must(t, err)
		n := 0
		for _, e := range log.List {
			if e.Act == "file.open" {
				n++
			}
		}
		return n
	}
	on := func(want int, when string) {
		t.Helper()
		_, err := w.house.Cases.ReadOn(t.Context(), w.head.session(), ref, ids[0])
		must(t, err)
		if n := opened(); n != want {
			t.Errorf("%s: %d openings in the log, want %d", when, n, want)
		}
	}
	on(1, "the first piece, of whatever it is")
	on(1, "the next")
	if _, err := w.house.Cases.OpenFile(t.Context(), w.head.session(), ref, ids[0]); err != nil || opened() != 2 {
		t.Errorf("from the start: %d openings, %v", opened(), err)
	}
	w.clock.Move(11 * time.Minute)
	on(3, "eleven minutes later")
	asta := w.newcomer("Asta Ledamot", access.Elected)
	if _, err := w.house.Cases.ReadOn(t.Context(), asta.session(), ref, ids[0]); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else reads on: %v", err)
	}
}

// cutting gives some bytes and then the error of a connection that is gone.
type cutting struct {
	io.Reader
	cut error
}

func (c *cutting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = c.cut
	}
	return n, err
}

func TestAnUploadThatIsCutGoesOnWhereItWas(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		ref := w.head.opens("Ärende", "text")
		content := random(5<<20 + 77)
		p, err := w.house.Cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Name: "film.mp4", Type: "video/mp4", Length: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, upTo := range []int{1, 65536, 65537, 3 << 20, 3 << 20, len(content)} {
			from := p.Received
			body := io.Reader(&cutting{bytes.NewReader(content[from:upTo]), errors.New("connection reset")})
			length := int64(-1)
			if upTo == len(content) {
				body, length = bytes.NewReader(content[from:]), int64(upTo)
			}
			p, err = w.house.Cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: p.Secret, Offset: from, Length: length, Size: -1, Body: body})
			if p.Received != int64(upTo) || p.Complete != (upTo == len(content)) || (err == nil) != p.Complete {
				t.Fatalf("to %d: %+v, %v", upTo, p, err)
			}
			if again, err := w.house.Cases.UploadProgress(t.Context(), w.org, p.Secret); err != nil || again.Received != p.Received {
				t.Fatalf("to %d: %+v, %v", upTo, again, err)
			}
		}
		if _, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{p.Secret}); err != nil {
			t.Fatal(err)
		}
		if _, got := w.head.file(ref, 0); !bytes.Equal(got, content) {
			t.Fatal("the file came back changed")
		}
	})
}

func TestAnUploadRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	w := found(t)
	cases := w.house.Cases
	begin := func(n int64) string {
		p, err := cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Name: "x", Length: n})
		if err != nil {
			t.Fatal(err)
		}
		return p.Secret
	}
	add := func(address string, offset int64, content string) error {
		_, err := cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: address, Offset: offset, Length: -1, Size: -1, Body: strings.NewReader(content)})
		return err
	}
	if err := add(begin(3), 0, "fyra"); fault.Of(err).Code != "upload.too-long" {
		t.Errorf("too long: %v", err)
	}
	if err := add(begin(3), 1, "aj"); fault.Of(err).Code != "upload.offset" {
		t.Errorf("wrong offset: %v", err)
	}
	if _, err := cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Length: casefile.MaxFile + 1}); fault.Of(err).Code != "upload.too-long" {
		t.Errorf("too large: %v", err)
	}
	if err := add(strings.Repeat("A", 43), 0, "x"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a guessed address: %v", err)
	}
	half := begin(8)
	if err := add(half, 0, "half"); err != nil {
		t.Fatal(err)
	}
	ref := w.head.opens("Ärende", "text")
	if _, err := cases.Attach(t.Context(), w.head.session(), ref, "", []string{half}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unfinished upload: %v", err)
	}
	w.clock.Move(25 * time.Hour)
	if err := add(half, 4, "full"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an expired upload: %v", err)
	}
}

func TestTwoWritersOfOneUploadNeverMix(t *testing.T) {
	t.Parallel()
	w := found(t)
	content := random(1 << 20)
	p, err := w.house.Cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Name: "x", Length: int64(len(content))})
	if err != nil {
		t.Fatal(err)
	}
	// The first connection hangs after a part; the visitor comes back over another.
	r, pipe := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := w.house.Cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: r,
			Stop: func() { _ = pipe.CloseWithError(errors.New("stopped")) }})
		ended <- err
	}()
	if _, err := pipe.Write(content[:1000]); err != nil {
		t.Fatal(err)
	}
	second := casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: bytes.NewReader(content)}
	if _, err := w.house.Cases.AppendUpload(t.Context(), w.org, second); fault.Of(err).Code != "upload.offset" {
		t.Fatalf("the second writer: %v", err)
	}
	if err := <-ended; fault.Of(err).Code != "fault.cut-off" {
		t.Fatalf("the first writer: %v", err)
	}
	now, err := w.house.Cases.UploadProgress(t.Context(), w.org, p.Secret)
	if err != nil || now.Received != 1000 {
		t.Fatalf("%+v %v", now, err)
	}
	second.Offset, second.Body = 1000, bytes.NewReader(content[1000:])
	if p, err = w.house.Cases.AppendUpload(t.Context(), w.org, second); err != nil || !p.Complete {
		t.Fatalf("%+v %v", p, err)
	}
	ref := w.head.opens("Ärende", "text")
	if _, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{p.Secret}); err != nil {
		t.Fatal(err)
	}
	if _, got := w.head.file(ref, 0); !bytes.Equal(got, content) {
		t.Fatal("the file came back changed")
	}
}

func TestAnotherNodesWriterIsKeptOutByTheLease(t *testing.T) {
	t.Parallel()
	w := found(t)
	p, err := w.house.Cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Name: "x", Length: 4})
	if err != nil {
		t.Fatal(err)
	}
	w.write(`UPDATE upload SET writer = 'another', lease = $2 WHERE org = $1`, int64(w.house.DB.Now())+10_000_000)
	add := func() error {
		_, err := w.house.Cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: strings.NewReader("fyra")})
		return err
	}
	if err := add(); fault.Of(err).Code != "upload.locked" {
		t.Fatal(err)
	}
	w.clock.Move(11 * time.Second)
	if err := add(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatExpiresIsDestroyedAndNothingElse(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		ref := w.head.opens("Ärende", "text")
		content := random(70_000)
		if _, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("kvar.png", content)}); err != nil {
			t.Fatal(err)
		}
		gone := w.head.sends("borta.png", content)
		draft, err := w.house.Cases.SaveDraft(t.Context(), w.head.session(), casework.Draft{Secret: casework.NewDraft().Secret, Body: []byte("utkast")})
		if err != nil {
			t.Fatal(err)
		}
		nodes := func() string {
			rows := w.rows(`SELECT wrap FROM epoch_node WHERE org = $1 ORDER BY id`)
			return strings.Join(rows, "")
		}
		before := nodes()
		if err := w.house.Cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if nodes() != before {
			t.Fatal("something was destroyed before its time")
		}
		key := w.head.session().Key
		w.clock.Move(25 * time.Hour)
		w.head.secret, err = w.house.SignIn.Begin(t.Context(), w.org, w.head.id, key, "prov")
		if err != nil {
			t.Fatal(err)
		}
		if w.house.DB.TimeDoubt() == store.NoDoubt {
			t.Fatal("the jump of the clock was not noticed")
		}
		if err := w.house.Cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if nodes() != before {
			t.Fatal("something was destroyed by a clock in doubt")
		}
		if err := w.house.DB.ConfirmTime(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.house.Cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if nodes() == before || len(w.rows(`SELECT id FROM upload WHERE org = $1`)) != 0 || len(w.rows(`SELECT id FROM draft WHERE org = $1`)) != 0 || len(w.rows(`SELECT blob FROM epoch_doomed WHERE org = $1`)) != 0 {
			t.Fatal("the sweep left something")
		}
		if _, err := w.house.Cases.OpenDraft(t.Context(), w.head.session(), draft.Secret); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if _, err := w.house.Cases.UploadProgress(t.Context(), w.org, gone); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if _, got := w.head.file(ref, 0); !bytes.Equal(got, content) {
			t.Fatal("the survivor does not open")
		}
		if files, _ := filepath.Glob(filepath.Join(w.house.Config.Data, "blobs", "*", "*")); len(files) != 1 {
			t.Fatalf("%d blobs remain", len(files))
		}
	})
}

func TestAttachmentsOpenAfterARestart(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Ärende", "text")
	content := random(200_000)
	p, err := w.house.Cases.BeginUpload(t.Context(), w.head.session(), casework.NewUpload{Name: "x.png", Length: int64(len(content))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.house.Cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: p.Secret, Length: -1, Size: -1, Body: &cutting{bytes.NewReader(content[:99_999]), errors.New("cut")}})
	if fault.Of(err).Code != "fault.cut-off" {
		t.Fatal(err)
	}
	// A kill leaves the lease of a writer that is gone, and a root that was staged and never committed.
	w.write(`UPDATE upload SET writer = 'gone', lease = $2 WHERE org = $1`, int64(w.house.DB.Now())+10_000_000)
	w.write(`UPDATE epoch SET holder = 'gone', lease = $2 WHERE org = $1`, int64(w.house.DB.Now())+10_000_000)
	place, err := w.house.Keys.Epoch(w.org)
	must(t, err)
	must(t, place.Stage(place.Newest()+1, seal.NewKey(), nil))
	w.reopen()
	now, err := w.house.Cases.UploadProgress(t.Context(), w.org, p.Secret)
	if err != nil || now.Received != 99_999 {
		t.Fatalf("%+v %v", now, err)
	}
	if now, err = w.house.Cases.AppendUpload(t.Context(), w.org, casework.Appending{Address: p.Secret, Offset: now.Received, Length: -1, Size: -1, Body: bytes.NewReader(content[now.Received:])}); err != nil || !now.Complete {
		t.Fatalf("%+v %v", now, err)
	}
	if _, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{p.Secret}); err != nil {
		t.Fatal(err)
	}
	w.reopen()
	if _, got := w.head.file(ref, 0); !bytes.Equal(got, content) {
		t.Fatal("the file came back changed")
	}
	blobs, _ := filepath.Glob(filepath.Join(w.house.Config.Data, "blobs", "*", "*"))
	b, err := os.ReadFile(blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(blobs[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := w.head.reads(ref)
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.house.Cases.OpenFile(t.Context(), w.head.session(), ref, got.Timeline[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, f); err == nil || n >= int64(len(content)) {
		t.Fatalf("a changed chunk was given: %d %v", n, err)
	}
}
