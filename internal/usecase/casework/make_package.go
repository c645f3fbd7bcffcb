package casework

import (
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

// packing is a package in the making.
type packing struct {
	d        *Desk
	s        *access.Session
	v        *visit
	reason   string
	title    string
	report   *incident.Report
	filing   *casefile.Filing
	files    []*original
	receipts []casefile.Receipt
	objected bool

	to  *evidence.Archive
	m   evidence.Manifest
	got int64 // bytes since the circle was last asked
}

// askEvery is how many bytes of a package go out between two questions whether whoever takes it still
// sits in the circle.
const askEvery = 16 << 20

// PackageState tells, before a package is taken, who has had a chance to see what goes along.
type PackageState struct {
	Files    int
	Bytes    int64
	Told     int  // receipts of the event
	Unseen   int  // receipts by which nobody has seen the police's view
	Objected bool // the person concerned objects
	Taken    []casefile.Custody
}

// NeedsReason tells whether taking it along asks for a reason.
func (p PackageState) NeedsReason() bool { return p.Unseen > 0 || p.Objected }

// PackageOf tells how a package would be, to whoever may take it.
func (d *Desk) PackageOf(ctx context.Context, s *access.Session, ref string) (*PackageState, error) {
	p, err := d.packing(ctx, s, ref)
	if err != nil {
		return nil, err
	}
	state := p.state()
	if err := d.write(ctx, p.v.k, func(tx *store.Tx) error { return logged(tx, p.v.k, s.Person, "case.open", p.v.c) }); err != nil {
		return nil, err
	}
	return &state, nil
}

// MakePackage (polispaket) writes a case's originals, what an investigator reads, and the proofs of
// the log into one archive, for whoever files the report to take along. Nothing is sent anywhere.
//
// The order: who asks must own the case, and the person concerned has seen what goes along or the
// reason is written; the taking is in the log before the first byte; each original is read whole, held
// against the hash of its intake and written; whether the taker still sits in the circle is asked
// again on the way; the manifest's hash is logged, and with it the log's proofs close the archive.
// What ends before that is no archive that any program opens.
func (d *Desk) MakePackage(ctx context.Context, s *access.Session, ref, reason string, to io.Writer) error {
	p, err := d.packing(ctx, s, ref)
	if err != nil {
		return err
	}
	if p.reason = strings.TrimSpace(reason); p.state().NeedsReason() || p.reason != "" {
		if err := casefile.CheckText("reason", p.reason, casefile.MaxReason); err != nil {
			return err
		}
	}
	if err := p.alone(ctx); err != nil {
		return err
	}
	if err := p.take(ctx); err != nil {
		return err
	}
	now := d.Clock.Now()
	p.m = evidence.Manifest{ID: ident.New(), Org: p.v.k.Org, Case: p.v.c.Ref, Made: now.UTC().Truncate(time.Second), MadeBy: p.maker(ctx)}
	p.to = evidence.NewArchive(to, p.m.Made)
	for i, o := range p.files {
		if err := p.still(ctx); err != nil {
			return err
		}
		if err := p.add(ctx, i+1, o); err != nil {
			return err
		}
	}
	if err := p.papers(); err != nil {
		return err
	}
	if err := p.prove(ctx); err != nil {
		return err
	}
	return p.to.Close()
}

// packing lets the subject in and reads what goes along.
func (d *Desk) packing(ctx context.Context, s *access.Session, ref string) (*packing, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	switch {
	case noTokenFor(s):
		return nil, fault.New(fault.Denied, "fault.token-members")
	case v.c.Event != "" && v.c.View != string(routing.PoliceView):
		return nil, fault.New(fault.Conflict, "police.make-first")
	}
	if err := v.owns(s); err != nil {
		return nil, err
	}
	p := &packing{d: d, s: s, v: v}
	return p, d.read(ctx, v.k, func(tx *store.Tx) error {
		items, err := tx.OpenBody(v.grant, v.c.ID)
		if err != nil {
			return err
		}
		if err := witness(tx, v, items); err != nil {
			return err
		}
		if v.c.Event != "" {
			if p.receipts, err = tx.VouchedReceiptsOf(v.k, v.c.Event); err != nil {
				return err
			}
		}
		if p.files, err = v.originals(tx, items); err != nil {
			return err
		}
		p.files = slices.DeleteFunc(p.files, func(o *original) bool { return o.card != nil && o.card.Kind == casefile.Derived })
		return p.open(items)
	})
}

// open opens what stands in words.
func (p *packing) open(items []casefile.Item) error {
	out := &Opened{}
	if _, err := p.v.layOpen(out, items); err != nil {
		return err
	}
	p.title = out.Title
	for _, e := range out.Timeline {
		switch {
		case e.Report != nil:
			p.report = e.Report
		case e.Filing != nil:
			p.filing = e.Filing
		case e.Kind == casefile.Objection:
			p.objected = true
		}
	}
	return nil
}

func (p *packing) state() PackageState {
	out := PackageState{Files: len(p.files), Told: len(p.receipts), Objected: p.objected}
	for _, r := range p.receipts {
		if r.Seen < p.v.c.Opened {
			out.Unseen++
		}
	}
	for _, o := range p.files {
		out.Bytes += o.file.Size
		for _, c := range o.custody {
			if c.Act == casefile.ActPacked && !slices.Contains(out.Taken, c) {
				out.Taken = append(out.Taken, c)
			}
		}
	}
	return out
}

// alone makes sure that nothing sealed to others has come along: every file is an item of this very
// case, and a copied one came from a view of the same event.
func (p *packing) alone(ctx context.Context) error {
	foreign := func(o *original) error {
		return fault.New(fault.Internal, "fault.tampered", "item "+o.item.ID+" of case "+p.v.c.ID+" holds what belongs to another")
	}
	return p.d.read(ctx, p.v.k, func(tx *store.Tx) error {
		siblings := map[string]bool{p.v.c.ID: true}
		if p.v.c.Event != "" {
			all, err := tx.CasesOfEvent(p.v.k, p.v.c.Event)
			if err != nil {
				return err
			}
			for _, c := range all {
				siblings[c.ID] = true
			}
		}
		for _, o := range p.files {
			object, err := tx.Object(o.file.Object)
			if err != nil {
				return err
			}
			if o.item.Case != p.v.c.ID || !siblings[object.Case] {
				return foreign(o)
			}
			if o.file.From == nil {
				continue
			}
			row := o.file.From.Row
			if row == nil || !siblings[row.Case] {
				return foreign(o)
			}
			if was := row.File(); was == nil || was.Object != o.file.Object || string(was.Tree) != string(o.file.Tree) {
				return foreign(o)
			}
		}
		return nil
	})
}

// take writes that the package is taken, and why, with every original that goes along.
func (p *packing) take(ctx context.Context) error {
	one, err := changed(casefile.Changed{Author: p.s.Person, Field: "package", After: "taken", Reason: p.reason})
	if err != nil {
		return err
	}
	_, err = p.d.alter(ctx, p.s, p.v.c.Ref, func(*visit) (adding, error) {
		return adding{in: []sealed{one}, act: "case.package", move: func(*store.Tx, *casefile.Case) ([]audit.Row, error) {
			var rows []audit.Row
			for _, o := range p.files {
				rows = append(rows, touching(openedRow, o.item))
			}
			return rows, nil
		}}, nil
	})
	return err
}

// still refuses to go on when whoever takes the package no longer sits in the circle.
func (p *packing) still(ctx context.Context) error {
	p.got = 0
	v, err := p.d.enter(ctx, p.s, p.v.c.Ref, access.Open)
	if err == nil {
		err = v.owns(p.s)
	}
	if err != nil {
		return fault.Wrap(fault.Denied, "police.stopped", err)
	}
	return nil
}

// add writes one original.
func (p *packing) add(ctx context.Context, n int, o *original) error {
	var object store.Object
	if err := p.d.read(ctx, p.v.k, func(tx *store.Tx) (err error) {
		object, err = tx.Object(o.file.Object)
		return err
	}); err != nil {
		return err
	}
	r, err := p.d.fileReader(ctx, p.v, o.item, o.file, object)
	if err != nil {
		return err
	}
	row, err := p.v.lay(o)
	if err != nil {
		return err
	}
	f := evidence.File{Path: evidence.OriginalPath(n, o.file.Name), Size: o.file.Size, Item: row.ID, Name: o.file.Name, Type: o.file.Type,
		Intake: row.Item().Created.Time().UTC(), Custody: append(slices.Clone(o.custody), casefile.Custody{At: p.m.Made, Act: casefile.ActPacked, Who: p.m.MadeBy, Why: p.reason})}
	w, err := p.to.Create(f.Path)
	if err != nil {
		return err
	}
	if f.SHA256, err = p.copy(ctx, w, r); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if o.file.Size > seal.TreeLeaf {
		f.Tree, _ = evidence.SumOf(o.file.Tree)
	}
	p.m.Files = append(p.m.Files, f)
	return nil
}

// copy writes an original and gives its plain SHA-256, which is worked out beside the reading and the writing.
func (p *packing) copy(ctx context.Context, w io.Writer, r io.Reader) (sum evidence.Sum, err error) {
	parts, spare, done := make(chan []byte, 4), make(chan []byte, 6), make(chan evidence.Sum, 1)
	go func() {
		plain := sha256.New()
		for part := range parts {
			plain.Write(part)
			spare <- part
		}
		done <- evidence.Sum(plain.Sum(nil))
	}()
	for range cap(spare) {
		spare <- nil
	}
	err = p.each(ctx, r, spare, func(part []byte) error {
		_, err := w.Write(part)
		parts <- part
		return err
	})
	close(parts)
	return <-done, err
}

// each reads in parts, each into a buffer that nobody uses, and asks now and then whether the taker still sits in the circle.
func (p *packing) each(ctx context.Context, r io.Reader, spare <-chan []byte, give func([]byte) error) error {
	for {
		buffer := <-spare
		if cap(buffer) == 0 {
			buffer = make([]byte, 256<<10)
		}
		n, err := io.ReadFull(r, buffer[:cap(buffer)])
		if err := give(buffer[:n]); err != nil {
			return err
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			return err
		}
		if p.got += int64(n); p.got >= askEvery {
			if err := p.still(ctx); err != nil {
				return err
			}
		}
	}
}

// document writes a file that was made for the package.
func (p *packing) document(name string, content []byte) error {
	p.m.Files = append(p.m.Files, evidence.File{Path: name, Size: int64(len(content)), SHA256: sha256.Sum256(content)})
	return p.to.Add(name, content)
}

// maker is the name of whoever takes the package.
func (p *packing) maker(ctx context.Context) string {
	var h *house
	if err := p.d.read(ctx, p.v.k, func(tx *store.Tx) (err error) {
		h, err = surveyOf(tx, p.v.k, asked{people: []string{p.s.Person}})
		return err
	}); err != nil {
		return ""
	}
	return h.called(p.v.k, p.s.Person)
}

// LogKey is the public key of the log, with its fingerprint, for whoever verifies a package.
func (d *Desk) LogKey() (key, fingerprint string) {
	key = d.Keys.VerifierKey()
	return key, evidence.Fingerprint(key)
}
