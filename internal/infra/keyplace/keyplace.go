// Package keyplace is where keys lie on disk: outside the database, the data directory and the
// backups.
package keyplace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/kit/durable"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

const (
	serverKeyFile  = "varn-server-key"
	signingKeyFile = "log-signing-key"
	instanceFile   = "instance"
	databaseFile   = "varn.db"
)

// Config says where. Every field but Data may be empty.
type Config struct {
	// Data is the data directory, in which no key may lie.
	Data string
	// ServerKey is the file of the server key. Empty: the systemd credential varn-server-key if
	// there is one, otherwise that name in the first key place.
	ServerKey string
	// First is the folder of all else that lies beside the server key. Empty: the folder of
	// ServerKey, or varn/INSTANCE in the user's configuration directory.
	First string
	// Second is a folder on another machine or medium; the roots of erasable keys lie there too.
	Second string
	// Create lets missing keys be made, but never for data that exists already.
	Create bool
}

// Place is the opened key place.
type Place struct {
	first, second string
	server        seal.Key
	signer        note.Signer
	verifier      note.Verifier
	verifierKey   string
	warnings      []fault.Warning
}

// Open finds and checks every key. Its errors begin with the configuration key that they are about
// and say what to do.
func Open(c Config) (*Place, error) {
	where, err := locate(c)
	if err != nil {
		return nil, err
	}
	p := &Place{first: where.first, second: c.Second}
	if err := p.folders(c); err != nil {
		return nil, err
	}
	if p.server, err = serverKey(c, where); err != nil {
		return nil, err
	}
	if err := p.signing(c); err != nil {
		return nil, err
	}
	p.warn()
	return p, nil
}

// Server is the key that every organisation's root key is sealed under.
func (p *Place) Server() seal.Key { return p.server }

// Signer signs the log's checkpoints.
func (p *Place) Signer() note.Signer { return p.signer }

// Verifier checks them.
func (p *Place) Verifier() note.Verifier { return p.verifier }

// VerifierKey is the public half as text, to be given to auditors and witnesses.
func (p *Place) VerifierKey() string { return p.verifierKey }

// Warnings are what an operator should mend without hurry.
func (p *Place) Warnings() []fault.Warning { return slices.Clone(p.warnings) }

func (p *Place) folders(c Config) error {
	for _, f := range []struct{ key, path string }{{"key_place", p.first}, {"second_key_place", p.second}} {
		if f.path == "" {
			continue
		}
		if err := outside(f.key, f.path, c.Data); err != nil {
			return err
		}
	}
	if p.second != "" && within(p.second, p.first) && within(p.first, p.second) {
		return fmt.Errorf("second_key_place: %s is the first key place; choose a folder on another machine or medium", p.second)
	}
	if c.Create {
		if err := durable.Dir(p.first); err != nil {
			return fmt.Errorf("key_place: %s cannot be made: %w; make it or set key_place to another folder", p.first, err)
		}
	}
	return private("key_place", p.first, 0o022, "700")
}

func serverKey(c Config, where location) (seal.Key, error) {
	raw, err := os.ReadFile(where.server)
	if errors.Is(err, fs.ErrNotExist) {
		return makeServerKey(c, where)
	}
	if err != nil {
		return seal.Key{}, fmt.Errorf("server_key: %s cannot be read: %w", where.server, err)
	}
	if err := outside("server_key", where.server, c.Data); err != nil {
		return seal.Key{}, err
	}
	if !where.credential { // systemd guards its credentials itself, with an access list
		if err := private("server_key", where.server, 0o077, "600"); err != nil {
			return seal.Key{}, err
		}
	}
	key, err := parseKey(raw)
	if err != nil {
		return seal.Key{}, fmt.Errorf("server_key: %s does not hold 32 bytes or 64 hex digits; put the right file back (a new one is made by: openssl rand -hex 32)", where.server)
	}
	return key, nil
}

func makeServerKey(c Config, where location) (seal.Key, error) {
	if hasData(c.Data) {
		return seal.Key{}, fmt.Errorf("server_key: %s is missing, but %s holds data sealed under it; put the key file back, or use varn restore with the recovery sheets", where.server, c.Data)
	}
	if !c.Create {
		return seal.Key{}, fmt.Errorf("server_key: %s is missing; run varn init, or set server_key to where it lies", where.server)
	}
	if err := outside("server_key", where.server, c.Data); err != nil {
		return seal.Key{}, err
	}
	if err := durable.Dir(filepath.Dir(where.server)); err != nil {
		return seal.Key{}, fmt.Errorf("server_key: %w", err)
	}
	key := seal.NewKey()
	err := durable.Create(where.server, fmt.Appendf(nil, "%x\n", key.Bytes()))
	if errors.Is(err, fs.ErrExist) { // another node was faster
		return serverKey(c, where)
	}
	if err != nil {
		return seal.Key{}, fmt.Errorf("server_key: %s cannot be written: %w", where.server, err)
	}
	return key, nil
}

func (p *Place) signing(c Config) error {
	path := filepath.Join(p.first, signingKeyFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if hasData(c.Data) || !c.Create {
			return fmt.Errorf("key_place: %s, which signs the log, is missing; put it back, or use varn restore", path)
		}
		if err := makeSigningKey(path); err != nil {
			return fmt.Errorf("key_place: %s cannot be written: %w", path, err)
		}
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return fmt.Errorf("key_place: %s cannot be read: %w", path, err)
	}
	if err := private("key_place", path, 0o077, "600"); err != nil {
		return err
	}
	if err := p.parseSigning(raw); err != nil {
		return fmt.Errorf("key_place: %s is not a signing key; put the right file back", path)
	}
	return nil
}

func makeSigningKey(path string) error {
	skey, _, err := seal.NewSigningKey("varn-" + ident.New()[:12])
	if err != nil {
		return err
	}
	if err := durable.Create(path, []byte(skey+"\n")); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Folder is the first key place, for what else must lie outside the data directory.
func (p *Place) Folder() string { return p.first }
