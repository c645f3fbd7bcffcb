package pgtest

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// Database is one test's own database.
type Database struct {
	OwnerURL, URL, WorkerURL string
	SuperURL                 string // the attacker with full write access
}

// Source gives databases, each a copy of a template that is filled once. The zero Source with a
// Fill is ready; Main stops the server it started.
type Source struct {
	// Fill makes the template's tables.
	Fill func(Database) error

	once    sync.Once
	cluster *Cluster
	err     error
	last    atomic.Int64
	copying sync.Mutex // a template can be copied by one at a time
}

// Main runs a package's tests and stops the server after them; call it from TestMain with
// os.Exit around it.
func (s *Source) Main(m *testing.M) int {
	defer func() {
		if s.cluster != nil {
			s.cluster.Stop()
		}
	}()
	return m.Run()
}

// New gives a test its own database; the server starts with the first one asked for.
func (s *Source) New(t testing.TB) Database {
	t.Helper()
	s.once.Do(s.start)
	if s.err != nil {
		t.Fatal(s.err)
	}
	name := "t" + strconv.FormatInt(s.last.Add(1), 10)
	if err := s.copy(name); err != nil {
		t.Fatal(err)
	}
	return s.cluster.database(name)
}

// Cluster is the running server; nil before the first New.
func (s *Source) Cluster() *Cluster { return s.cluster }

func (s *Source) start() {
	if s.cluster, s.err = Start(false); s.err != nil {
		return
	}
	if s.err = s.cluster.Create("template", ""); s.err != nil || s.Fill == nil {
		return
	}
	s.err = s.Fill(s.cluster.database("template"))
}

func (s *Source) copy(name string) error {
	s.copying.Lock()
	defer s.copying.Unlock()
	return s.cluster.Create(name, "template")
}

// Create makes a database that Owner owns, empty or as a copy.
func (c *Cluster) Create(name, template string) error {
	args := []string{"-h", "127.0.0.1", "-p", c.portText(), "-U", "postgres", "-O", Owner}
	if template != "" {
		args = append(args, "-T", template)
	}
	if err := c.run("createdb", append(args, name)...); err != nil {
		return err
	}
	if template != "" {
		return nil
	}
	return c.run("psql", "-h", "127.0.0.1", "-p", c.portText(), "-U", "postgres", "-d", name, "-qc", "ALTER SCHEMA public OWNER TO "+Owner)
}

// Database gives the addresses of a database of this cluster.
func (c *Cluster) Database(name string) Database { return c.database(name) }

func (c *Cluster) database(name string) Database {
	as := func(role string) string {
		return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", role, c.port, name)
	}
	return Database{OwnerURL: as(Owner), URL: as(App), WorkerURL: as(Worker), SuperURL: as("postgres")}
}
