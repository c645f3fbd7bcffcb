package keyplace

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/kit/durable"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

// location is where the server key lies, and the first key place.
type location struct {
	server, first string
	credential    bool
}

func locate(c Config) (location, error) {
	w := location{server: c.ServerKey, first: c.First}
	if w.server == "" {
		if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
			path := filepath.Join(dir, serverKeyFile)
			if _, err := os.Stat(path); err == nil {
				w.server, w.credential = path, true
			}
		}
	}
	if w.first == "" && w.server != "" && !w.credential {
		w.first = filepath.Dir(w.server)
	}
	if w.first == "" {
		var err error
		if w.first, err = ownFolder(c); err != nil {
			return location{}, err
		}
	}
	if w.server == "" {
		w.server = filepath.Join(w.first, serverKeyFile)
	}
	return w, nil
}

// ownFolder is found again by an id in the data directory, so that the directory may be moved.
func ownFolder(c Config) (string, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("key_place: there is no configuration directory here (%w); set key_place to a folder outside %s", err, c.Data)
	}
	path := filepath.Join(c.Data, instanceFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !c.Create || hasData(c.Data) {
			return "", fmt.Errorf("key_place: %s, which says where the keys lie, is missing; set key_place to the folder that holds %s", path, serverKeyFile)
		}
		if err := durable.Dir(c.Data); err != nil {
			return "", fmt.Errorf("data: %s cannot be made: %w", c.Data, err)
		}
		if err := durable.Create(path, []byte(ident.New()+"\n")); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("data: %s cannot be written: %w", path, err)
		}
		raw, err = os.ReadFile(path)
	}
	id := strings.TrimSpace(string(raw))
	if err != nil || !ident.Valid(id) {
		return "", fmt.Errorf("data: %s does not hold an id; set key_place to the folder that holds %s", path, serverKeyFile)
	}
	return filepath.Join(config, "varn", id), nil
}

// hasData tells whether something was sealed already.
func hasData(data string) bool {
	_, err := os.Stat(filepath.Join(data, databaseFile))
	return err == nil
}

// outside refuses a path in the data directory, also one that only leads there.
func outside(key, path, data string) error {
	if within(path, data) {
		return fmt.Errorf("%s: %s lies in the data directory %s, and so in every copy of it; move it elsewhere", key, path, data)
	}
	return nil
}

func within(path, dir string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(real(dir), real(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// real follows symbolic links as far as the path exists.
func real(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if r, err := filepath.EvalSymlinks(abs); err == nil {
		return r
	}
	if parent := filepath.Dir(abs); parent != abs {
		return filepath.Join(real(parent), filepath.Base(abs))
	}
	return abs
}

// private refuses what others may do with a file or folder.
func private(key, path string, others fs.FileMode, chmod string) error {
	s, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %s cannot be read: %w; make it or set %s to where it lies", key, path, err, key)
	}
	if s.Mode().Perm()&others != 0 {
		return fmt.Errorf("%s: %s is open to others (%v); run: chmod %s %s", key, path, s.Mode().Perm(), chmod, path)
	}
	return nil
}

func parseKey(raw []byte) (seal.Key, error) {
	if len(raw) == seal.KeySize {
		return seal.KeyFrom(raw)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil {
		return seal.Key{}, err
	}
	return seal.KeyFrom(b)
}

func (p *Place) parseSigning(raw []byte) (err error) {
	skey := strings.TrimSpace(string(raw))
	if p.signer, err = note.NewSigner(skey); err != nil {
		return err
	}
	if p.verifierKey, err = seal.VerifierOf(skey); err != nil {
		return err
	}
	p.verifier, err = note.NewVerifier(p.verifierKey)
	return err
}

func (p *Place) warn() {
	if p.second == "" {
		p.warnings = append(p.warnings, fault.Warning{Code: "warning.no-second-place"})
		return
	}
	one, err1 := os.Stat(p.first)
	two, err2 := os.Stat(p.second)
	if err1 != nil || err2 != nil {
		p.warnings = append(p.warnings, fault.Warning{Code: "warning.second-place-gone", Args: []any{p.second}})
		return
	}
	a, ok1 := one.Sys().(*syscall.Stat_t)
	b, ok2 := two.Sys().(*syscall.Stat_t)
	if ok1 && ok2 && a.Dev == b.Dev {
		p.warnings = append(p.warnings, fault.Warning{Code: "warning.second-place-near", Args: []any{p.second}})
	}
}
