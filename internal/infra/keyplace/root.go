package keyplace

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"varn/internal/kit/seal"
)

// state is what a root file holds; the zero state is a file that is missing, torn or overwritten.
type state struct {
	generation int64
	key        seal.Key
}

// encode writes version, generation, key and a checksum against a torn write.
func (s state) encode() []byte {
	line := fmt.Sprintf("1 %d %x", s.generation, s.key.Bytes())
	return fmt.Appendf(nil, "%s %08x\n", line, crc32.ChecksumIEEE([]byte(line)))
}

func readRoot(folder, name string) state {
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return state{}
	}
	return decodeRoot(raw)
}

func decodeRoot(raw []byte) state {
	var generation int64
	var key []byte
	if n, err := fmt.Sscanf(string(raw), "1 %d %x", &generation, &key); n != 2 || err != nil || generation < 1 {
		return state{}
	}
	k, err := seal.KeyFrom(key)
	if err != nil {
		return state{}
	}
	s := state{generation, k}
	if string(s.encode()) != string(raw) {
		return state{}
	}
	return s
}

// names lists the files of a folder, those being written left out; none if it is not there.
func names(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
