package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// Problem is an error as RFC 9457 has it. Code is stable and for programs; Title and Detail
// are for people. It repeats nothing that was sent.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Code   string  `json:"code"`
	Detail string  `json:"detail,omitempty"`
	Errors []Field `json:"errors,omitempty"`
	retry  int
}

// Field is one member of what was sent that must be mended.
type Field struct {
	Name   string `json:"name"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells when to try again.
func (p *Problem) GetHeaders() http.Header {
	if p.retry == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retry)}}
}

// problem turns an error into its answer; what nobody foresaw says nothing of its cause.
func (s *Server) problem(err error) *Problem {
	f := fault.Of(err)
	p := &Problem{Type: "about:blank", Status: statusOf(f.Kind), Code: f.Code, retry: f.RetryAfter}
	if f.Kind == fault.NotFound {
		p.Code = "fault.not-found" // withheld and missing are one answer
	}
	p.Title = http.StatusText(p.Status)
	p.Detail = s.say(p.Code)
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, Field{Name: field.Name, Code: field.Code, Detail: s.say(field.Code, field.Args...)})
	}
	return p
}

// say gives a code's English text; a code without one says nothing.
func (s *Server) say(code string, args ...any) string {
	if !s.texts.Has(locale.English, locale.Key(code)) {
		return ""
	}
	return s.texts.Say(locale.English, locale.Key(code), args...)
}

func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Denied:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.Busy:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// refuse answers before an endpoint is reached; status 0 follows the fault.
func (s *Server) refuse(ctx huma.Context, err error, status int) {
	p := s.problem(err)
	if status != 0 {
		p.Status, p.Title = status, http.StatusText(status)
	}
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="varn"`)
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	b, err := json.Marshal(p)
	if err == nil {
		_, _ = ctx.BodyWriter().Write(b) // the caller has gone: nobody to tell
	}
}

// unknown answers every address under the prefix that is no endpoint.
func (s *Server) unknown(w http.ResponseWriter, _ *http.Request) {
	p := s.problem(fault.New(fault.NotFound, "fault.not-found"))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	b, err := json.Marshal(p)
	if err != nil {
		return
	}
	fmt.Fprintln(w, string(b))
}
