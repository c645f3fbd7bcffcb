// Package crawl visits the pages of a site that somebody has entered: no other host, no address inside, nothing that
// robots.txt asks to leave alone, slowly, and never without end.
package crawl

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"varn/internal/kit/network"
)

// Token is the name that robots.txt knows us by (RFC 9309, 2.2.1).
const Token = "varn"

// Crawler visits sites. Its bounds are those of one visit to one site; zero ones are the defaults.
type Crawler struct {
	// Agent tells a site's owner who asks; Token is its first word.
	Agent string
	// Delay is the least rest between two requests; a site that asks for more gets it. Negative: none.
	Delay time.Duration
	// Allow tells which addresses may be dialled; nil: those of the open net.
	Allow    func(netip.Addr) bool
	Resolver network.Resolver
	// Transport takes the place of the network, in a demo.
	Transport http.RoundTripper
	// Browser renders pages that are made by their scripts; nil: they are read as they are sent.
	Browser *Browser

	Body    int64 // bytes of one answer
	Bytes   int64 // of all answers
	Pages   int
	Depth   int // links from the start
	Time    time.Duration
	Timeout time.Duration // of one request, its answer read
}

// The bounds that hold where none are given.
const (
	defaultDelay   = 500 * time.Millisecond
	defaultBody    = 64 << 20
	defaultBytes   = 20 << 30
	defaultPages   = 50_000
	defaultDepth   = 60
	defaultTime    = 6 * time.Hour
	defaultTimeout = 45 * time.Second // until an answer begins
	defaultWhole   = 4 * time.Minute  // until it ends
	maxRedirects   = 10
	// maxFailures in a row, and the host is left alone until next time.
	maxFailures = 15
	maxBusy     = 3 // times one address is asked for again when the site says that it is busy
)

// Known is an address that was visited before, with what makes the next question conditional.
type Known struct {
	URL, ETag, Modified string
	Depth               int
}

// Visit is what one visit to a site is about.
type Visit struct {
	Start *url.URL
	// Holds tells whether an address is the site's.
	Holds func(*url.URL) bool
	// Known are visited first, in their order, whether or not any page leads to them still.
	Known []Known
	// Alone: the known addresses and no others, without looking for links.
	Alone bool
	// Take gets each answer, and gives the links that it holds, as they are written. An error ends the visit.
	Take func(context.Context, *Answer) (links []string, err error)
	// Met is told of each address of the site that was not known; it may be nil.
	Met func(address string, depth int)
	// Skip tells of addresses that need no visit this time; it may be nil.
	Skip func(address string) bool
}

// Class says in one word how an address answered.
type Class string

// The classes of answers.
const (
	Full      Class = "full"      // Body holds what was sent
	Unchanged Class = "unchanged" // 304
	Gone      Class = "gone"      // 404 or 410
	Moved     Class = "moved"     // it leads for good to another address
	Elsewhere Class = "elsewhere" // it leads for now to another address
	Refused   Class = "refused"   // 401, 403 or another answer that says nothing of the page
	Failed    Class = "failed"    // it did not answer, or broke off
	Barred    Class = "barred"    // robots.txt asks not to
)

// Answer is what came of one address.
type Answer struct {
	URL      *url.URL
	Depth    int
	Class    Class
	Status   int
	Type     string // media type, without parameters
	Charset  string
	ETag     string
	Modified string
	Body     []byte
	Cut      bool // Body is the beginning of something larger
	Rendered bool // Body is what the page's scripts made of it
	Hollow   bool // the page is made by its scripts, and they were not run
}

// Ending tells how a visit ended.
type Ending string

// The endings.
const (
	Done      Ending = "done"
	Bounded   Ending = "bounded"
	Forbidden Ending = "forbidden"
	NoRobots  Ending = "no_robots"
	NoAnswer  Ending = "no_answer"
	Abroad    Ending = "elsewhere"
	Inside    Ending = "refused"
)

// Summary counts a visit.
type Summary struct {
	Ending Ending
	Pages  int // that answered
	Missed int
	Barred int
	Traps  int
	Bytes  int64
}

// link is an address that waits for its turn.
type link struct {
	u       *url.URL
	known   Known
	depth   int
	hops    int // redirects that led here
	busy    int
	isKnown bool
}

// round is a visit under way.
type round struct {
	c        *Crawler
	v        Visit
	client   *http.Client
	seen     map[string]bool
	queue    []link
	hosts    map[string]*host
	traps    traps
	sum      Summary
	until    time.Time
	abroad   bool
	first    error // what the start page failed with
	failures int
	renders  int
	way      *proxy
}

// host is what is known of one scheme, name and port.
type host struct {
	robots robots
	next   time.Time
	delay  time.Duration
}

