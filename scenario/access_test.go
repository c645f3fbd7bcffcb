package scenario

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/seal"
	"varn/internal/transport/api"
	"varn/internal/transport/web"
)

var update = flag.Bool("update", false, "write the access matrix anew; read the difference before committing it")

// visitor is one column of the matrix.
type visitor struct {
	name string
	who  *actor // nil: nobody is signed in
	key  *seal.Private
	bare bool // identified only: no key at hand
}

// TestEveryRouteAnswersEveryRoleAsWrittenDown sends one request per route and role, without a
// body, and holds the answers against testdata/access.txt. The case that paths name has the head
// of security alone in its circle: to everybody else it must be as if it were not there.
func TestEveryRouteAnswersEveryRoleAsWrittenDown(t *testing.T) {
	t.Parallel()
	w := found(t)
	url := w.served()
	visitors := []visitor{{name: "nobody"}, {name: "identified", who: w.newcomer("Ida Identifierad", access.Elected), bare: true}}
	for i, role := range access.Roles() {
		a := map[access.Role]*actor{access.HeadOfSecurity: w.head, access.Administrator: w.admin}[role]
		if a == nil {
			a = w.newcomer(fmt.Sprintf("Roll %c", 'A'+i), role)
		}
		visitors = append(visitors, visitor{name: string(role), who: a})
	}
	for i, v := range visitors {
		if v.who != nil {
			visitors[i].key = v.who.session().Key
		}
	}
	ref := w.head.opens("Bara för säkerhetsfunktionen", "text")
	var b strings.Builder
	for _, r := range web.Routes() {
		fmt.Fprintf(&b, "%s %s (%v)\n", r.Method, r.Path, r.Need)
		b.WriteString(w.row(url, visitors, r.Method, fill(r.Path, ref), false))
	}
	for _, e := range api.Endpoints() {
		fmt.Fprintf(&b, "%s %s%s (%v)\n", e.Method, api.Prefix, e.Path, e.Need)
		b.WriteString(w.row(url, visitors, e.Method, api.Prefix+fill(e.Path, ref), true))
	}
	hold(t, filepath.Join("testdata", "access.txt"), b.String())
}

// row groups the visitors by what they are answered.
func (w *town) row(url string, visitors []visitor, method, path string, bearer bool) string {
	w.t.Helper()
	by := map[string][]string{}
	var order []string
	for _, v := range visitors {
		said := w.visit(url, v, method, path, bearer)
		if by[said] == nil {
			order = append(order, said)
		}
		by[said] = append(by[said], v.name)
	}
	var b strings.Builder
	for _, said := range order {
		who := strings.Join(by[said], " ")
		if len(by[said]) == len(visitors) {
			who = "everybody"
		}
		fmt.Fprintf(&b, "    %s: %s\n", said, who)
	}
	return b.String()
}

// visit sends one request as one visitor, in a session begun for it alone.
func (w *town) visit(url string, v visitor, method, path string, bearer bool) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, url+path, http.NoBody)
	must(w.t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[bearer])
	}
	if v.who != nil {
		secret := w.fresh(v, bearer)
		if bearer {
			r.Header.Set("Authorization", "Bearer "+secret)
		} else {
			r.AddCookie(&http.Cookie{Name: "varn_session", Value: secret})
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	must(w.t, err)
	must(w.t, res.Body.Close())
	said := fmt.Sprint(res.StatusCode)
	if to := res.Header.Get("Location"); to != "" {
		to, _, _ = strings.Cut(to, "?")
		said += " to " + regexp.MustCompile(`[0-9a-hjkmnp-tv-z]{26}|[A-Za-z0-9_-]{43}|[0-9]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).ReplaceAllString(to, "…")
	}
	return said
}

// fresh begins a session, or makes a token, for one request: some requests end every session
// that the visitor has.
func (w *town) fresh(v visitor, bearer bool) string {
	w.t.Helper()
	ctx := w.t.Context()
	if v.bare {
		secret, err := w.house.SignIn.Identify(ctx, w.org, v.who.id, "", "prov")
		must(w.t, err)
		return secret
	}
	secret, err := w.house.SignIn.Begin(ctx, w.org, v.who.id, v.key, "prov")
	must(w.t, err)
	if !bearer {
		return secret
	}
	return (&actor{name: v.name, id: v.who.id, town: w, secret: secret}).program("").token
}

// fill puts a value in each wildcard of a path: the case's reference, or something of the right
// form that does not exist.
func fill(path, ref string) string {
	path = strings.ReplaceAll(path, "{$}", "")
	path = strings.ReplaceAll(path, "{ref}", ref)
	return regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`).ReplaceAllString(path, "0123456789abcdefghjkmnpqrs")
}

// hold compares with what is written down, line by line.
func hold(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	raw, err := os.ReadFile(file)
	must(t, err)
	want, have := strings.Split(string(raw), "\n"), strings.Split(got, "\n")
	for i := range max(len(want), len(have)) {
		a, b := "", ""
		if i < len(want) {
			a = want[i]
		}
		if i < len(have) {
			b = have[i]
		}
		if a != b {
			t.Fatalf("%s, line %d:\nwritten down: %s\nanswered:     %s", file, i+1, a, b)
		}
	}
}
