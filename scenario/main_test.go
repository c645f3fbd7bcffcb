package scenario

import (
	"context"
	"os"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/infra/pgtest"
	"varn/internal/infra/store"
)

// source gives each test a database of its own on a real PostgreSQL, migrated once.
var source = pgtest.Source{Fill: func(d pgtest.Database) error {
	return store.Migrate(context.Background(), store.Config{URL: d.URL, OwnerURL: d.OwnerURL, WorkerURL: d.WorkerURL})
}}

func TestMain(m *testing.M) { os.Exit(source.Main(m)) }

// forBoth tells a story on both engines.
func forBoth(t *testing.T, story func(t *testing.T, w *town)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		story(t, found(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		story(t, found(t, onPostgres(t)))
	})
}

func onPostgres(t *testing.T) func(*wire.Config) {
	t.Helper()
	d := source.New(t)
	return func(c *wire.Config) { c.Database, c.DatabaseOwner, c.DatabaseWorker = d.URL, d.OwnerURL, d.WorkerURL }
}
