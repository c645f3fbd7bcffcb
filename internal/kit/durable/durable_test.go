package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestReplaceCreateAndErase(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := errors.Join(Dir(dir), Dir(dir)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "x")
	if err := errors.Join(Create(path, []byte("one")), Replace(path, []byte("two"))); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("three")); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("it took the place of a file: %v", err)
	}
	s, err := os.Stat(path)
	if got, _ := os.ReadFile(path); err != nil || string(got) != "two" || s.Mode().Perm() != 0o600 {
		t.Fatalf("%q %v %v", got, s.Mode(), err)
	}
	kept := filepath.Join(dir, "kept")
	if err := os.Link(path, kept); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Erase(path), Erase(path), Remove(path)); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(kept); string(got) != "\x00\x00\x00" {
		t.Fatalf("the bytes themselves are still there: %q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Fatalf("something is left behind: %v", left)
	}
}

func TestAFailureLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if err := Dir(path); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("one")); err == nil {
		t.Fatal("a folder was replaced by a file")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Fatalf("%v", left)
	}
}
