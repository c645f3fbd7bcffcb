// Package fault is the one kind of error that crosses floors: a kind that decides the answer,
// a code that names the visitor's text, and a detail that only the operator reads.
package fault

import (
	"errors"
	"fmt"
)

// Kind decides what a transport answers. The list is closed.
type Kind int

const (
	// Internal is everything that nobody foresaw; the visitor gets an id, never the cause.
	Internal Kind = iota
	// Invalid is input that its sender can mend.
	Invalid
	// NotFound is a thing that does not exist or is withheld: the same answer for both.
	NotFound
	// Denied is an act that the subject may know of but not do.
	Denied
	// Conflict is an act that somebody else's change has overtaken.
	Conflict
	// Busy is an act that must wait: too many tries, or a pool that is full.
	Busy
	// Unavailable is a resource that is gone for now: disk full, database away.
	Unavailable
)

// String names the kind as logs and metrics spell it.
func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not_found"
	case Denied:
		return "denied"
	case Conflict:
		return "conflict"
	case Busy:
		return "busy"
	case Unavailable:
		return "unavailable"
	}
	return "internal"
}

// Field is one input that must be mended: its name in the form and the text key that says how.
type Field struct {
	Name string
	Code string
	Args []any
}

// Warning is what an operator should mend without hurry: the text key that says it, with arguments.
type Warning struct {
	Code string
	Args []any
}

// Error carries a kind, the visitor's text key and the operator's detail. It never holds content.
type Error struct {
	Kind   Kind
	Code   string
	Detail string
	Fields []Field
	// RetryAfter is in whole seconds; only with Busy and Unavailable.
	RetryAfter int
	cause      error
}

// Error gives the operator's line; no visitor sees it.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Code
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause, if one was recorded.
func (e *Error) Unwrap() error { return e.cause }

// New makes an error of a kind with the visitor's text key and the operator's detail.
func New(kind Kind, code string, detail ...string) *Error {
	e := &Error{Kind: kind, Code: code}
	if len(detail) > 0 {
		e.Detail = detail[0]
	}
	return e
}

// Wrap makes an error of a kind around a cause.
func Wrap(kind Kind, code string, cause error) *Error {
	return &Error{Kind: kind, Code: code, cause: cause}
}

// In makes an Invalid error that names one field.
func In(field, code string, args ...any) *Error {
	return &Error{Kind: Invalid, Code: "fault.form", Fields: []Field{{Name: field, Code: code, Args: args}}}
}

// Form makes an Invalid error out of every field that must be mended, or nil if there is none.
func Form(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "fault.form", Fields: fields}
}

// Of finds the fault in an error chain; anything else is Internal.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "fault.internal", cause: err}
}

// Is tells whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}

// Detailf makes an internal error for the operator.
func Detailf(format string, args ...any) *Error {
	return &Error{Kind: Internal, Code: "fault.internal", Detail: fmt.Sprintf(format, args...)}
}
