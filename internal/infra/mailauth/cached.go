package mailauth

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	keep     = 5 * time.Minute
	keepNone = time.Minute
	most     = 10_000
)

// cached remembers answers for a while: five minutes what is there, one what is not. A question that was not
// answered is asked again.
type cached struct {
	resolver Resolver
	now      func() time.Time
	mu       sync.Mutex
	known    map[string]answer
}

type answer struct {
	value any
	err   error
	until time.Time
}

func newCached(r Resolver) *cached {
	return &cached{resolver: r, now: time.Now, known: map[string]answer{}}
}

func ask[T any](c *cached, ctx context.Context, key string, question func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	a, ok := c.known[key]
	c.mu.Unlock()
	if ok && c.now().Before(a.until) {
		v, _ := a.value.(T)
		return v, a.err
	}
	v, err := question(ctx)
	life := keep
	if err != nil {
		dns, ok := err.(*net.DNSError)
		if !ok || !dns.IsNotFound {
			return v, err
		}
		life = keepNone
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= most {
		clear(c.known)
	}
	c.known[key] = answer{v, err, c.now().Add(life)}
	return v, err
}

func (c *cached) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return ask(c, ctx, "txt "+name, func(ctx context.Context) ([]string, error) { return c.resolver.LookupTXT(ctx, name) })
}

func (c *cached) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return ask(c, ctx, "mx "+name, func(ctx context.Context) ([]*net.MX, error) { return c.resolver.LookupMX(ctx, name) })
}

func (c *cached) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	return ask(c, ctx, "ip "+host, func(ctx context.Context) ([]net.IPAddr, error) { return c.resolver.LookupIPAddr(ctx, host) })
}

func (c *cached) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return ask(c, ctx, "ptr "+addr, func(ctx context.Context) ([]string, error) { return c.resolver.LookupAddr(ctx, addr) })
}
