package maildns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sts: whether senders must use TLS to the domain (RFC 8461).
func (e *examination) sts(ctx context.Context) {
	name := "_mta-sts." + e.domain.Name
	at := "https://mta-sts." + e.domain.Name + "/.well-known/mta-sts.txt"
	want := []Record{
		{name, "TXT", "v=STSv1; id=1"},
		{"mta-sts." + e.domain.Name, "CNAME", "<a web server that has a certificate for this name>"},
		{at, "file", e.policy()},
	}
	records, err := e.marked(ctx, name, "v=stsv1")
	switch {
	case len(records) == 0:
		if !e.unanswered("mta-sts", name, err) {
			e.say("mta-sts", Advice, "no MTA-STS: whoever sits on the way can make senders drop TLS", want...)
		}
		return
	case len(records) > 1 || tags(records[0])["id"] == "":
		e.say("mta-sts", Wrong, "there must be one record, with an id: senders ignore what is there", want[0])
		return
	}
	text, err := e.fetch(ctx, at)
	if err != nil {
		e.say("mta-sts", Wrong, "the policy can't be fetched from "+at+": "+err.Error(), want[1:]...)
		return
	}
	level, says := e.judgePolicy(text)
	if level == Right {
		e.say("mta-sts", level, says)
		return
	}
	e.say("mta-sts", level, says, want[2])
}

func (e *examination) policy() string {
	hosts := e.hosts
	if e.domain.Host != "" || len(hosts) == 0 {
		hosts = []string{e.server()}
	}
	out := "version: STSv1\nmode: enforce\n"
	for _, h := range hosts {
		out += "mx: " + h + "\n"
	}
	return out + "max_age: 604800\n"
}

func (e *examination) judgePolicy(text string) (Level, string) {
	found := map[string]string{}
	var patterns []string
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		if key = strings.TrimSpace(key); key == "mx" {
			patterns = append(patterns, plain(value))
		} else if _, twice := found[key]; !twice {
			found[key] = value
		}
	}
	age, err := strconv.ParseUint(found["max_age"], 10, 32)
	switch {
	case found["version"] != "STSv1" || err != nil:
		return Wrong, "the policy can't be read: it needs version: STSv1 and max_age"
	case found["mode"] == "testing" || found["mode"] == "none":
		return Advice, "the policy's mode is " + found["mode"] + ": TLS is not demanded"
	case found["mode"] != "enforce":
		return Wrong, "the policy has no mode that senders know"
	case age < 86400:
		return Advice, fmt.Sprintf("the policy is kept for %d seconds only: a week or more is advised", age)
	}
	for _, host := range e.hosts {
		if !covered(host, patterns) {
			return Wrong, "the policy doesn't name " + host + ", which takes the mail: senders will not deliver to it"
		}
	}
	return Right, "senders must use TLS to " + strings.Join(e.hosts, ", ")
}

// covered: RFC 8461, 4.1: a star stands for one label, the leftmost.
func covered(host string, patterns []string) bool {
	for _, p := range patterns {
		if p == host {
			return true
		}
		if rest, ok := strings.CutPrefix(p, "*."); ok {
			if _, tail, ok := strings.Cut(host, "."); ok && tail == rest {
				return true
			}
		}
	}
	return false
}

// Fetch gets a policy by HTTPS with a checked certificate: no redirects (RFC 8461, 3.3), at most 64 KiB.
func Fetch(client *http.Client) Fetcher {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("it redirects, which senders don't follow")
	}
	own.Timeout = 10 * time.Second
	return func(ctx context.Context, url string) (string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return "", err
		}
		res, err := own.Do(req)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return "", fmt.Errorf("the server says %s", res.Status)
		}
		text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return string(text), err
	}
}
