package scenario

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

// served is set for the child process: the configuration it serves.
const served = "VARN_SCENARIO_SERVE"

// TestServeUntilKilled is the child: it serves a house until somebody kills it.
func TestServeUntilKilled(t *testing.T) {
	text, child := os.LookupEnv(served)
	if !child {
		return // the test below starts it
	}
	var c wire.Config
	must(t, json.Unmarshal([]byte(text), &c))
	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool()})
	must(t, err)
	handler, err := h.Handler(false)
	must(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	fmt.Printf("serving http://%s\n", ln.Addr())
	must(t, wire.NewServer(handler).Serve(ln))
}

// TestKillNineLosesNothingAcknowledged loads a server, kills it at a random moment, starts it
// again on the same data, and asks for everything that was acknowledged: each message is there,
// once, and opens; no case and no report is half; the register has no gap; the log verifies.
func TestKillNineLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts and kills servers")
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killRounds(t, killings) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); killRounds(t, max(1, killings/5), onPostgres(t)) })
}

func killRounds(t *testing.T, rounds int, edit ...func(*wire.Config)) {
	t.Helper()
	w := foundAt(t, time.Now(), edit...) // the child's clock is the machine's
	asta := w.newcomer("Asta Lindvik", access.Elected)
	token := asta.program("").token
	ref := asta.opens("Det första ärendet", "text", asta)
	unit := w.unit(0)
	w.seat(asta, w.unitFunction(function.UnitManager, "Chef för enheten", unit))
	c := w.house.Config
	must(t, w.house.Close())
	w.closed = true
	load := &load{t: t, token: token, ref: ref, council: w.council, guard: w.guard, me: asta.id, said: map[string]string{}, cases: map[string]string{},
		reports: reports{unit: unit, told: map[string]string{}, got: map[string]casework.Filed{}}}
	for range rounds {
		url, kill := serveChild(t, c)
		load.run(url, kill)
	}
	url, kill := serveChild(t, c)
	load.check(url)
	acknowledged := len(load.reports.got)
	load.retry(url)
	kill()
	verifies(t, c)
	load.checkReports(t, c)
	if len(load.said) < rounds || len(load.cases) == 0 || acknowledged == 0 {
		t.Fatalf("only %d messages, %d cases and %d reports were acknowledged: nothing was tested", len(load.said), len(load.cases), acknowledged)
	}
	t.Logf("%d kills: %d messages, %d cases and %d reports acknowledged, all there; %d more came when they were sent again",
		rounds, len(load.said), len(load.cases), acknowledged, len(load.reports.got)-acknowledged)
}

// serveChild starts a server on the data and gives its address and what kills it.
func serveChild(t *testing.T, c wire.Config) (url string, kill func()) {
	t.Helper()
	return serveOther(t, "^TestServeUntilKilled$", served, c)
}

// serveOther starts a child of ours by the name of its test and of the variable that it waits for.
func serveOther(t *testing.T, test, variable string, c wire.Config) (url string, kill func()) {
	t.Helper()
	text, err := json.Marshal(c)
	must(t, err)
	cmd := exec.Command(os.Args[0], "-test.run", test, "-test.timeout", "10m")
	cmd.Env = append(os.Environ(), variable+"="+string(text))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			url = at
			break
		}
	}
	if url == "" {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("the server did not start after a kill: %s", errs.String())
	}
	var once sync.Once
	kill = func() {
		once.Do(func() {
			_ = cmd.Process.Signal(syscall.SIGKILL)
			_ = cmd.Wait() // it was killed: that is no error here
		})
	}
	t.Cleanup(kill)
	return url, kill
}

// load is what clients send, and what was acknowledged to them.
type load struct {
	t                              *testing.T
	token, ref, council, guard, me string
	mu                             sync.Mutex
	said                           map[string]string // message → id
	cases                          map[string]string // title → reference
	reports                        reports
}

// run sends until the server is killed: at a random moment after something has been acknowledged,
// however slow the machine is.
func (l *load) run(url string, kill func()) {
	l.t.Helper()
	said, cases, reports := l.acknowledged()
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for i := range 6 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				text := "meddelande " + ident.New()
				switch i {
				case 0:
					l.openCase(url, text)
				case 1, 2:
					l.report(url)
				default:
					l.say(url, text)
				}
			}
		})
	}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if s, c, r := l.acknowledged(); s > said && c > cases && r > reports {
			break
		}
	}
	time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
	kill()
	close(stop)
	clients.Wait()
}

// acknowledged counts what has been acknowledged so far.
func (l *load) acknowledged() (said, cases, reports int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.said), len(l.cases), len(l.reports.got)
}

func (l *load) say(url, text string) {
	if got := l.send(url+"/api/v1/cases/"+l.ref+"/messages", map[string]any{"text": text}); got["id"] != "" {
		l.mu.Lock()
		l.said[text] = got["id"]
		l.mu.Unlock()
	}
}

func (l *load) openCase(url, title string) {
	got := l.send(url+"/api/v1/cases", map[string]any{"authority": l.council, "title": title, "text": title,
		"members": []map[string]string{{"kind": "function", "id": l.guard}, {"kind": "person", "id": l.me}}})
	if got["ref"] != "" {
		l.mu.Lock()
		l.cases[title] = got["ref"]
		l.mu.Unlock()
	}
}

// send gives what was acknowledged; a server that is gone acknowledges nothing.
func (l *load) send(url string, body any) map[string]string {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	r.Header.Set("Authorization", "Bearer "+l.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", ident.New())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	var out map[string]string
	if res.StatusCode != http.StatusCreated || json.NewDecoder(res.Body).Decode(&out) != nil {
		return nil
	}
	return out
}

// check asks a server that was started again for everything that was acknowledged.
func (l *load) check(url string) {
	l.t.Helper()
	p := &program{t: l.t, url: url, token: l.token}
	got := p.ask("GET", "/api/v1/cases/"+l.ref, nil)
	if got.status != http.StatusOK {
		l.t.Fatalf("the case does not open: %d %s", got.status, got.raw)
	}
	for text, id := range l.said {
		if n := strings.Count(got.raw, text); n != 1 {
			l.t.Errorf("message %s was acknowledged and is there %d times", id, n)
		}
	}
	for title, ref := range l.cases {
		if one := p.ask("GET", "/api/v1/cases/"+ref, nil); one.status != http.StatusOK || one.body["title"] != title || len(one.body["timeline"].([]any)) != 1 {
			l.t.Errorf("case %s was acknowledged: %d %s", ref, one.status, one.raw)
		}
	}
}

// verifies checks the whole log against the database.
func verifies(t *testing.T, c wire.Config) {
	t.Helper()
	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool()})
	must(t, err)
	report, err := h.Inspect.Verify(t.Context(), h.Org())
	must(t, err)
	if !report.OK() || report.Rows == 0 {
		t.Errorf("the log: %+v", report)
	}
	must(t, h.Close())
}
