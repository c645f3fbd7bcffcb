package filter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// Rspamd is rspamd's normal worker, asked by HTTP (https://rspamd.com/doc/developers/protocol.html).
type Rspamd struct {
	// URL is the worker's address, such as http://127.0.0.1:11333.
	URL string
	// Password is sent when the worker asks for one.
	Password string
	// Within bounds an answer; 0: thirty seconds.
	Within time.Duration
	// Most is the most bytes that are sent; 0: MostAsked.
	Most int
	// Client makes the calls; nil: one that follows no redirects and uses no proxy.
	Client *http.Client
}

// Verdict is what rspamd thinks. Värn marks spam and never refuses it.
type Verdict struct {
	// Spam: rspamd would mark, rewrite or reject the letter.
	Spam bool
	// Action is rspamd's own word: "no action", "greylist", "add header", "rewrite subject",
	// "soft reject" or "reject".
	Action string
	// Score, and Required from which the letter would be rejected.
	Score, Required float64
	// Symbols are the names of the rules that spoke, in order.
	Symbols []string
}

var direct = &http.Client{
	Transport:     &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: time.Minute},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Spam asks about a letter. Faults: Large, Away, Odd.
func (r Rspamd) Spam(ctx context.Context, e Envelope, raw []byte) (Verdict, error) {
	most := r.Most
	if most <= 0 {
		most = MostAsked
	}
	if len(raw) > most {
		return Verdict{}, tooLarge(len(raw), most)
	}
	ctx, stop := within(ctx, r.Within)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(r.URL, "/")+"/checkv2", bytes.NewReader(raw))
	if err != nil {
		return Verdict{}, fault.Wrap(fault.Unavailable, Away, fmt.Errorf("rspamd's address can't be read: %w", err))
	}
	r.tell(req, e)
	client := r.Client
	if client == nil {
		client = direct
	}
	res, err := client.Do(req)
	if err != nil {
		return Verdict{}, away("rspamd", bare(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswered+1))
	switch {
	case err != nil:
		return Verdict{}, away("rspamd", err)
	case len(body) > mostAnswered:
		return Verdict{}, odd("rspamd", "more than a megabyte")
	case res.StatusCode != http.StatusOK:
		return Verdict{}, odd("rspamd", res.Status+" "+string(body))
	}
	return readVerdict(body)
}

// tell puts the envelope into the request's headers, whatever can't stand in one left out.
func (r Rspamd) tell(req *http.Request, e Envelope) {
	set := func(name, value string) {
		if value != "" && len(value) <= 1000 && !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c == 0x7F }) {
			req.Header.Add(name, value)
		}
	}
	set("IP", e.IP)
	set("Helo", e.Helo)
	set("From", e.From)
	for _, to := range e.To[:min(len(e.To), 100)] {
		set("Rcpt", to)
	}
	set("Queue-Id", e.Queue)
	set("Password", r.Password)
	req.Header.Set("Content-Type", "message/rfc822")
}

// readVerdict reads an answer of /checkv2.
func readVerdict(body []byte) (Verdict, error) {
	var answer struct {
		Action   *string                    `json:"action"`
		Score    *float64                   `json:"score"`
		Required float64                    `json:"required_score"`
		Symbols  map[string]json.RawMessage `json:"symbols"`
		Error    string                     `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Action == nil || answer.Score == nil {
		return Verdict{}, odd("rspamd", string(body))
	}
	v := Verdict{Action: *answer.Action, Score: *answer.Score, Required: answer.Required}
	switch v.Action {
	case "add header", "rewrite subject", "reject":
		v.Spam = true
	case "no action", "greylist", "soft reject":
	default:
		return Verdict{}, odd("rspamd", "the action "+v.Action)
	}
	for name := range answer.Symbols {
		v.Symbols = append(v.Symbols, name)
	}
	slices.Sort(v.Symbols)
	return v, nil
}

// bare leaves the address out of an error of net/http.
func bare(err error) error {
	if u, ok := err.(*url.Error); ok {
		return u.Err
	}
	return err
}
