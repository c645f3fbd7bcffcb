package store

import (
	"context"
	"sync"
)

// readerPool hands out read-only connections, each to one transaction at a time.
type readerPool struct {
	address string
	places  chan struct{}
	mu      sync.Mutex
	idle    []*sqliteConn
	closed  bool
}

func (p *readerPool) take(ctx context.Context) (*sqliteConn, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		<-p.places
		return nil, errClosed()
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := connectSQLite(ctx, p.address)
	if err != nil {
		<-p.places
	}
	return c, err
}

func (p *readerPool) give(c *sqliteConn, usable bool) {
	p.mu.Lock()
	if usable && !p.closed {
		p.idle = append(p.idle, c)
		c = nil
	}
	p.mu.Unlock()
	if c != nil {
		_ = c.close()
	}
	<-p.places
}

func (p *readerPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		_ = c.close()
	}
	p.idle = nil
}
