package keyplace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"varn/internal/kit/durable"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

const (
	rootFile    = "root"
	nextFile    = "root.next"
	nodesFolder = "nodes"
	nextFolder  = "next"
)

var (
	// ErrOlder means that the database is older than the key places: something was destroyed since.
	ErrOlder = errors.New("keyplace: the database is older than its key places; restore it with varn restore")
	// ErrNoRoot means that no key place has the root that the database was written under.
	ErrNoRoot = errors.New("keyplace: no key place holds the root of this generation")
)

// Epoch is the root of one tree of erasable keys, in both key places, and the newest form of every
// node that was renewed. The nodes are sealed and harmless; they are kept here so that an older
// database can be brought up to the present root, which is all that opens its survivors.
//
// A destruction goes: Stage (the new root lies beside the old), commit of the nodes and of the new
// generation in the database, Settle (the old root is overwritten). After a kill anywhere, Settle
// with the generation that the database has either finishes it or takes it back.
type Epoch struct{ folders []string }

// Epoch opens the tree of a name.
func (p *Place) Epoch(tree string) (*Epoch, error) {
	if err := plainName(tree); err != nil {
		return nil, err
	}
	e := &Epoch{}
	for _, place := range []string{p.first, p.second} {
		if place != "" {
			e.folders = append(e.folders, filepath.Join(place, "epoch", tree))
		}
	}
	return e, nil
}

// Current gives the root of the generation that the database has. It writes nothing.
func (e *Epoch) Current(generation int64) (seal.Key, error) {
	var found seal.Key
	for _, folder := range e.folders {
		root, next := readRoot(folder, rootFile), readRoot(folder, nextFile)
		if root.generation > generation {
			return seal.Key{}, ErrOlder
		}
		for _, s := range []state{root, next} {
			if s.generation == generation && found.IsZero() {
				found = s.key
			}
		}
	}
	if found.IsZero() {
		return seal.Key{}, ErrNoRoot
	}
	return found, nil
}

// Newest is the highest generation that was settled in any place; 0 if the tree is new. Restoring
// an older database ends with this generation and with what Nodes gives.
func (e *Epoch) Newest() int64 {
	newest := int64(0)
	for _, folder := range e.folders {
		newest = max(newest, readRoot(folder, rootFile).generation)
	}
	return newest
}

// Stage lays a new root and the nodes renewed under it beside the present ones, in every place, on
// the disk. The first root of a tree has generation 1.
func (e *Epoch) Stage(generation int64, root seal.Key, nodes map[string]seal.Box) error {
	if generation <= e.Newest() {
		return fault.New(fault.Conflict, "epoch.generation", fmt.Sprintf("generation %d is not new", generation))
	}
	for _, folder := range e.folders {
		if err := stage(folder, state{generation, root}, nodes); err != nil {
			return unreachable(folder, err)
		}
	}
	return nil
}

func stage(folder string, s state, nodes map[string]seal.Box) error {
	// The place itself is never made here: a medium that is not there must not be taken for empty.
	if _, err := os.Stat(filepath.Dir(filepath.Dir(folder))); err != nil {
		return err
	}
	if err := takeBack(folder); err != nil {
		return err
	}
	if err := durable.Dir(filepath.Join(folder, nextFolder)); err != nil {
		return err
	}
	for id, b := range nodes {
		if err := durable.Replace(filepath.Join(folder, nextFolder, nodeName(id)), b.Bytes()); err != nil {
			return err
		}
	}
	return durable.Replace(filepath.Join(folder, nextFile), s.encode())
}

// Nodes gives every node that was renewed since the tree was new, in its newest form.
func (e *Epoch) Nodes(each func(id string, sealed seal.Box) error) error {
	newest := e.Newest()
	for _, folder := range e.folders {
		if readRoot(folder, rootFile).generation == newest {
			return readNodes(folder, each)
		}
	}
	return nil
}

func readNodes(folder string, each func(id string, sealed seal.Box) error) error {
	files, err := names(filepath.Join(folder, nodesFolder))
	if err != nil {
		return err
	}
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Join(folder, nodesFolder, name))
		if err != nil {
			return err
		}
		if err := each(strings.ReplaceAll(name, "-", "/"), seal.NewBox(raw)); err != nil {
			return err
		}
	}
	return nil
}

func nodeName(id string) string { return strings.ReplaceAll(id, "/", "-") }

func unreachable(folder string, err error) error {
	return fault.Wrap(fault.Unavailable, "epoch.place", fmt.Errorf("key place %s: %w", folder, err))
}
