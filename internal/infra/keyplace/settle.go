package keyplace

import (
	"os"
	"path/filepath"

	"varn/internal/kit/durable"
	"varn/internal/kit/seal"
)

// Settle makes every place hold the root of the generation that the database has, and nothing else:
// what it replaces is overwritten. Only after Settle is destroyed what was to be destroyed.
func (e *Epoch) Settle(generation int64) error {
	key, err := e.Current(generation)
	if err != nil {
		return err
	}
	for _, folder := range e.folders {
		if err := e.settle(folder, state{generation, key}); err != nil {
			return unreachable(folder, err)
		}
	}
	return nil
}

func (e *Epoch) settle(folder string, want state) error {
	if readRoot(folder, nextFile).generation == want.generation {
		if err := finish(folder); err != nil {
			return err
		}
	} else if err := takeBack(folder); err != nil {
		return err
	}
	if readRoot(folder, rootFile).generation != want.generation { // a place that is new, or was away
		return e.catchUp(folder, want)
	}
	return nil
}

// finish moves the nodes, overwrites the old root and puts the new one in its place. Each step may
// be the last before a kill; done again, it goes on.
func finish(folder string) error {
	staged, err := names(filepath.Join(folder, nextFolder))
	if err != nil {
		return err
	}
	if err := durable.Dir(filepath.Join(folder, nodesFolder)); err != nil {
		return err
	}
	for _, name := range staged {
		if err := os.Rename(filepath.Join(folder, nextFolder, name), filepath.Join(folder, nodesFolder, name)); err != nil {
			return err
		}
	}
	if err := durable.SyncDir(filepath.Join(folder, nodesFolder)); err != nil {
		return err
	}
	if err := durable.Erase(filepath.Join(folder, rootFile)); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(folder, nextFile), filepath.Join(folder, rootFile)); err != nil {
		return err
	}
	return durable.SyncDir(folder)
}

// takeBack removes what was staged and never committed.
func takeBack(folder string) error {
	if err := durable.Erase(filepath.Join(folder, nextFile)); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(folder, nextFolder))
}

// catchUp gives a place what the others have.
func (e *Epoch) catchUp(folder string, want state) error {
	nodes := map[string]seal.Box{}
	for _, other := range e.folders {
		if other == folder || readRoot(other, rootFile).generation != want.generation {
			continue
		}
		if err := readNodes(other, func(id string, b seal.Box) error { nodes[id] = b; return nil }); err != nil {
			return err
		}
	}
	if err := stage(folder, want, nodes); err != nil {
		return err
	}
	return finish(folder)
}
