package store

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"varn/internal/kit/ident"
)

// killed is set for the child: where its database lies.
const killed = "VARN_STORE_KILLED"

type killedPlace struct{ Dir, URL, WorkerURL, Org string }

// TestWriteUntilKilled is the child: it acknowledges on its output what Write has returned from.
func TestWriteUntilKilled(t *testing.T) {
	text, child := os.LookupEnv(killed)
	if !child {
		return // the parent below starts it
	}
	var at killedPlace
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), Config{Dir: at.Dir, URL: at.URL, WorkerURL: at.WorkerURL, extra: suiteTables})
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		go func() {
			for {
				id := ident.New()
				err := db.Org(at.Org).Write(t.Context(), func(tx *Tx) error { return logThing(tx, id, 1, 1) })
				if err == nil {
					_, _ = os.Stdout.WriteString("ack " + id + "\n")
				}
			}
		}()
	}
	select {}
}

func TestNothingAcknowledgedIsLostToAKill(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := ident.New()
		at, err := json.Marshal(killedPlace{p.cfg.Dir, p.cfg.URL, p.cfg.WorkerURL, org})
		if err != nil {
			t.Fatal(err)
		}
		acknowledged := map[string]bool{}
		rounds := kills
		if testing.Short() {
			rounds = 0
		}
		for round := range rounds {
			before := len(acknowledged)
			killOnce(t, string(at), acknowledged)
			if len(acknowledged) == before {
				t.Fatalf("round %d: nothing was acknowledged", round)
			}
			checkAfterKill(t, p, org, acknowledged)
		}
	})
}

// killOnce lets a child write and kills it some moments after its first acknowledgement.
func killOnce(t *testing.T, at string, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriteUntilKilled$")
	cmd.Env = append(os.Environ(), killed+"="+at)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	first := true
	for lines.Scan() {
		id, ok := strings.CutPrefix(lines.Text(), "ack ")
		if !ok {
			t.Log(lines.Text())
			continue
		}
		if first {
			first = false
			time.AfterFunc(time.Duration(rand.Int64N(int64(300*time.Millisecond))), func() { _ = cmd.Process.Kill() })
		}
		if len(id) == ident.Length { // the last line may be half a one
			acknowledged[id] = true
		}
	}
	_ = cmd.Wait()
}

func checkAfterKill(t *testing.T, p place, org string, acknowledged map[string]bool) {
	t.Helper()
	db, err := Open(t.Context(), p.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	there := map[string]bool{}
	err = db.Org(org).Read(t.Context(), func(tx *Tx) error {
		return Each(tx, `SELECT id FROM thing WHERE org = $1`, nil, func(id *string) error { there[*id] = true; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range acknowledged {
		if !there[id] {
			t.Fatalf("an acknowledged write is gone, of %d", len(acknowledged))
		}
	}
	if engine, ok := db.engine.(*postgres); ok {
		engine.sequenceAll(t) // the child's last connection may hold the turn a moment longer
	}
	settle(t, db)
	if r := verify(t, db, db.Org(org), newestOf(p, org)...); !r.OK() || r.Size < int64(len(acknowledged)) {
		t.Fatal(fmt.Sprint(r.Size, len(acknowledged), r.Findings))
	}
}

func newestOf(p place, org string) [][]byte {
	if signed := p.signs.newest(org); signed != nil {
		return [][]byte{signed}
	}
	return nil
}

// sequenceAll sequences until nothing waits.
func (p *postgres) sequenceAll(t *testing.T) {
	t.Helper()
	for {
		var left map[string]bool
		orgs, err := allTrees(t, p.db)
		if err == nil {
			left, err = p.leftBehind(t.Context(), orgs)
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			return
		}
		p.sequence(t.Context(), left)
	}
}

func allTrees(t *testing.T, db *DB) (orgs []string, err error) {
	t.Helper()
	err = db.SystemRead(t.Context(), func(tx *Tx) (err error) {
		orgs, err = All[string](tx, `SELECT id FROM audit_tree`)
		return err
	})
	return orgs, err
}