// Go visits a site. An error is one of Take or of ctx; everything else that can go wrong is counted.
func (c *Crawler) Go(ctx context.Context, v Visit) (Summary, error) {
	r := &round{c: c, v: v, client: c.client(), seen: map[string]bool{}, hosts: map[string]*host{}, until: time.Now().Add(or(c.Time, defaultTime))}
	defer r.client.CloseIdleConnections()
	defer func() { r.way.close() }()
	start, ok := Clean(v.Start)
	if !ok {
		return Summary{Ending: NoAnswer}, nil
	}
	if !v.Alone {
		first := link{u: start}
		for _, k := range v.Known {
			if k.URL == start.String() {
				first.known = k
			}
		}
		r.add(first)
	}
	for _, k := range v.Known {
		if u, err := url.Parse(k.URL); err == nil {
			if u, ok := Clean(u); ok {
				r.add(link{u: u, known: k, depth: k.Depth, isKnown: true})
			}
		}
	}
	h, err := r.host(ctx, start)
	if err != nil {
		return r.sum, err
	}
	if h.robots.closed {
		r.sum.Ending = NoRobots
		if r.first != nil {
			r.sum.Ending = unreachable(r.first)
		}
		return r.sum, nil
	}
	if !v.Alone {
		if err := r.sitemaps(ctx, start, h); err != nil {
			return r.sum, err
		}
	}
	err = r.work(ctx)
	if err == nil {
		r.sum.Ending = r.ending(start, h)
	}
	return r.sum, err
}

// ending says how it went, when nothing else has.
func (r *round) ending(start *url.URL, h *host) Ending {
	switch {
	case r.sum.Ending != "":
		return r.sum.Ending
	case r.sum.Pages > 0:
		return Done
	case !h.robots.lets(start) && r.sum.Barred > 0:
		return Forbidden
	case r.abroad:
		return Abroad
	case r.first != nil:
		return unreachable(r.first)
	case r.sum.Missed > 0:
		return NoAnswer
	}
	return Done
}

func unreachable(err error) Ending {
	if errors.Is(err, network.ErrClosed) {
		return Inside
	}
	return NoAnswer
}

// add puts an address in the queue, once.
func (r *round) add(l link) bool {
	key := l.u.String()
	if r.seen[key] || !r.v.Holds(l.u) || l.depth > or(r.c.Depth, defaultDepth) {
		return false
	}
	if len(r.seen) >= 4*or(r.c.Pages, defaultPages) {
		r.sum.Traps++
		return false
	}
	r.seen[key] = true
	if r.v.Skip != nil && r.v.Skip(key) {
		return false
	}
	r.queue = append(r.queue, l)
	return true
}

// meet adds an address that was found on the site.
func (r *round) meet(from *url.URL, text string, depth int, named bool) {
	u, err := from.Parse(strings.TrimSpace(text))
	if err != nil {
		return
	}
	u, ok := Clean(u)
	if !ok || r.seen[u.String()] || !r.v.Holds(u) || endless(u) {
		return
	}
	if r.traps.caught(u, named) {
		r.sum.Traps++
		return
	}
	if r.add(link{u: u, depth: depth}) && r.v.Met != nil {
		r.v.Met(u.String(), depth)
	}
}

// endless tells of files that hold nothing for us, by name alone, so that they are not even asked for.
func endless(u *url.URL) bool {
	i := strings.LastIndexByte(u.Path, '.')
	if i < 0 {
		return false
	}
	switch strings.ToLower(u.Path[i:]) {
	case ".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".ico", ".mp3", ".wav", ".ogg", ".avi", ".wmv", ".exe", ".msi", ".dmg", ".iso", ".rar", ".7z", ".ics":
		return true
	}
	return false
}

func (r *round) work(ctx context.Context) error {
	for len(r.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.sum.Pages+r.sum.Missed >= or(r.c.Pages, defaultPages) || r.sum.Bytes >= or(r.c.Bytes, defaultBytes) || time.Now().After(r.until) {
			r.sum.Ending = Bounded
			return nil
		}
		l := r.queue[0]
		r.queue = r.queue[1:]
		if err := r.visit(ctx, l); err != nil {
			return err
		}
		if r.failures >= maxFailures {
			r.sum.Ending = NoAnswer
			return nil
		}
	}
	return nil
}

// visit asks for one address and hands on what came.
func (r *round) visit(ctx context.Context, l link) error {
	h, err := r.host(ctx, l.u)
	if err != nil {
		return err
	}
	a := &Answer{URL: l.u, Depth: l.depth}
	if !h.robots.lets(l.u) {
		a.Class = Barred
		r.sum.Barred++
		return r.hand(ctx, a, l)
	}
	if err := h.wait(ctx, r.until); err != nil {
		return err
	}
	to, again, err := r.ask(ctx, l, h, a)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if again && l.busy < maxBusy {
		l.busy++
		r.queue = append(r.queue, l)
		return nil
	}
	switch a.Class {
	case Failed:
		r.failures++
		r.sum.Missed++
		if r.first == nil && r.sum.Pages == 0 {
			r.first = err
		}
	case Refused:
		r.sum.Missed++
	default:
		r.failures = 0
		r.sum.Pages++
	}
	if to != nil {
		r.lead(l, a, to)
	}
	return r.hand(ctx, a, l)
}

