package web

import (
	"errors"
	"net/http"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
)

// errorView is the page for everything that did not go well. It says what to do next.
type errorView struct {
	TitleKey, TextKey locale.Key
	// Reference is what the visitor can read to support; empty when there is nothing to look for.
	Reference string
	// Retry is in seconds; zero when waiting does not help.
	Retry int
	// SignIn shows the way in again.
	SignIn bool
}

// answer is the one place where a failure becomes a page. The kind decides the status; the code
// names the text; the operator's detail goes to the log with the reference.
func (s *Server) answer(r *Request, out *answer, err error) {
	f := fault.Of(err)
	view := errorView{TitleKey: titleOf(f.Kind), TextKey: s.textOf(f)}
	status := statusOf(f)
	switch status {
	case http.StatusNotFound:
		// What is withheld and what does not exist are the same bytes: nothing on the page knows the address.
		r.back, view.TextKey = "/", "fault.not-found"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		view.Retry = max(1, f.RetryAfter)
		out.Header().Set("Retry-After", retryAfter(f.RetryAfter))
	case http.StatusInternalServerError:
		view.Reference = ident.New()[:8]
		view.TextKey = "fault.internal"
	}
	view.SignIn = f.Code == "fault.signed-out" && r.Session == nil
	s.failed(r, f, status, view.Reference)
	if out.status != 0 {
		return // something was sent already; nothing can be added to it
	}
	r.form, r.title = nil, ""
	r.Status(status)
	if err := r.Page("error.html", view); err != nil {
		http.Error(out, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

func statusOf(f *fault.Error) int {
	var tooLarge *http.MaxBytesError
	if errors.As(f, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	switch f.Kind {
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

// titleOf is the heading of the kind; what exactly is wrong stands in the text below it.
func titleOf(k fault.Kind) locale.Key {
	switch k {
	case fault.Invalid:
		return "error.invalid"
	case fault.NotFound:
		return "error.not-found"
	case fault.Denied:
		return "error.denied"
	case fault.Conflict:
		return "error.conflict"
	case fault.Busy:
		return "error.busy"
	case fault.Unavailable:
		return "error.unavailable"
	}
	return "error.internal"
}

// textOf is the visitor's text; a code without one gets the general words of its kind.
func (s *Server) textOf(f *fault.Error) locale.Key {
	if k := locale.Key(f.Code); s.texts.Has(locale.Swedish, k) {
		return k
	}
	return titleOf(f.Kind) + "-text"
}
