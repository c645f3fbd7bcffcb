package web

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// scripted answers a page's script: what the handler gives as JSON, a failure as the text that
// the page shows. What nobody foresaw is answered where every other failure is, and logged there.
func scripted(answer func(*Server, *Request) (any, error)) func(*Server, *Request) error {
	return func(s *Server, r *Request) error {
		v, err := answer(s, r)
		status := http.StatusOK
		if err != nil {
			f := fault.Of(err)
			if status = statusOf(f); status >= http.StatusInternalServerError {
				return err
			}
			v = refusal{Error: s.said(r, f)}
		}
		body, err := json.Marshal(v)
		if err != nil {
			return err
		}
		r.W.Header().Set("Content-Type", "application/json; charset=utf-8")
		r.W.WriteHeader(status)
		_, _ = r.W.Write(body) // a visitor who left is no failure of ours
		return nil
	}
}

// refusal is what a script shows when something went wrong.
type refusal struct {
	Error string `json:"error"`
}

// onward is where a script goes next.
type onward struct {
	Next string `json:"next"`
}

// said is a fault in the visitor's words: the first field's, if there is one.
func (s *Server) said(r *Request, f *fault.Error) string {
	if len(f.Fields) > 0 {
		return r.Text(locale.Key(f.Fields[0].Code), f.Fields[0].Args...)
	}
	return r.Text(s.textOf(f))
}

// ceremonyOffer is what a passkey script begins with.
type ceremonyOffer struct {
	PublicKey json.RawMessage `json:"publicKey"`
	Ceremony  string          `json:"ceremony"`
}

// offered packs a passkey library's options, which already stand under "publicKey".
func offered(options any, ceremony string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	out := ceremonyOffer{Ceremony: ceremony}
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, err
	}
	out.Ceremony = ceremony
	return out, nil
}

// passkeySent is what a passkey script sends when the authenticator has answered.
type passkeySent struct {
	Ceremony   string          `json:"ceremony"`
	Credential json.RawMessage `json:"credential"`
	Unlock     string          `json:"unlock"`
	Code       string          `json:"code"`
	Label      string          `json:"label"`
}

// unlock is the page's 32 bytes, or nil when the device gives none.
func (p passkeySent) unlock() []byte {
	b, err := base64.RawURLEncoding.DecodeString(p.Unlock)
	if err != nil || len(b) != 32 {
		return nil
	}
	return b
}

// readJSON takes what a script sent; the frame has bounded its size.
func readJSON(r *Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, "fault.no-form")
	}
	body, err := io.ReadAll(r.HTTP.Body)
	if err != nil {
		return unreadable(err)
	}
	if json.Unmarshal(body, into) != nil {
		return fault.New(fault.Invalid, "fault.no-form")
	}
	return nil
}
