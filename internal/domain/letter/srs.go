package letter

import (
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"varn/internal/kit/seal"
)

// SRS rewrites return paths, so that a forwarded letter passes SPF and its bounces come back to us: the Sender
// Rewriting Scheme, SRS0 and SRS1.
type SRS struct {
	Key    seal.Key
	Domain string
	Now    func() time.Time // nil: the time of the machine
}

// Why an address can't be rewritten or read back.
var (
	// ErrLong: the local part would be over 64 bytes (RFC 5321 section 4.5.3.1.1). Use a stored token instead.
	ErrLong = errors.New("the rewritten address would be over 64 bytes")
	ErrSRS  = errors.New("no return path of ours, or too old")
)

const (
	srsAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	srsDays     = 21 // older return paths are dead
)

// Forward makes our return path of another's. An empty one stays empty: bounces have none.
func (s SRS) Forward(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	local, domain, ok := cutLast(address)
	if !ok || strings.EqualFold(domain, s.Domain) {
		return address, nil
	}
	if strings.ContainsAny(domain, "= ") {
		return "", ErrSRS
	}
	domain = strings.ToLower(domain)
	var body string
	upper := strings.ToUpper(local)
	switch {
	case strings.HasPrefix(upper, "SRS1") && len(local) > 5:
		_, rest, ok := strings.Cut(local[5:], "=") // its check value is another's: it is ours from here
		first, opaque, ok2 := strings.Cut(rest, "==")
		if !ok || !ok2 || first == "" || opaque == "" {
			return "", ErrSRS
		}
		body = first + "==" + opaque
		local = "SRS1=" + s.check("1", body) + "=" + body
	case strings.HasPrefix(upper, "SRS0") && len(local) > 5:
		body = domain + "==" + local[5:]
		local = "SRS1=" + s.check("1", body) + "=" + body
	default:
		body = s.stamp() + "=" + domain + "=" + local
		local = "SRS0=" + s.check("0", body) + "=" + body
	}
	if len(local) > 64 {
		return "", ErrLong
	}
	return local + "@" + s.Domain, nil
}

// Reverse reads one of our return paths back.
func (s SRS) Reverse(address string) (string, error) {
	local, domain, ok := cutLast(address)
	if !ok || !strings.EqualFold(domain, s.Domain) || len(local) < 6 {
		return "", ErrSRS
	}
	check, body, ok := strings.Cut(local[5:], "=")
	if !ok {
		return "", ErrSRS
	}
	switch strings.ToUpper(local[:5]) {
	case "SRS0=":
		stamp, rest, ok := strings.Cut(body, "=")
		host, user, ok2 := strings.Cut(rest, "=")
		if !ok || !ok2 || host == "" || user == "" || !s.same(check, "0", body) || !s.fresh(stamp) {
			return "", ErrSRS
		}
		return user + "@" + host, nil
	case "SRS1=":
		first, opaque, ok := strings.Cut(body, "==")
		if !ok || first == "" || opaque == "" || !s.same(check, "1", body) {
			return "", ErrSRS
		}
		return "SRS0=" + opaque + "@" + first, nil
	}
	return "", ErrSRS
}

// check is eight letters of a check value. Mail servers may change the case of an address: it is compared without it.
func (s SRS) check(kind, body string) string {
	return s.Key.Tag("srs "+kind, strings.ToLower(body))[:8]
}

func (s SRS) same(check, kind, body string) bool {
	return len(check) == 8 && subtle.ConstantTimeCompare([]byte(strings.ToLower(check)), []byte(s.check(kind, body))) == 1
}

// stamp is the day, in two letters, modulo 1,024.
func (s SRS) stamp() string {
	d := s.day() % 1024
	return string([]byte{srsAlphabet[d>>5], srsAlphabet[d&31]})
}

func (s SRS) fresh(stamp string) bool {
	if len(stamp) != 2 {
		return false
	}
	stamp = strings.ToUpper(stamp)
	hi, lo := strings.IndexByte(srsAlphabet, stamp[0]), strings.IndexByte(srsAlphabet, stamp[1])
	if hi < 0 || lo < 0 {
		return false
	}
	age := (s.day() - int64(hi<<5|lo)) & 1023
	return age <= srsDays
}

func (s SRS) day() int64 {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	return now().Unix() / 86400
}

func cutLast(address string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(address, '@')
	if i <= 0 || i == len(address)-1 {
		return "", "", false
	}
	return address[:i], address[i+1:], true
}
