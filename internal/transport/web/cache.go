package web

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// keptLimit bounds the kept pages: routes × languages × organisations stay far below it.
const keptLimit = 16384

// cache holds the public pages as bytes, ready to send.
type cache struct {
	mu    sync.RWMutex
	pages map[keptKey]*keptPage
}

// keptKey names a kept page; edition is another number when what it was made of may have changed.
type keptKey struct {
	organisation, path, lang string
	edition                  int64
}

type keptPage struct {
	body []byte
	tag  string
	head map[string][]string
}

func newCache() *cache { return &cache{pages: map[keptKey]*keptPage{}} }

func (c *cache) find(k keptKey) *keptPage {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.pages[k]
}

func (c *cache) keep(k keptKey, body []byte) *keptPage {
	sum := sha256.Sum256(body)
	p := &keptPage{body: body, tag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	p.head = map[string][]string{
		"Cache-Control":    {"no-cache"}, // kept by the browser, asked for again each time
		"Content-Type":     {"text/html; charset=utf-8"},
		"Content-Language": {k.lang},
		"Content-Length":   {strconv.Itoa(len(body))},
		"Etag":             {p.tag},
		"Vary":             {"Cookie, Accept-Language"},
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pages) >= keptLimit {
		maps.DeleteFunc(c.pages, func(old keptKey, _ *keptPage) bool {
			return old.edition != 0 && (k.edition == 0 || old.organisation == k.organisation && old.edition != k.edition)
		})
	}
	if len(c.pages) < keptLimit {
		c.pages[k] = p
	}
	return p
}

func (c *cache) empty() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
}

// serveKept answers at once with a page that was composed before, if the visitor is nobody in
// particular: no session, no parameters.
func (s *Server) serveKept(w http.ResponseWriter, req *http.Request) bool {
	key, ok := s.keptKey(req)
	if !ok {
		return false
	}
	p := s.cache.find(key)
	if p == nil {
		return false
	}
	p.write(w, req)
	return true
}

func (s *Server) keptKey(req *http.Request) (keptKey, bool) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead || req.URL.RawQuery != "" ||
		strings.Contains(req.Header.Get("Cookie"), s.sessionCookie()) {
		return keptKey{}, false
	}
	org, err := s.Config.Organisation(req)
	if err != nil {
		return keptKey{}, false
	}
	key := keptKey{organisation: org.ID, path: req.URL.Path, lang: string(s.lang(&Request{HTTP: req}))}
	if strings.HasPrefix(key.path, contactPath) && org.ID != "" && s.Desks.Directory != nil {
		v, err := s.Desks.Directory.View(req.Context(), org.ID)
		if err != nil {
			return keptKey{}, false
		}
		key.edition = v.Edition
	}
	return key, true
}

func (p *keptPage) write(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	for k, v := range p.head {
		h[k] = v
	}
	if req.Header.Get("If-None-Match") == p.tag {
		h.Del("Content-Length")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(p.body)
}
