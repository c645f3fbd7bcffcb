package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"varn/internal/kit/fault"
)

//go:embed static/*.css static/*.js static/*.svg static/*.png static/*.woff2
var staticFiles embed.FS

// assets are the static files under names that carry a hash of their content: such a name never
// changes its meaning, so browsers keep it for good.
type assets struct {
	mu    sync.RWMutex
	names map[string]string // "app.css" → "app.3f2a9c0d11.css"
	files map[string]*asset // by the name with the hash
}

type asset struct {
	body, packed []byte
	kind         string
}

// loadAssets names and packs the built-in files; style sheets last, since they name the others.
func loadAssets() (*assets, error) {
	a := &assets{names: map[string]string{}, files: map[string]*asset{}}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(entries, func(x, y fs.DirEntry) int { return rank(x.Name()) - rank(y.Name()) })
	for _, e := range entries {
		body, err := fs.ReadFile(staticFiles, path.Join("static", e.Name()))
		if err != nil {
			return nil, err
		}
		if rank(e.Name()) > 0 {
			for plain, hashed := range a.names {
				body = bytes.ReplaceAll(body, []byte("url("+plain+")"), []byte("url("+hashed+")"))
			}
		}
		a.add(e.Name(), body)
	}
	return a, nil
}

func rank(name string) int {
	if path.Ext(name) == ".css" {
		return 1
	}
	return 0
}

// add keeps a file under its hashed name and gives the address.
func (a *assets) add(name string, body []byte) string {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	file := &asset{body: body, kind: kindOf(ext)}
	if ext != ".woff2" && ext != ".png" {
		file.packed = pack(body)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[name], a.files[hashed] = hashed, file
	return "/static/" + hashed
}

// plain gives a file by its name without the hash, or nil.
func (a *assets) plain(name string) *asset {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.files[a.names[name]]
}

func kindOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

func pack(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, err := w.Write(body)
	if err := errors.Join(err, w.Close()); err != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}

// href gives the address of a built-in file; an unknown name fails the template that asks for it.
func (a *assets) href(name string) (string, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	hashed, ok := a.names[name]
	if !ok {
		return "", errors.New("there is no static file " + name)
	}
	return "/static/" + hashed, nil
}

func (s *Server) static(r *Request) error {
	s.assets.mu.RLock()
	file := s.assets.files[r.Path("name")]
	s.assets.mu.RUnlock()
	if file == nil {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	h := r.W.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", file.kind)
	body := file.body
	if file.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.HTTP.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = file.packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.HTTP.Method != http.MethodHead {
		_, _ = r.W.Write(body)
	}
	return nil
}
