package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// Config is what the frame needs from the rest of the program. Every field has a usable zero value.
type Config struct {
	// Organisation gives whose pages a request is for; without it an unnamed one.
	Organisation func(*http.Request) (Organisation, error)
	// Session gives who a session cookie stands for, or nil when it stands for nobody.
	Session func(ctx context.Context, cookie string) (*access.Session, error)
	// Ready tells whether requests can be served; an error makes /readyz answer 503.
	Ready func(context.Context) error
	Clock clock.Clock
	Log   *slog.Logger
	// Desks are the use cases; the frame itself needs none.
	Desks Desks
	// TLS is true when visitors reach the program over https: cookies become Secure, HSTS is sent.
	TLS bool
	// Origins are further origins whose forms may post here, as "https://host".
	Origins []string
}

// Server answers the pages.
type Server struct {
	Config
	texts   *locale.Texts
	views   *views
	assets  *assets
	themes  *themes
	cache   *cache
	headers headers
	guard   *http.CrossOriginProtection
	mux     *http.ServeMux
	menu    []navItem
	reports reports
}

// New builds the pages and checks every template and the route table. Only mistakes in the
// program itself, or an origin that is none, make it fail.
func New(c Config) (*Server, error) {
	texts, err := locale.Load()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c.filled(), texts: texts, cache: newCache(), mux: http.NewServeMux(), menu: menu()}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.views, err = loadViews(texts, s.assets); err != nil {
		return nil, err
	}
	s.themes = newThemes(s.assets)
	s.headers = newHeaders(c.TLS)
	s.guard = http.NewCrossOriginProtection()
	for _, origin := range c.Origins {
		if err := s.guard.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	for _, route := range Routes() {
		s.mux.Handle(route.Method+" "+route.Path, s.serve(&route))
	}
	s.mux.Handle("/", s.serve(&Route{Name: "unknown", Need: Public, Handle: (*Server).unknown}))
	return s, nil
}

func (c Config) filled() Config {
	if c.Organisation == nil {
		c.Organisation = func(*http.Request) (Organisation, error) { return Organisation{}, nil }
	}
	if c.Session == nil {
		c.Session = func(context.Context, string) (*access.Session, error) { return nil, nil }
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Handle adds an address outside the route table (the upload protocol, say). It gets the
// security headers and the cross-origin guard, and nothing else of the frame.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// Refresh throws away the kept public pages; call it when an organisation's settings change.
func (s *Server) Refresh() { s.cache.empty() }

func (s *Server) unknown(*Request) error { return fault.New(fault.NotFound, "fault.not-found") }

// Listen gives an http.Server with the limits that every transport of ours has.
func Listen(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}
