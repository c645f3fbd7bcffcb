package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/usecase/once"
)

// Need is what a caller must be to use an endpoint. Whether they may know of a case is asked
// by the use case.
type Need struct {
	public bool
	// anyone: a token is used if there is one; without it the caller is a guest.
	anyone bool
	roles  []access.Role
	scope  access.Scope
}

// String writes the need as the access matrix has it.
func (n Need) String() string {
	if n.public {
		return "public"
	}
	if n.anyone {
		return "anyone"
	}
	s := "token"
	if n.scope != "" {
		s += " " + string(n.scope)
	}
	for i, r := range n.roles {
		if i == 0 {
			s += ", "
		} else {
			s += " or "
		}
		s += string(r)
	}
	return s
}

// Endpoint is one line of the API's table.
type Endpoint struct {
	Method, Path string
	Name         string
	Summary      string
	Need         Need
	register     func(*Server, Endpoint)
}

func (e Endpoint) operation(status int) huma.Operation {
	op := huma.Operation{OperationID: e.Name, Method: e.Method, Path: e.Path, Summary: e.Summary, DefaultStatus: status,
		MaxBodyBytes: maxBody, Metadata: map[string]any{"need": e.Need}}
	if e.Need.anyone {
		op.Security = []map[string][]string{{"token": {}}, {}}
	} else if !e.Need.public {
		op.Security = []map[string][]string{{"token": {}}}
	}
	return op
}

// out is an answer's JSON body.
type out[O any] struct{ Body O }

// reading registers an endpoint that changes nothing.
func reading[I, O any](handle func(*Server, context.Context, *I) (O, error)) func(*Server, Endpoint) {
	return func(s *Server, e Endpoint) {
		huma.Register(s.api, e.operation(http.StatusOK), func(ctx context.Context, in *I) (*out[O], error) {
			body, err := handle(s, ctx, in)
			if err != nil {
				return nil, s.problem(err)
			}
			return &out[O]{body}, nil
		})
	}
}

// sentAt is what a writing endpoint is sent: its input and, if the caller wants a retry to be
// harmless, a key.
type sentAt[I any] struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"At least 128 random bits, 22 characters or more. The same key with the same body gives the first answer again for 24 hours."`
	Body I
}

// sentTo is the same for an endpoint under a case's reference.
type sentTo[I any] struct {
	Ref  string `path:"ref" maxLength:"40" doc:"The case's reference."`
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"At least 128 random bits, 22 characters or more. The same key with the same body gives the first answer again for 24 hours."`
	Body I
}

// writing registers an endpoint that changes something. With an Idempotency-Key the act is
// done at most once and its answer is given again.
func writing[I, O any](status int, handle func(*Server, context.Context, string, *I) (O, error)) func(*Server, Endpoint) {
	return func(s *Server, e Endpoint) {
		act := func(ctx context.Context, ref string, body *I) ([]byte, error) {
			o, err := handle(s, ctx, ref, body)
			if err != nil {
				return nil, err
			}
			return json.Marshal(o)
		}
		finish := func(ctx context.Context, ref, key string, body *I) (*out[O], error) {
			raw, err := s.once(ctx, e, ref, key, body, func(ctx context.Context) ([]byte, error) { return act(ctx, ref, body) })
			if err != nil {
				return nil, s.problem(err)
			}
			var o out[O]
			if err := json.Unmarshal(raw, &o.Body); err != nil {
				return nil, s.problem(err)
			}
			return &o, nil
		}
		if hasRef(e.Path) {
			huma.Register(s.api, e.operation(status), func(ctx context.Context, in *sentTo[I]) (*out[O], error) {
				return finish(ctx, in.Ref, in.Key, &in.Body)
			})
			return
		}
		huma.Register(s.api, e.operation(status), func(ctx context.Context, in *sentAt[I]) (*out[O], error) {
			return finish(ctx, "", in.Key, &in.Body)
		})
	}
}

func hasRef(path string) bool { return strings.Contains(path, "{ref}") }

// once does an act at most once for a key; without a key it just does it.
func (s *Server) once(ctx context.Context, e Endpoint, ref, key string, body any, act func(context.Context) ([]byte, error)) ([]byte, error) {
	if key == "" {
		return act(ctx)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	caller := who(ctx)
	answer, replayed, err := s.Once.Do(ctx, once.Ask{Org: caller.Org, Scope: caller.Person + " " + e.Name + " " + ref, Key: key, Body: raw}, act)
	if err == nil && replayed && len(answer) == 0 {
		return nil, fault.New(fault.Conflict, "once.done")
	}
	return answer, err
}
