package smtpd

import (
	"net"
	"net/netip"
	"sync"

	"varn/internal/kit/network"
)

// gate lets only so many connections in: in all, and of one network. Who is refused is told so (421) and can come
// again; the others are not disturbed.
type gate struct {
	net.Listener
	config Config
	mu     sync.Mutex
	all    int
	of     map[string]int
}

func newGate(l net.Listener, c Config) *gate {
	return &gate{Listener: l, config: c, of: map[string]int{}}
}

// Accept gives the next connection that is let in.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		name, ok := g.enter(c)
		if ok {
			return &passed{Conn: c, leave: sync.OnceFunc(func() { g.leave(name) })}, nil
		}
		_, _ = c.Write([]byte("421 4.7.0 Too many connections, try again later\r\n"))
		_ = c.Close()
	}
}

func (g *gate) enter(c net.Conn) (string, bool) {
	name := "unknown"
	bounded := true
	if at, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		a := at.Addr().Unmap()
		name = network.Of(a)
		for _, p := range g.config.Trusted {
			bounded = bounded && !p.Contains(a)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all >= g.config.Connections || bounded && g.of[name] >= g.config.PerNetwork {
		return name, false
	}
	g.all++
	g.of[name]++
	return name, true
}

func (g *gate) leave(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all--
	if g.of[name]--; g.of[name] == 0 {
		delete(g.of, name)
	}
}

// passed is a connection that gives its place free when it is closed.
type passed struct {
	net.Conn
	leave func()
}

// Close ends the connection.
func (p *passed) Close() error {
	p.leave()
	return p.Conn.Close()
}
