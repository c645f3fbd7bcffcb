package scenario

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/preview"
	"varn/internal/infra/pgtest"
	"varn/internal/infra/store"
	"varn/internal/transport/web/browser"
)

// source gives each test a database of its own on a real PostgreSQL, migrated once.
var source = pgtest.Source{Fill: func(d pgtest.Database) error {
	return store.Migrate(context.Background(), store.Config{URL: d.URL, OwnerURL: d.OwnerURL, WorkerURL: d.WorkerURL})
}}

// chromium is started by the first story that is walked in a browser.
var chromium = sync.OnceValues(browser.Start)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == preview.Argument { // this program is started anew for previews
		os.Exit(wire.Preview(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 {
		if status, jailed := wire.Jailed(os.Args[1:], os.Stdin, os.Stdout); jailed {
			os.Exit(status)
		}
	}
	code := source.Main(m)
	if walked.Load() {
		if c, err := chromium(); err == nil {
			c.Stop()
		}
	}
	os.Exit(code)
}

var walked atomic.Bool

// tab opens a page in a browser; with -short there is none.
func tab(t *testing.T) *browser.Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser with -short")
	}
	walked.Store(true)
	c, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	return c.Tab(t)
}

// forBoth tells a story on both engines.
func forBoth(t *testing.T, story func(t *testing.T, w *town), change ...func(*wire.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		story(t, found(t, change...))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		story(t, found(t, append(change[:len(change):len(change)], onPostgres(t))...))
	})
}

func onPostgres(t *testing.T) func(*wire.Config) {
	t.Helper()
	d := source.New(t)
	return func(c *wire.Config) { c.Database, c.DatabaseOwner, c.DatabaseWorker = d.URL, d.OwnerURL, d.WorkerURL }
}
