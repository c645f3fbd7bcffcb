package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"varn/internal/kit/fault"
)

// logged writes one line a request: the route's name, never its address, and nothing of the visitor.
func (s *Server) logged(r *Request, status int, took time.Duration) {
	s.Log.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("route", r.Route.Name), slog.String("method", r.HTTP.Method),
		slog.Int("status", status), slog.Int64("ms", took.Milliseconds()))
}

// failed tells the operator what the visitor is not told. An error that is no fault may quote
// what somebody wrote, so that only its types are named.
func (s *Server) failed(r *Request, f *fault.Error, status int, reference string) {
	if status < 500 {
		return
	}
	s.Log.LogAttrs(context.Background(), slog.LevelError, "failed",
		slog.String("route", r.Route.Name), slog.String("reference", reference),
		slog.String("code", f.Code), slog.String("detail", f.Detail), slog.String("chain", chain(f)))
}

// chain names the types of an error and what it wraps.
func chain(err error) string {
	s := ""
	for ; err != nil; err = errors.Unwrap(err) {
		s += fmt.Sprintf("%T ", err)
	}
	return s
}

// panicked answers a panic as an internal failure and leaves the stack to the operator.
// What panicked is named only when it is the runtime's own error: other values may hold content.
func (s *Server) panicked(r *Request, out *answer, p any) {
	if p == http.ErrAbortHandler { // a handler asks for the connection to be broken
		panic(p)
	}
	detail := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		detail = e.Error()
	}
	s.Log.Error("panic", "route", r.Route.Name, "stack", string(debug.Stack()))
	s.answer(r, out, fault.New(fault.Internal, "fault.internal", detail))
}
