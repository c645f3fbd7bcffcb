package exposure

import (
	"context"
	"errors"

	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/infra/crawl"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// Mention is where one of the organisation's own pages tells something of who is looked for.
type Mention struct {
	Site, URL, Title string
	Hit              exposure.Hit
}

// Scanned counts what was looked through, so that silence is not taken for more than it is.
type Scanned struct {
	Sites, Pages int
	Unread       int // pages with something that could not be read
	Missed       int // pages that could not be had
}

// ScanFor looks for one person on the organisation's own sites, and emits what is listed of them. Nothing is kept of
// what pages say, so the pages that the last run knew are asked for again, unconditionally and as politely as
// always: call it from a job. It reads nothing that was not entered as a site, follows no link, and keeps nothing.
// An error of emit ends it.
func (d *Desk) ScanFor(ctx context.Context, org string, list *exposure.List, emit func(Mention) error) (Scanned, error) {
	var out Scanned
	k, err := d.Ring.Org(org)
	if err != nil {
		return out, err
	}
	var all []Site
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		all, err = sites(tx, k)
		return err
	}); err != nil {
		return out, err
	}
	for _, one := range all {
		if one.Paused {
			continue
		}
		t, err := d.trip(ctx, k, one.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		out.Sites++
		if err := t.scanFor(ctx, list, &out, emit); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (t *trip) scanFor(ctx context.Context, list *exposure.List, out *Scanned, emit func(Mention) error) error {
	start, err := watch.Start(t.card.Start)
	if err != nil {
		return err
	}
	scanner := exposure.New(exposure.Options{Domains: t.card.Domains, Listed: list})
	v := crawl.Visit{Start: start, Holds: t.card.Holds, Alone: true}
	for _, sh := range t.inOrder() {
		if sh.Standing == watch.Read {
			v.Known = append(v.Known, crawl.Known{URL: sh.URL, Depth: sh.Depth})
		}
	}
	v.Take = func(ctx context.Context, a *crawl.Answer) ([]string, error) {
		if a.Class != crawl.Full {
			return nil, ctx.Err()
		}
		f := t.d.search(ctx, scanner, a)
		out.Pages++
		if len(f.unread) > 0 {
			out.Unread++
		}
		for _, h := range f.hits {
			if !h.Listed {
				continue
			}
			if err := emit(Mention{Site: t.card.Name, URL: a.URL.String(), Title: f.title, Hit: h}); err != nil {
				return nil, err
			}
		}
		return nil, ctx.Err()
	}
	c := t.d.Crawler
	sum, err := c.Go(ctx, v)
	out.Missed += sum.Missed + sum.Barred
	return errors.Join(err, ctx.Err())
}
