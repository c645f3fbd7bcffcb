package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	domainexposure "varn/internal/domain/exposure"
	"varn/internal/infra/crawl"
	"varn/internal/kit/network"
	"varn/internal/usecase/exposure"
	"varn/internal/usecase/publish"
)

// Exposure says when and how gently the organisation's own sites are gone through. Which sites those are is entered
// on the pages.
type Exposure struct {
	// Days is how many days after a run the next begins by itself.
	Days int64 `toml:"days"`
	// From and To are the hours of the day between which it does; alike: at any hour.
	From int64 `toml:"from_hour"`
	To   int64 `toml:"to_hour"`
	// Delay is the least rest between two requests, in milliseconds.
	Delay int64 `toml:"delay"`
	// Networks may be visited though they are none of the open net: those of an intranet that is watched.
	Networks []string `toml:"networks"`
	// Render: pages that are made by their scripts are rendered by Chromium, where it is installed.
	Render bool `toml:"render"`
}

func (e Exposure) check() error {
	switch {
	case e.Days < 1 || e.Days > 365:
		return errors.New("exposure.days: give a number of days from 1 to 365")
	case e.From < 0 || e.From > 23 || e.To < 0 || e.To > 23:
		return errors.New("exposure.from_hour and exposure.to_hour: give hours from 0 to 23")
	case e.Delay < 0 || e.Delay > 600_000:
		return errors.New("exposure.delay: give milliseconds from 0 to 600000")
	}
	_, err := e.networks()
	return err
}

func (e Exposure) networks() ([]netip.Prefix, error) {
	all, err := networks(e.Networks)
	if err != nil {
		return nil, errors.New("exposure.networks: give networks such as 10.0.0.0/8")
	}
	return all, nil
}

// exposure puts together what watches the organisation's own sites.
func (h *House) exposure() error {
	c := h.Config.Exposure
	own, err := c.networks()
	if err != nil {
		return err
	}
	h.reader = reader(h.program)
	h.Exposure = &exposure.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Documents: h.reader,
		Every: time.Duration(c.Days) * 24 * time.Hour, From: int(c.From), To: int(c.To),
		Crawler: crawl.Crawler{Agent: "varn/1.0 (+" + strings.TrimSuffix(h.Config.Origin, "/") + "/om)", Delay: time.Duration(c.Delay) * time.Millisecond,
			Allow: func(a netip.Addr) bool { return network.Public(a) || trusted(a, own) }}}
	if c.Delay == 0 {
		h.Exposure.Crawler.Delay = -1
	}
	if c.Render {
		h.Exposure.Crawler.Browser = crawl.Find()
	}
	h.Publish = &publish.Desk{Documents: h.reader, Domains: h.domains, Slots: make(chan struct{}, readings), Listed: func(ctx context.Context, org string) (*domainexposure.List, error) {
		if h.Exposure.Listed == nil {
			return nil, nil
		}
		return h.Exposure.Listed(ctx, org)
	}}
	return nil
}

// domains are the organisation's own: that of its own contact address, and that of the pages.
func (h *House) domains(ctx context.Context, org string) ([]string, error) {
	p, err := h.People.ShownProfile(ctx, org)
	if err != nil {
		return nil, err
	}
	var out []string
	if _, domain, ok := strings.Cut(p.Contact, "@"); ok {
		out = append(out, strings.ToLower(domain))
	}
	if origin, err := url.Parse(h.Config.Origin); err == nil && strings.Contains(origin.Hostname(), ".") && net.ParseIP(origin.Hostname()) == nil {
		out = append(out, origin.Hostname())
	}
	return out, nil
}
