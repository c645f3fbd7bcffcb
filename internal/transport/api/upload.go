package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
)

// uploads is where files are sent by the tus protocol; they become attachments of a case by a
// call of their own.
const uploads = Prefix + "/uploads"

// streaming registers an endpoint of the upload protocol, which has its own answers and reads a
// body of any size in its own time.
func streaming(s *Server, e Endpoint) {
	s.mux.HandleFunc(e.Method+" "+Prefix+e.Path, func(w http.ResponseWriter, r *http.Request) {
		caller, err := s.caller(r, e.Need)
		if err != nil {
			s.deny(w, err)
			return
		}
		s.Uploads(w, r, caller, r.PathValue("address"))
	})
}

// caller is who a request's bearer token stands for, if an endpoint lets them.
func (s *Server) caller(r *http.Request, need Need) (*access.Session, error) {
	if need.public {
		return nil, nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok && need.anyone {
		return s.Guest()
	}
	if !ok {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	who, err := s.Config.Session(r.Context(), strings.TrimSpace(token))
	if err == nil && need.scope != "" && !who.May(need.scope) {
		err = fault.New(fault.Denied, "fault.scope")
	}
	return who, err
}

func (s *Server) deny(w http.ResponseWriter, err error) {
	p := s.problem(err)
	if p.Code == "fault.sign-in" {
		p.Status, p.Title = http.StatusUnauthorized, http.StatusText(http.StatusUnauthorized)
		w.Header().Set("WWW-Authenticate", `Bearer realm="varn"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if b, err := json.Marshal(p); err == nil {
		_, _ = w.Write(b) // the caller has gone: nobody to tell
	}
}

type attachIn struct {
	Uploads []string `json:"uploads" minItems:"1" maxItems:"20" doc:"The addresses of finished uploads, or their last parts."`
	Text    string   `json:"text,omitempty" maxLength:"50000"`
}

type idsBody struct {
	IDs []string `json:"ids"`
}

func (s *Server) attach(ctx context.Context, ref string, in *attachIn) (idsBody, error) {
	var addresses []string
	for _, a := range in.Uploads {
		addresses = append(addresses, a[strings.LastIndexByte(a, '/')+1:])
	}
	ids, err := s.Cases.Attach(ctx, who(ctx), ref, in.Text, addresses)
	return idsBody{some(ids)}, err
}
