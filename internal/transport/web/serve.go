package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

const (
	// bodyLimit bounds what a form may send; routes that take files are streams.
	bodyLimit = 1 << 20
	// timeLimit bounds reading a request and writing its answer.
	timeLimit = 30 * time.Second
)

// ServeHTTP answers one request: headers, the kept pages, the cross-origin guard, the route.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.headers.set(w.Header())
	if s.serveKept(w, req) {
		return
	}
	s.mux.ServeHTTP(w, req)
}

// serve is what stands between the network and every handler of the route table.
func (s *Server) serve(route *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		start := time.Now()
		out := &answer{ResponseWriter: w}
		r := &Request{HTTP: req, W: out, Route: route, server: s}
		defer func() {
			if p := recover(); p != nil {
				s.panicked(r, out, p)
			}
			s.logged(r, out.status, time.Since(start))
		}()
		s.bound(route, out, req)
		if err := s.enter(r, out); err != nil {
			s.answer(r, out, err)
		}
	})
}

// bound limits how much a request may send and how long it may take.
func (s *Server) bound(route *Route, w http.ResponseWriter, req *http.Request) {
	if route.is(stream) {
		return
	}
	req.Body = http.MaxBytesReader(w, req.Body, bodyLimit)
	control := http.NewResponseController(w)
	until := time.Now().Add(timeLimit)
	_ = control.SetReadDeadline(until) // not every writer can (tests); the server's own limits remain
	_ = control.SetWriteDeadline(until)
}

// enter finds out who is asking and in which language, asks the route's need, and lets the handler answer.
func (s *Server) enter(r *Request, out *answer) (err error) {
	if r.Organisation, err = s.Config.Organisation(r.HTTP); err != nil {
		r.Lang = s.lang(r)
		return err
	}
	r.Lang = s.lang(r)
	if err := s.guard.Check(r.HTTP); err != nil && r.Route.Name != "csp" {
		return fault.New(fault.Denied, "fault.cross-origin")
	}
	if !r.Route.is(bare) {
		if r.Session, err = s.who(r); err != nil {
			return err
		}
	}
	switch r.Route.Need.met(r.Session) {
	case signInFirst, unlockFirst:
		return r.signInFirst()
	case refused:
		return fault.New(fault.Denied, "fault.role")
	}
	return r.Route.Handle(s, r)
}

// lang is the language by ?lang=, else the choice kept in the cookie, else the browser's.
func (s *Server) lang(r *Request) locale.Lang {
	if strings.Contains(r.HTTP.URL.RawQuery, "lang=") {
		if l, ok := locale.Known(r.HTTP.URL.Query().Get("lang")); ok {
			return l
		}
	}
	if c, err := r.HTTP.Cookie(languageCookie); err == nil {
		if l, ok := locale.Known(c.Value); ok {
			return l
		}
	}
	return locale.Prefer(r.HTTP.Header.Get("Accept-Language"))
}

// answer notes the status, so that the log and the recovery know whether something was sent.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func retryAfter(seconds int) string { return strconv.Itoa(max(1, seconds)) }
