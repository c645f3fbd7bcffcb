//go:build faults

package store

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// kills is how often a writing process is killed when faults are tried thoroughly.
const kills = 50

// A real full disk: what was acknowledged stays, the rest is refused as unavailable, and the
// store goes on when there is room again.
func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("varn", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Fatalf("this test mounts a file system and needs root: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	signer, verifier := newKey(t, "varn.example.se")
	p := place{cfg: Config{Dir: dir, extra: suiteTables, Signer: signer, Verifier: verifier}, signs: &signing{kept: map[string][]byte{}}}
	p.cfg.SaveCheckpoint = p.signs.save
	if err := Migrate(t.Context(), p.cfg); err != nil {
		t.Fatal(err)
	}
	ballast := dir + "/ballast"
	if err := os.WriteFile(ballast, make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	db := p.open(t)
	org := newOrg(db)
	acknowledged := fillDisk(t, org)
	if len(acknowledged) == 0 {
		t.Fatal("nothing was acknowledged before the disk was full")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := org.Write(t.Context(), func(tx *Tx) error { return logThing(tx, "after", 1, 1) }); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	checkAfterKill(t, p, org.ID(), acknowledged)
}

// fillDisk writes until sixteen writers have each been refused some times.
func fillDisk(t *testing.T, org Org) map[string]bool {
	t.Helper()
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	big := strings.Repeat("x", 8<<10)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for refused := 0; refused < 5; {
				id := ident.New()
				err := org.Write(t.Context(), func(tx *Tx) error {
					if err := logThing(tx, id, 1, 1); err != nil {
						return err
					}
					_, err := tx.Exec(`UPDATE thing SET body = $2 WHERE org = $1 AND id = $3`, []byte(big), id)
					return err
				})
				mu.Lock()
				switch {
				case err == nil:
					acknowledged[id] = true
				case fault.Is(err, fault.Unavailable):
					refused++
				default:
					t.Error(fmt.Sprint("not as unavailable: ", err))
					refused++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return acknowledged
}
