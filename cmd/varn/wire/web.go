package wire

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/transport/web"
)

// Web puts the pages together.
func (h *House) Web(demo bool) (http.Handler, error) {
	tls := strings.HasPrefix(h.Config.Origin, "https://")
	h.Contact.Demo = demo
	proxies, err := networks(h.Config.TrustedProxies)
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Organisation: func(r *http.Request) (web.Organisation, error) { return h.organisation(r.Context()) },
		Session:      h.session,
		Ready:        func(ctx context.Context) error { return h.DB.Ready(ctx) },
		Clock:        h.Clock, Log: h.Log, TLS: tls,
		Desks: web.Desks{Founding: h.Founding, People: h.People, Enrol: h.Enrol, SignIn: h.SignIn, Cases: h.Cases, Once: h.Once, Demo: demo, Operate: h.Operate,
			Rule: h.Rule, OnCall: h.OnCall, Registry: h.Registry, Directory: h.Directory, Contact: h.Contact, Mail: h.Mail, Listed: h.Listed, Screening: h.Screening, Exposure: h.Exposure, Publish: h.Publish, Origin: h.Config.Origin,
			From: func(r *http.Request) netip.Addr { return visitor(r, proxies) }},
	})
}

// Org is the organisation that this house serves; empty before it is founded.
func (h *House) Org() string {
	if all := h.Ring.Orgs(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// session gives who a cookie stands for. One that has ended stands for nobody.
func (h *House) session(ctx context.Context, cookie string) (*access.Session, error) {
	if h.Org() == "" {
		return nil, nil
	}
	s, err := h.SignIn.Resume(ctx, h.Org(), cookie)
	if fault.Is(err, fault.Denied) {
		return nil, nil
	}
	return s, err
}

// organisation is what the pages show of whose they are.
func (h *House) organisation(ctx context.Context) (web.Organisation, error) {
	org := h.Org()
	if org == "" {
		return web.Organisation{}, nil
	}
	p, err := h.People.ShownProfile(ctx, org)
	if err != nil {
		return web.Organisation{ID: org}, err
	}
	return web.Organisation{ID: org, Name: p.Name, Colors: web.Colors{Primary: p.Primary, Accent: p.Accent}, Mail: p.Contact, Phone: p.Phone,
		Service: p.Service, PersonalContact: p.Privacy, LeaveTo: p.ExitURL}, nil
}

func networks(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		p, err := netip.ParsePrefix(strings.TrimSpace(t))
		if err != nil {
			return nil, errors.New("trusted_proxies: give networks such as 10.0.0.0/8")
		}
		out = append(out, p)
	}
	return out, nil
}

// visitor is the address a request came from: the last one that no trusted proxy stands for.
func visitor(r *http.Request, proxies []netip.Prefix) netip.Addr {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	at, _ := netip.ParseAddr(host)
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0 && trusted(at, proxies); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = next
	}
	return at
}

func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// NewServer bounds what a connection may cost.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}
