package postal

import (
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Bounds of what is kept open for the next letter to the same server.
const (
	restFor   = 5 * time.Second
	mostLines = 20  // kept, of all servers
	mostUses  = 100 // letters on one connection
)

// line is a connection on which letters can be handed over.
type line struct {
	*smtp.Client
	used  int
	since time.Time
}

type lineKey struct {
	address        string
	strict, secure bool
}

// lines are connections at rest. None rests longer than five seconds.
type lines struct {
	mu   sync.Mutex
	kept map[lineKey][]*line
	many int
}

func keyOf(t target, secure bool) lineKey { return lineKey{t.address, t.strict, secure} }

// take gives a connection that rests; nil when there is none.
func (p *lines) take(t target, secure bool) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := keyOf(t, secure)
	all := p.kept[k]
	if len(all) == 0 {
		return nil
	}
	c := all[len(all)-1]
	p.kept[k] = all[:len(all)-1]
	p.many--
	return c
}

// give lets a connection rest, or ends it when it has had its share or too many rest already.
func (p *lines) give(t target, secure bool, c *line) {
	c.used++
	c.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.used >= mostUses || p.many >= mostLines {
		go func() { _ = c.Quit() }()
		return
	}
	if p.kept == nil {
		p.kept = map[lineKey][]*line{}
	}
	k := keyOf(t, secure)
	p.kept[k] = append(p.kept[k], c)
	p.many++
	time.AfterFunc(restFor, func() { p.end(k, c) })
}

// end ends a connection that nobody has taken since it was given.
func (p *lines) end(k lineKey, c *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.kept[k]
	for i, one := range all {
		if one != c || time.Since(c.since) < restFor {
			continue
		}
		p.kept[k] = append(all[:i:i], all[i+1:]...)
		if len(p.kept[k]) == 0 {
			delete(p.kept, k)
		}
		p.many--
		go func() { _ = c.Quit() }()
		return
	}
}
