package wire

import (
	"context"
	"net/http"
	"net/netip"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/transport/api"
	"varn/internal/transport/web"
)

// Handler is everything that is served at the listening address: pages and API.
func (h *House) Handler(demo bool) (http.Handler, error) {
	pages, err := h.Web(demo)
	if err != nil {
		return nil, err
	}
	proxies, err := networks(h.Config.TrustedProxies)
	if err != nil {
		return nil, err
	}
	from := func(r *http.Request) netip.Addr { return visitor(r, proxies) }
	programs, err := api.New(api.Config{Session: h.bearer, Guest: h.guest, From: from, People: h.People, SignIn: h.SignIn, Cases: h.Cases, Once: h.Once, Directory: h.Directory, Publish: h.Publish,
		Uploads: web.Uploads{Cases: h.Cases, Base: api.Prefix + "/uploads"}.Serve})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle(api.Prefix+"/", programs)
	return h.meters.around(mux), nil
}

// guest is somebody without an account, on a visit of one request.
func (h *House) guest() (*access.Session, error) {
	if h.Org() == "" {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "nothing is set up yet")
	}
	return access.GuestOf(h.Org(), ident.New()), nil
}

// bearer gives who a token stands for.
func (h *House) bearer(ctx context.Context, token string) (*access.Session, error) {
	if h.Org() == "" {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	s, err := h.SignIn.Resume(ctx, h.Org(), token)
	if err == nil && s.Kind != access.Token {
		return nil, fault.New(fault.Denied, "fault.sign-in") // a browser's session is for pages alone
	}
	return s, err
}

// SetUpCode is the one-time code that set-up asks for; it lives in this process alone.
func (h *House) SetUpCode() string { return h.setUp }
