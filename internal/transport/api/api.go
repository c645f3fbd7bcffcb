// Package api serves JSON under /api/v1, described by OpenAPI 3.1 at /api/v1/openapi.json.
package api

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/directory"
	"varn/internal/usecase/once"
	"varn/internal/usecase/people"
	"varn/internal/usecase/publish"
	"varn/internal/usecase/signin"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// maxBody bounds what a program may send in one request, in bytes.
const maxBody = 1 << 20

// Config is what the API needs from the rest of the program.
type Config struct {
	// Session gives who a bearer token stands for; Denied for one that stands for nobody.
	Session func(ctx context.Context, token string) (*access.Session, error)
	// Guest gives the session of somebody without a token; Denied where nothing is set up yet.
	Guest func() (*access.Session, error)
	// From is the caller's own address, behind proxies that are trusted.
	From   func(*http.Request) netip.Addr
	People *people.Desk
	SignIn *signin.Desk
	Cases  *casework.Desk
	Once   *once.Desk
	// Directory is public to everybody.
	Directory *directory.Desk
	// Publish looks documents through before they are published.
	Publish *publish.Desk
	// Uploads answers the upload protocol for a caller; address is empty where one begins.
	Uploads func(w http.ResponseWriter, r *http.Request, who *access.Session, address string)
}

// Server answers programs.
type Server struct {
	Config
	texts *locale.Texts
	mux   *http.ServeMux
	api   huma.API
}

// New builds the API out of its table of endpoints.
func New(c Config) (*Server, error) {
	texts, err := locale.Load()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, texts: texts, mux: http.NewServeMux()}
	config := huma.DefaultConfig("Värn", "1")
	config.Info.Description = "Everything that Värn's pages can do that a program needs. Errors are problem details (RFC 9457) and repeat nothing that was sent."
	config.Servers = []*huma.Server{{URL: Prefix}}
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/openapi", "", ""
	config.CreateHooks = nil // no $schema links: answers hold what was asked for
	config.Transformers = []huma.Transformer{silent}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token made under My account: at most 90 days, scoped."},
	}
	s.api = humago.NewWithPrefix(s.mux, Prefix, config)
	s.api.UseMiddleware(s.authenticate)
	for _, e := range Endpoints() {
		e.register(s, e)
	}
	s.mux.HandleFunc(Prefix+"/", s.unknown)
	return s, nil
}

// ServeHTTP answers one request. Nothing of it is kept by caches.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	if !strings.HasPrefix(r.URL.Path, uploads) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	}
	s.mux.ServeHTTP(w, r)
}

// silent gives the library's own refusals our form, without anything that was sent: it may be
// somebody's story. Names of members that we do not know were sent too.
func silent(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Type: "about:blank", Title: m.Title, Status: m.Status, Code: "fault.invalid", Detail: "What was sent does not fit the description at " + Prefix + "/openapi.json."}
	for _, d := range m.Errors {
		f := Field{Name: d.Location, Code: "api.schema", Detail: d.Message}
		switch {
		case strings.HasPrefix(d.Message, "unexpected property"):
			f.Name = "body"
		case strings.Contains(d.Message, "invalid character"), strings.Contains(d.Message, "unexpected end"), strings.Contains(d.Message, "unmarshal"):
			f.Detail = "this is no valid JSON"
		}
		p.Errors = append(p.Errors, f)
	}
	return p, nil
}

type sessionKey struct{}

// authenticate lets nobody in but by a bearer token: cookies mean nothing here, so that no
// page of another site can act for somebody.
func (s *Server) authenticate(ctx huma.Context, next func(huma.Context)) {
	need, _ := ctx.Operation().Metadata["need"].(Need)
	if need.public {
		next(ctx)
		return
	}
	r, _ := humago.Unwrap(ctx)
	ctx = huma.WithValue(ctx, fromKey{}, s.Config.From(r))
	token, ok := strings.CutPrefix(ctx.Header("Authorization"), "Bearer ")
	if !ok && need.anyone {
		guest, err := s.Config.Guest()
		if err != nil {
			s.refuse(ctx, err, 0)
			return
		}
		next(huma.WithValue(ctx, sessionKey{}, guest))
		return
	}
	if !ok {
		s.refuse(ctx, fault.New(fault.Denied, "fault.sign-in"), http.StatusUnauthorized)
		return
	}
	who, err := s.Config.Session(ctx.Context(), strings.TrimSpace(token))
	if err != nil {
		status := http.StatusUnauthorized
		if !fault.Is(err, fault.Denied) {
			status = 0
		}
		s.refuse(ctx, err, status)
		return
	}
	if len(need.roles) > 0 && !who.Has(need.roles...) {
		s.refuse(ctx, fault.New(fault.Denied, "fault.role"), 0)
		return
	}
	if need.scope != "" && !who.May(need.scope) {
		s.refuse(ctx, fault.New(fault.Denied, "fault.scope"), 0)
		return
	}
	next(huma.WithValue(ctx, sessionKey{}, who))
}

type fromKey struct{}

// from is the caller's address; authenticate has put it there.
func from(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(fromKey{}).(netip.Addr)
	return a
}

// who is the caller; authenticate has put them there.
func who(ctx context.Context) *access.Session {
	s, _ := ctx.Value(sessionKey{}).(*access.Session)
	return s
}
