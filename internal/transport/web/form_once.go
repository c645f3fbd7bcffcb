package web

import (
	"context"
	"strings"
)

// onceOnly does what a form asks for one time, however often it is sent: pressed twice, or sent
// again by a browser that lost the answer. Who sends it again gets the first answer, which is
// empty if the program ended between doing and answering.
func (s *Server) onceOnly(r *Request, f *Form, act func(context.Context) (string, error)) (answer string, err error) {
	var body strings.Builder
	for _, field := range f.Fields() {
		body.WriteString(field.Name + "\x00" + strings.Join(field.values, "\x00") + "\x00\x00")
	}
	kept, _, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(body.String())), func(ctx context.Context) ([]byte, error) {
		answer, err := act(ctx)
		return []byte(answer), err
	})
	return string(kept), err
}
