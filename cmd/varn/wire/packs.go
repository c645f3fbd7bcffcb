package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"varn/internal/domain/assessment"
)

// maxPacks is how many indicator sets a folder can hold.
const maxPacks = 50

// packs reads the indicator sets that can be chosen: our own, then those of the folder by their names. A
// file that is no set stops the start: a set that is silently missing would be asked for in vain.
func (c Config) packs() ([]assessment.Pack, error) {
	out := []assessment.Pack{assessment.Builtin()}
	if c.Indicators == "" {
		return out, nil
	}
	files, err := filepath.Glob(filepath.Join(c.Indicators, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("indicators: %w", err)
	}
	if _, err := os.Stat(c.Indicators); err != nil {
		return nil, fmt.Errorf("indicators: %w", err)
	}
	if len(files) > maxPacks {
		return nil, fmt.Errorf("indicators: %s holds more than %d sets", c.Indicators, maxPacks)
	}
	for _, file := range files {
		p, err := readPack(file)
		if err != nil {
			return nil, fmt.Errorf("indicators: %s %w", file, err)
		}
		if slices.ContainsFunc(out, func(o assessment.Pack) bool { return o.ID == p.ID }) {
			return nil, fmt.Errorf("indicators: %s has the id %s, which another set has", file, p.ID)
		}
		out = append(out, p)
	}
	return out, nil
}

func readPack(file string) (p assessment.Pack, err error) {
	f, err := os.Open(file) //nolint:gosec // the operator names the folder
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	raw, err := io.ReadAll(io.LimitReader(f, assessment.MaxPack+1))
	if err != nil {
		return p, err
	}
	return assessment.ParsePack(raw)
}
