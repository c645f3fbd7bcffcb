// Package browser drives a real Chromium in tests: pages are looked at as a person meets them,
// by width, colour, keyboard, and without script.
package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Chromium is one browser, shared by the tests of a process.
type Chromium struct {
	root context.Context
	stop []context.CancelFunc
}

// Start runs Debian's Chromium with a fresh profile and nothing that calls outside hosts.
// It belongs in TestMain; Stop ends it.
func Start() (*Chromium, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Env("LANGUAGE=sv"),
		chromedp.Flag("lang", "sv-SE"),
		chromedp.Flag("accept-lang", "sv-SE,sv"),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
	)
	c := &Chromium{}
	allocator, stopBrowser := chromedp.NewExecAllocator(context.Background(), opts...)
	root, closeRoot := chromedp.NewContext(allocator)
	c.root, c.stop = root, []context.CancelFunc{closeRoot, stopBrowser}
	if err := chromedp.Do(root, chromedp.Navigate("about:blank")); err != nil {
		c.Stop()
		return nil, fmt.Errorf("chromium does not start (Debian package chromium): %w", err)
	}
	return c, nil
}

// Stop ends the browser.
func (c *Chromium) Stop() {
	for _, stop := range c.stop {
		stop()
	}
}

// Run is the whole of a TestMain: one browser for all tests of the package. With -short there is
// none, and the tests that ask for a tab are left out.
func Run(m *testing.M, keep func(*Chromium)) int {
	flag.Parse()
	if testing.Short() {
		return m.Run()
	}
	c, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer c.Stop()
	keep(c)
	return m.Run()
}

// Tab is one page with cookies of its own. What the page complains of on its console, what its
// policy refuses and every request to another host make the test fail.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
	outside  map[string]bool
	expected []string
	plain    bool // it runs no script
}

// patience is far longer than any page takes; it only ends a test that would hang.
const patience = 6 * time.Minute

// Tab opens a page of 1280 × 900 in light colours.
func (c *Chromium) Tab(t testing.TB) *Tab {
	t.Helper()
	return c.TabFor(t, patience)
}

// TabFor opens a page that may be used so long, for somebody who types at a person's pace.
func (c *Chromium) TabFor(t testing.TB, patience time.Duration) *Tab {
	t.Helper()
	if c == nil {
		t.Skip("no browser with -short")
	}
	tab := &Tab{t: t, outside: map[string]bool{}}
	ctx, closeTab := chromedp.NewContext(c.root, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.heard))
	t.Cleanup(closeTab)
	ctx, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	tab.ctx = ctx
	tab.do(chromedp.EmulateViewport(1280, 900))
	Call(tab, network.Enable, network.EnableParams{})
	Call(tab, log.Enable, cdp.Empty{})
	tab.Light()
	t.Cleanup(tab.finish)
	return tab
}

func (tab *Tab) heard(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		tab.problem("exception: " + e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			tab.problem(fmt.Sprintf("console %s: %s", e.Type, e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			tab.problem(fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		tab.requested(e.Request.URL)
	}
}

// Call sends a command of the browser's own protocol to the tab.
func Call[P, R any](tab *Tab, command Command[P, R], params P) R {
	tab.t.Helper()
	r, err := chromedp.Call(tab.ctx, command, params)
	if err != nil {
		tab.t.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

func (tab *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, steps...); err != nil {
		tab.t.Fatal(err)
	}
}

// Eval gives the value of a script in the page; a promise is waited for.
func Eval[T any](tab *Tab, script string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%v in %.200s", err, script)
	}
	return v
}

// WithoutScript turns scripts off for the pages opened from now on.
func (tab *Tab) WithoutScript() {
	tab.plain = true
	Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}
