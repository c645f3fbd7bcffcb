package crawl

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// get asks for an address. Call cancel when the body has been read.
func (r *round) get(ctx context.Context, u *url.URL, k Known) (*http.Response, context.CancelFunc, error) {
	ctx, cancel := context.WithTimeout(ctx, or(r.c.Timeout, defaultWhole))
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	q.Header.Set("User-Agent", r.c.agent())
	q.Header.Set("Accept", "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8")
	q.Header.Set("Accept-Language", "sv,en;q=0.5")
	if k.ETag != "" {
		q.Header.Set("If-None-Match", k.ETag)
	}
	if k.Modified != "" {
		q.Header.Set("If-Modified-Since", k.Modified)
	}
	response, err := r.client.Do(q)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return response, cancel, nil
}

func (c *Crawler) agent() string {
	if c.Agent == "" {
		return Token
	}
	return c.Agent
}

// plain gives the beginning of an answer, its status, and where it leads if it does.
func (r *round) plain(ctx context.Context, u *url.URL, most int64) (text []byte, status int, to *url.URL, err error) {
	response, cancel, err := r.get(ctx, u, Known{})
	if err != nil {
		return nil, 0, nil, err
	}
	defer cancel()
	defer func() { _ = response.Body.Close() }()
	text, err = io.ReadAll(io.LimitReader(response.Body, most))
	return text, response.StatusCode, target(response), err
}

// target is where an answer leads; nil: nowhere.
func target(response *http.Response) *url.URL {
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		u, err := response.Location()
		if err == nil {
			return u
		}
	}
	return nil
}

// ask asks for a link and fills in the answer. to is where it leads; again: the site is busy, and asks to be asked
// later.
func (r *round) ask(ctx context.Context, l link, h *host, a *Answer) (to *url.URL, again bool, err error) {
	response, cancel, err := r.get(ctx, l.u, l.known)
	if err != nil {
		a.Class = Failed
		return nil, false, err
	}
	defer cancel()
	defer func() { _ = response.Body.Close() }()
	a.Status = response.StatusCode
	a.ETag, a.Modified = short(response.Header.Get("ETag")), short(response.Header.Get("Last-Modified"))
	a.Type, a.Charset = mediaType(response.Header.Get("Content-Type"))
	switch to = target(response); {
	case to != nil && (a.Status == http.StatusMovedPermanently || a.Status == http.StatusPermanentRedirect):
		a.Class = Moved
		return to, false, nil
	case to != nil:
		a.Class = Elsewhere
		return to, false, nil
	case a.Status == http.StatusNotModified && (l.known.ETag != "" || l.known.Modified != ""):
		a.Class = Unchanged
		return nil, false, nil
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		a.Class = Gone
		return nil, false, nil
	case a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable:
		h.slower(response.Header.Get("Retry-After"))
		a.Class = Failed
		return nil, true, nil
	case a.Status >= 500:
		a.Class = Failed
		return nil, false, nil
	case a.Status != http.StatusOK:
		a.Class = Refused
		return nil, false, nil
	}
	return nil, false, r.body(ctx, response, a)
}

// body reads what was sent, as far as it goes. One that breaks off has failed: nothing is said of the page from
// half of it.
func (r *round) body(ctx context.Context, response *http.Response, a *Answer) error {
	a.Class = Full
	if film(a.Type) {
		return nil
	}
	most := or(r.c.Body, defaultBody)
	var err error
	a.Body, err = io.ReadAll(io.LimitReader(response.Body, most+1))
	r.sum.Bytes += int64(len(a.Body))
	if err != nil {
		a.Class, a.Body = Failed, nil
		return err
	}
	if int64(len(a.Body)) > most {
		a.Body, a.Cut = a.Body[:most], true
	}
	if hollow(a) {
		if r.c.Browser != nil {
			r.c.Browser.into(ctx, a, r)
		}
		a.Hollow = !a.Rendered
	}
	return nil
}

// film tells of types that are not read, so that they are not fetched either.
func film(kind string) bool {
	switch {
	case kind == "video/mp4", kind == "video/quicktime":
		return false // where they were taken stands in them
	case strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "font/"), kind == "text/css", kind == "text/javascript", kind == "application/javascript":
		return true
	}
	return false
}

// maxRest is the longest that a busy site can ask us to wait.
const maxRest = 10 * time.Minute

// slower makes the rest between two requests longer, for the rest of the visit, and waits as long as is asked.
func (h *host) slower(after string) {
	h.delay = min(max(2*h.delay, 2*time.Millisecond), 30*time.Second)
	rest := h.delay
	if n, err := strconv.Atoi(strings.TrimSpace(after)); err == nil && n > 0 {
		rest = min(time.Duration(min(n, 3600))*time.Second, maxRest)
	} else if t, err := http.ParseTime(after); err == nil {
		rest = min(max(time.Until(t), rest), maxRest)
	}
	h.next = time.Now().Add(rest)
}

// mediaType gives the type and the charset of a Content-Type.
func mediaType(text string) (kind, set string) {
	kind, params, err := mime.ParseMediaType(text)
	if err != nil {
		kind, _, _ = strings.Cut(text, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	return short(kind), short(params["charset"])
}

// short keeps a header that is of a sane length.
func short(s string) string {
	if len(s) > 200 {
		return ""
	}
	return s
}
