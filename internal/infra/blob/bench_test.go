package blob

import (
	"crypto/sha256"
	"io"
	"testing"

	"varn/internal/kit/seal"
)

// BenchmarkAttachment takes 256 MiB in, sealed and durable, without and with its hash.
func BenchmarkAttachment(b *testing.B) {
	for name, hashed := range map[string]bool{"sealed": false, "sealed and hashed": true} {
		b.Run(name, func(b *testing.B) {
			d, err := OpenDisk(b.TempDir(), 0)
			if err != nil {
				b.Fatal(err)
			}
			piece, h := make([]byte, 1<<20), sha256.New()
			b.SetBytes(256 << 20)
			for b.Loop() {
				a, err := d.Append(b.Context(), "attachment", 0)
				if err != nil {
					b.Fatal(err)
				}
				w := seal.NewStream(seal.NewKey(), seal.Bind("org", "file")).Writer(a)
				to := io.Writer(w)
				if hashed {
					to = io.MultiWriter(w, h)
				}
				for range 256 {
					if _, err := to.Write(piece); err != nil {
						b.Fatal(err)
					}
				}
				if w.Close() != nil || a.Sync() != nil || a.Close() != nil {
					b.Fatal("not durable")
				}
			}
		})
	}
}
