package casework

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

const (
	// shelfBatch is how many shelved titles are handed to a worker at a time.
	shelfBatch = 1000
	// lineBatch is how many cases are looked up in one statement.
	lineBatch = 200
	// mostHits bounds what one search gives; a page shows fewer.
	mostHits = 5000
)

// search looks for the query in every title on the subject's shelves: each costs one symmetric
// opening, and every core opens. What they have never opened is opened the long way, once.
// Only the hits are then asked about in the database.
func (d *Desk) search(ctx context.Context, s *access.Session, m *membership, w Wanted) (Listed, cheaper, error) {
	var out Listed
	var kept cheaper
	k, err := d.keys(s)
	if err != nil {
		return out, kept, err
	}
	found, fresh, err := d.leaf(ctx, k, m, fold(w.Query))
	if err != nil {
		return out, kept, err
	}
	lines, err := d.lines(ctx, s, k, m, w, found)
	if err != nil {
		return out, kept, err
	}
	more, err := d.firstTime(ctx, s, k, m, w, fresh, &kept)
	if err != nil {
		return out, kept, err
	}
	named, err := d.byRef(ctx, s, k, m, w)
	if err != nil {
		return out, kept, err
	}
	lines = append(append(lines, more...), named...)
	slices.SortFunc(lines, func(a, b hit) int {
		if a.line.Changed != b.line.Changed {
			return int(b.line.Changed - a.line.Changed)
		}
		return strings.Compare(b.id, a.id)
	})
	for _, l := range lines {
		if w.After.Case != "" && (l.line.Changed > w.After.Changed || l.line.Changed == w.After.Changed && l.id >= w.After.Case) {
			continue
		}
		if len(out.Lines) == w.Limit {
			return out, kept, nil
		}
		out.Lines = append(out.Lines, l.line)
		out.Next = store.Page{Changed: l.line.Changed, Case: l.id}
	}
	out.Next = store.Page{} // everything is shown
	return out, kept, nil
}

// hit is a line with the case's id, for its place in the order.
type hit struct {
	id   string
	line Line
}

// leaf goes through the shelves and gives the cases whose titles match, with the titles, and
// those whose titles have never been opened.
func (d *Desk) leaf(ctx context.Context, k *keyring.Keys, m *membership, query string) (found map[string]string, fresh []string, err error) {
	found = map[string]string{}
	var leaves []int64
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		leaves, err = tx.ShelfEpochs(m.ids)
		return err
	}); err != nil {
		return nil, nil, err
	}
	covers, err := d.covers(ctx, k, leaves)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	var workers sync.WaitGroup
	batches := make(chan []store.Shelved, 4)
	for range runtime.NumCPU() {
		workers.Go(func() {
			for batch := range batches {
				for _, on := range batch {
					inner, err := covers[on.Epoch].open(on.Title, on.AD(k.Org))
					if err != nil {
						continue // its leaf is destroyed
					}
					title, err := m.own[on.Member].OpenPadded(inner, on.AD(k.Org))
					if err != nil || !strings.Contains(fold(string(title)), query) {
						continue // sealed under a key that the member no longer has
					}
					mu.Lock()
					if len(found) < mostHits {
						found[on.Case] = string(title)
					}
					mu.Unlock()
				}
			}
		})
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		fresh = nil
		batch := make([]store.Shelved, 0, shelfBatch)
		err := tx.EachShelved(m.ids, func(on *store.Shelved) error {
			if on.Title.IsZero() {
				fresh = append(fresh, on.Case)
				return nil
			}
			if batch = append(batch, *on); len(batch) == shelfBatch {
				batches <- batch
				batch = make([]store.Shelved, 0, shelfBatch)
			}
			return nil
		})
		batches <- batch
		return err
	})
	close(batches)
	workers.Wait()
	return found, fresh, err
}

// lines looks up the cases that were found, and leaves out what the subject may not see now.
func (d *Desk) lines(ctx context.Context, s *access.Session, k *keyring.Keys, m *membership, w Wanted, found map[string]string) ([]hit, error) {
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	var out []hit
	err := d.inBatches(ctx, k, m, ids, func(r *store.Row) error {
		if w.State != "" && r.State != w.State {
			return nil
		}
		ok, err := d.listable(ctx, s, k, r)
		if ok {
			out = append(out, hit{r.Case, lineOf(r, found[r.Case])})
		}
		return err
	})
	return out, err
}

// firstTime opens titles that the member has not opened before.
func (d *Desk) firstTime(ctx context.Context, s *access.Session, k *keyring.Keys, m *membership, w Wanted, fresh []string, kept *cheaper) ([]hit, error) {
	query := fold(w.Query)
	var out []hit
	err := d.inBatches(ctx, k, m, fresh, func(r *store.Row) error {
		before := len(kept.titles)
		title, err := m.title(k, r, kept)
		if err == nil && len(kept.titles) == before {
			kept.titles = append(kept.titles, m.shelved(k, r, title))
		}
		if fault.Is(err, fault.Internal) {
			return nil // wrapped to a key that came before the member's present one
		}
		if err != nil || !strings.Contains(fold(title), query) || w.State != "" && r.State != w.State {
			return err
		}
		ok, err := d.listable(ctx, s, k, r)
		if ok {
			out = append(out, hit{r.Case, lineOf(r, title)})
		}
		return err
	})
	return out, err
}

// byRef finds the case whose reference was asked for, if the subject sits in it.
func (d *Desk) byRef(ctx context.Context, s *access.Session, k *keyring.Keys, m *membership, w Wanted) ([]hit, error) {
	id := ""
	err := d.read(ctx, k, func(tx *store.Tx) error {
		c, err := tx.CaseByRef(strings.ToUpper(strings.TrimSpace(w.Query)))
		id = c.ID
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	whole := w
	whole.Query = ""
	return d.firstTime(ctx, s, k, m, whole, []string{id}, &cheaper{})
}

// inBatches reads the lines of cases, each case once.
func (d *Desk) inBatches(ctx context.Context, k *keyring.Keys, m *membership, ids []string, each func(*store.Row) error) error {
	seen := map[string]bool{}
	for part := range slices.Chunk(ids, lineBatch) {
		var rows []store.Row
		if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			rows, err = tx.RowsOf(m.ids, part, d.now())
			return err
		}); err != nil {
			return err
		}
		if err := d.coverLines(ctx, k, m, rows); err != nil {
			return err
		}
		for i := range rows {
			if seen[rows[i].Case] {
				continue
			}
			seen[rows[i].Case] = true
			if err := each(&rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func lineOf(r *store.Row, title string) Line {
	return Line{Ref: r.Ref, Authority: r.Authority, State: r.State, Title: title, Opened: r.Opened, Changed: r.Changed,
		View: r.View, Handler: r.Handler, Urgency: r.Urgency, Met: r.Met, Assessed: r.Assessed, Due: r.Due}
}
