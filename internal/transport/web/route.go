package web

import "net/http"

// Route is one line of the route table.
type Route struct {
	Method, Path string
	// Name is the page's word on every floor: "case", "case.new". It is all the log says of an address.
	Name   string
	Need   Need
	Handle func(*Server, *Request) error
	marks  mark
}

// mark is a property that few routes have.
type mark int

const (
	// kept pages are the same for all who are not signed in and live composed in memory.
	// They hold no form.
	kept mark = 1 << iota
	// leave pages show the button that leaves the page quickly: reporting and its steps.
	leave
	// stream routes read a body of any size in their own time; they bound it themselves.
	stream
	// bare routes answer programs: no sign-in state is looked up.
	bare
)

func get(path, name string, need Need, handle func(*Server, *Request) error, marks ...mark) Route {
	return route(http.MethodGet, path, name, need, handle, marks)
}

func post(path, name string, need Need, handle func(*Server, *Request) error, marks ...mark) Route {
	return route(http.MethodPost, path, name, need, handle, marks)
}

func route(method, path, name string, need Need, handle func(*Server, *Request) error, marks []mark) Route {
	r := Route{Method: method, Path: path, Name: name, Need: need, Handle: handle}
	for _, m := range marks {
		r.marks |= m
	}
	return r
}

func (r *Route) is(m mark) bool { return r.marks&m != 0 }
