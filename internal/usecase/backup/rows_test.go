package backup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/infra/blob"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

const someDump = `{"table":"item","columns":["org","id"],"types":"tt"}
["o","{not a heading"]
{"table":"object","columns":["org","id","case_id","item","size","epoch","created","erased"],"types":"ttttiiii"}
["o","first","c","i",1,2,3,0]
["o","erased","c","i",1,2,3,99]
["o","second","c","i",1,2,3,0]
{"table":"person","columns":["org","id"],"types":"tt"}
["o","nobody"]
`

func TestObjectsAreReadHoweverADumpIsCut(t *testing.T) {
	t.Parallel()
	for step := 1; step < len(someDump); step++ {
		o := &objectRows{}
		for part := range slices.Chunk([]byte(someDump), step) {
			if n, err := o.Write(part); err != nil || n != len(part) {
				t.Fatal(n, err)
			}
		}
		if !slices.Equal(o.found, []string{"first", "second"}) {
			t.Fatalf("in steps of %d: %v", step, o.found)
		}
	}
	if _, err := (&objectRows{}).Write([]byte(strings.Replace(someDump, `"first"`, `7`, 1))); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func FuzzObjectRows(f *testing.F) {
	f.Add([]byte(someDump), 7)
	f.Fuzz(func(t *testing.T, dump []byte, step int) {
		o := &objectRows{}
		for part := range slices.Chunk(dump, max(1, step)) {
			if _, err := o.Write(part); err != nil {
				return
			}
		}
	})
}

func TestOnlyWhatNeverCameToItsEndIsTidiedAway(t *testing.T) {
	t.Parallel()
	place, err := blob.OpenDisk(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Of(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))
	id := strings.Repeat("0", 26)
	kept := []string{
		"0123456789abcdefghjkmnpqrs", "b-20261001-080000-" + id + dumpPart, "b-20261001-080000-" + id + manifestPart,
		"b-20261120-080000-" + id + dumpPart, "b-notastamp-" + id + dumpPart,
	}
	for _, name := range append(kept, "b-20261002-080000-"+id+dumpPart, "b-20261002-080000-"+id+objectsPart) {
		if err := place.Put(t.Context(), name, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := tidy(t.Context(), place, now); err != nil {
		t.Fatal(err)
	}
	var left []string
	if err := place.Walk(t.Context(), func(name string, _ int64) error { left = append(left, name); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(kept)
	if slices.Sort(left); !slices.Equal(left, kept) {
		t.Errorf("left: %v", left)
	}
	all, err := names(t.Context(), place)
	if err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}