// lead follows a redirect, inside the site and not for ever.
func (r *round) lead(l link, a *Answer, to *url.URL) {
	r.sum.Pages-- // it is no page of its own
	to, ok := Clean(to)
	switch {
	case !ok:
	case !r.v.Holds(to):
		r.abroad = r.abroad || l.depth == 0 && !l.isKnown
	case l.hops >= maxRedirects:
	default:
		if r.add(link{u: to, depth: l.depth, hops: l.hops + 1}) {
			// It is visited next, so that what has moved is not gone in between.
			last := len(r.queue) - 1
			r.queue = slices.Insert(r.queue[:last], 0, r.queue[last])
			if r.v.Met != nil {
				r.v.Met(to.String(), l.depth)
			}
		}
	}
}

func (r *round) hand(ctx context.Context, a *Answer, l link) error {
	links, err := r.v.Take(ctx, a)
	if err != nil || r.v.Alone {
		return err
	}
	for _, text := range links {
		r.meet(a.URL, text, l.depth+1, false)
	}
	return nil
}

// host gives what is known of an address's host, and asks for its robots.txt the first time.
func (r *round) host(ctx context.Context, u *url.URL) (*host, error) {
	key := u.Scheme + "://" + u.Host
	if h := r.hosts[key]; h != nil {
		return h, nil
	}
	h := &host{delay: r.c.Delay}
	if h.delay == 0 {
		h.delay = defaultDelay
	}
	r.hosts[key] = h
	at, text, err := u, []byte(nil), error(nil)
	status := 0
	if at, err = u.Parse("/robots.txt"); err != nil {
		h.robots.closed = true
		return h, nil
	}
	for range 1 + maxRedirects/2 { // RFC 9309, 2.3.1.2: at least five
		if err := h.wait(ctx, r.until); err != nil {
			return nil, err
		}
		var to *url.URL
		text, status, to, err = r.plain(ctx, at, maxRobots)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if to == nil || !r.v.Holds(to) {
			break
		}
		at = to
	}
	switch {
	case err != nil:
		h.robots.closed, r.first = true, err
	case status >= 200 && status < 300:
		h.robots = parseRobots(text, Token)
	case status == http.StatusTooManyRequests || status >= 500:
		h.robots.closed = true
	}
	h.delay = max(h.delay, h.robots.delay)
	return h, nil
}

// wait rests until the host may be asked again, or until the visit's time is out.
func (h *host) wait(ctx context.Context, until time.Time) error {
	rest := time.Until(h.next)
	if left := time.Until(until); rest > left {
		rest = left
	}
	if rest > 0 {
		t := time.NewTimer(rest)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
	h.next = time.Now().Add(h.delay)
	return ctx.Err()
}

// sitemaps reads what the host's sitemaps name: those of robots.txt, and /sitemap.xml.
func (r *round) sitemaps(ctx context.Context, start *url.URL, h *host) error {
	waiting := append(slices.Clone(h.robots.sitemaps), "/sitemap.xml")
	asked := map[string]bool{}
	for len(waiting) > 0 && len(asked) < maxSitemaps && time.Now().Before(r.until) {
		text := waiting[0]
		waiting = waiting[1:]
		u, err := start.Parse(text)
		if err != nil {
			continue
		}
		u, ok := Clean(u)
		if !ok || asked[u.String()] || !r.v.Holds(u) {
			continue
		}
		asked[u.String()] = true
		of, err := r.host(ctx, u)
		if err != nil {
			return err
		}
		if !of.robots.lets(u) {
			continue
		}
		if err := of.wait(ctx, r.until); err != nil {
			return err
		}
		more, err := r.sitemap(ctx, u)
		if err != nil {
			return err
		}
		waiting = append(waiting, more...)
	}
	return nil
}

// sitemap reads one, and gives those that it names. One that can't be had or read is passed over.
func (r *round) sitemap(ctx context.Context, u *url.URL) ([]string, error) {
	response, cancel, err := r.get(ctx, u, Known{})
	if err != nil {
		return nil, ctx.Err()
	}
	defer cancel()
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, nil
	}
	pages, maps, _ := readSitemap(io.LimitReader(response.Body, maxSitemapSize))
	for _, text := range pages {
		r.meet(u, text, 1, true)
	}
	return maps, ctx.Err()
}

func or[T int | int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// client makes what a visit asks with: it keeps nothing between visits, follows nothing by itself, and dials what
// was looked up once.
func (c *Crawler) client() *http.Client {
	if c.Transport != nil {
		return &http.Client{Transport: c.Transport, CheckRedirect: follow}
	}
	dialer := &network.Dialer{Resolver: c.Resolver, Allow: c.Allow}
	return &http.Client{CheckRedirect: follow, Transport: &http.Transport{DialContext: dialer.DialContext, Proxy: nil, MaxIdleConnsPerHost: 1, MaxConnsPerHost: 2, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: or(c.Timeout, defaultTimeout), MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true}}
}

func follow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Reason gives the class of a network error: a word, and nothing of what was sent.
func Reason(err error) string {
	var name *net.DNSError
	switch {
	case errors.Is(err, network.ErrClosed):
		return "inside"
	case errors.As(err, &name):
		return "name"
	case errors.Is(err, context.DeadlineExceeded):
		return "slow"
	}
	return "broken"
}
