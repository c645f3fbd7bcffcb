package directory

import (
	"context"
	"slices"
	"sync"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// View is the directory as it stands: everything opened, and what the public sees. Nobody changes it.
type View struct {
	Register *directory.Register
	Public   directory.Public
	// Edition is another number whenever anything in it may be another: a change, or a new hour.
	Edition int64

	version int64
	checked time.Time
}

// views keeps the opened directory of each organisation in memory; nothing of it is written anywhere.
type views struct {
	mu  sync.Mutex
	by  map[string]*View
	one sync.Mutex // one reading at a time
}

// viewLife is how long another node's change may go unseen here.
const viewLife = time.Second

func (v *views) of(org string, edition int64) *View {
	v.mu.Lock()
	defer v.mu.Unlock()
	if kept := v.by[org]; kept != nil && time.Since(kept.checked) < viewLife && kept.Edition%hours == edition%hours {
		return kept
	}
	return nil
}

func (v *views) forget(org string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if kept := v.by[org]; kept != nil {
		old := *kept
		old.checked = time.Time{}
		v.by[org] = &old
	}
}

func (v *views) keep(org string, one *View) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.by == nil {
		v.by = map[string]*View{}
	}
	v.by[org] = one
}

// hours is more hours than there will be: an edition is version × hours + hour.
const hours = 1 << 24

// View gives an organisation's directory. It asks the database at most once a second whether it has
// changed, and opens it anew only then, or when an hour has passed: assignments begin and end.
func (d *Desk) View(ctx context.Context, org string) (*View, error) {
	hour := int64(d.now()) / time.Hour.Microseconds()
	if v := d.views.of(org, hour); v != nil {
		return v, nil
	}
	d.views.one.Lock()
	defer d.views.one.Unlock()
	if v := d.views.of(org, hour); v != nil {
		return v, nil
	}
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	d.views.mu.Lock()
	old := d.views.by[org]
	d.views.mu.Unlock()
	at := time.Now()
	var out *View
	err = d.read(ctx, k, func(tx *store.Tx) error {
		n, err := tx.DirectoryCount()
		if err != nil {
			return err
		}
		edition := (n+1)*hours + hour
		if old != nil && old.Edition == edition {
			same := *old
			same.checked = at
			out = &same
			return nil
		}
		g, err := opened(tx, k)
		if err != nil {
			return err
		}
		out = &View{Register: g, Public: directory.Publish(g, d.today(), d.now()), Edition: edition, version: n, checked: at}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.views.keep(org, out)
	return out, nil
}

// Public gives what the public sees.
func (d *Desk) Public(ctx context.Context, org string) (directory.Public, error) {
	v, err := d.View(ctx, org)
	if err != nil {
		return directory.Public{}, err
	}
	return v.Public, nil
}

// Read gives the register to who keeps it.
func (d *Desk) Read(ctx context.Context, s *access.Session) (*View, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return nil, err
	}
	return d.View(ctx, k.Org)
}

// opened reads and opens the whole register.
func opened(tx *store.Tx, k *keyring.Keys) (*directory.Register, error) {
	rows, err := tx.VouchedDirectory(k)
	if err != nil {
		return nil, err
	}
	g := &directory.Register{}
	if g.Settings, _, err = settings(tx, k); err != nil {
		return nil, err
	}
	for _, e := range rows {
		if err := into(g, k, e); err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
	}
	slices.Reverse(g.Snapshots)
	return g, nil
}

func into(g *directory.Register, k *keyring.Keys, e directory.Entry) error {
	raw, err := k.For(keyring.Directory).OpenPadded(e.Sealed, e.AD())
	if err != nil {
		return err
	}
	switch e.Kind {
	case directory.BodyEntry:
		b := directory.Body{}
		err = directory.Decode(raw, &b)
		b.Entry = e
		g.Bodies = append(g.Bodies, b)
	case directory.RepresentativeEntry:
		r := directory.Representative{}
		err = directory.Decode(raw, &r)
		r.Entry = e
		g.Representatives = append(g.Representatives, r)
	case directory.AssignmentEntry:
		a := directory.Assignment{}
		err = directory.Decode(raw, &a)
		a.Entry = e
		g.Assignments = append(g.Assignments, a)
	case directory.PolicyEntry:
		p := directory.Decided{}
		err = directory.Decode(raw, &p)
		p.Entry = e
		g.Policies = append(g.Policies, p)
	case directory.ConsentEntry:
		c := directory.Given{}
		err = directory.Decode(raw, &c)
		c.Entry = e
		g.Consents = append(g.Consents, c)
	case directory.PortraitEntry:
		p := directory.Portrait{}
		err = directory.Decode(raw, &p)
		p.Entry = e
		g.Portraits = append(g.Portraits, p)
	case directory.ReportEntry:
		s := directory.Snapshot{}
		err = directory.Decode(raw, &s)
		s.Entry = e
		g.Snapshots = append(g.Snapshots, s)
	}
	return err
}
