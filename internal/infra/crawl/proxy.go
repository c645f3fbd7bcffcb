package crawl

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"varn/internal/kit/network"
)

// proxy is the browser's only way out: an HTTP proxy on this machine that goes to the site's hosts, on the open
// net, and refuses everything else.
type proxy struct {
	holds  func(*url.URL) bool
	lets   func(*url.URL) bool
	dialer *network.Dialer
	server *http.Server
	at     string
	pipes  sync.WaitGroup
	ctx    context.Context
	stop   context.CancelFunc
}

// proxy starts the visit's proxy the first time, and gives its address.
func (r *round) proxy() (string, error) {
	if r.way != nil {
		return r.way.at, nil
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	p := &proxy{holds: r.v.Holds, dialer: &network.Dialer{Resolver: r.c.Resolver, Allow: r.c.Allow}, at: ln.Addr().String()}
	hosts := maps.Clone(r.hosts) // the visit goes on meanwhile
	p.lets = func(u *url.URL) bool {
		h := hosts[u.Scheme+"://"+u.Host]
		return h == nil || h.robots.lets(u)
	}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.server.Serve(ln) }()
	r.way = p
	return p.at, nil
}

func (p *proxy) close() {
	if p == nil {
		return
	}
	p.stop()
	_ = p.server.Close()
	p.pipes.Wait()
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.Method == http.MethodConnect {
		p.tunnel(w, q)
		return
	}
	u := q.URL
	if !u.IsAbs() || u.Scheme != "http" || !p.holds(u) || !p.lets(u) || q.Method != http.MethodGet && q.Method != http.MethodHead {
		http.Error(w, "not here", http.StatusForbidden)
		return
	}
	out := q.Clone(q.Context())
	out.RequestURI, out.Close = "", true
	out.Header.Del("Proxy-Connection")
	way := &http.Transport{DialContext: p.dialer.DialContext, DisableKeepAlives: true, ResponseHeaderTimeout: 15 * time.Second}
	response, err := way.RoundTrip(out)
	if err != nil {
		http.Error(w, "no answer", http.StatusBadGateway)
		return
	}
	defer func() { _ = response.Body.Close() }()
	for name, values := range response.Header {
		for _, v := range values {
			w.Header().Add(name, v)
		}
	}
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, io.LimitReader(response.Body, 32<<20))
}

// tunnel lets the browser speak TLS with a host of the site.
func (p *proxy) tunnel(w http.ResponseWriter, q *http.Request) {
	to := &url.URL{Scheme: "https", Host: q.Host, Path: "/"}
	if c, ok := Clean(to); !ok || !p.holds(c) {
		http.Error(w, "not here", http.StatusForbidden)
		return
	}
	far, err := p.dialer.DialContext(q.Context(), "tcp", q.Host)
	if err != nil {
		http.Error(w, "no answer", http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	end := context.AfterFunc(p.ctx, func() { _, _ = near.Close(), far.Close() })
	p.pipes.Go(func() {
		defer end()
		defer func() { _, _ = near.Close(), far.Close() }()
		if _, err := near.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(far, near)
			_ = far.Close()
		}()
		_, _ = io.Copy(near, io.LimitReader(far, 64<<20))
	})
}
