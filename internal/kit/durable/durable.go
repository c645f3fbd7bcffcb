// Package durable writes files so that what was acknowledged survives a kill and a power cut, and
// what was not leaves no half file behind.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace puts a file in the place of whatever has the name: afterwards either the old or the new
// content is there, whole, and it is on the disk. Only the owner may read it.
func Replace(path string, content []byte) error {
	temp, err := written(path, content)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		_ = os.Remove(temp)
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// Create is Replace that never takes the place of a file: fs.ErrExist if there is one.
func Create(path string, content []byte) error {
	temp, err := written(path, content)
	if err != nil {
		return err
	}
	err = os.Link(temp, path)
	_ = os.Remove(temp)
	if err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// written leaves the content, synced, under a name of its own in the same folder.
func written(path string, content []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// Dir makes a folder and what is missing above it, readable by the owner only, on the disk.
func Dir(path string) error {
	if s, err := os.Stat(path); err == nil {
		if !s.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: path, Err: fs.ErrExist}
		}
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := Dir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncDir(parent)
}

// SyncDir makes the names in a folder durable.
func SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Remove takes a file's name away, durably; a file that is not there is no error.
func Remove(path string) error {
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// Erase writes zeros over a file where it lies, and only then takes its name away. What a medium
// keeps of the old blocks is beyond a program; the threat model says so.
func Erase(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt(make([]byte, s.Size()), 0)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return Remove(path)
}
