package wire

import (
	"io"
	"time"

	"varn/internal/domain/preview"
	"varn/internal/infra/jail"
)

// previews is how many may be made at a time.
const previews = 2

// previewer starts previews of originals in processes of their own.
func previewer(program string) *jail.Runner {
	return &jail.Runner{Program: program, Args: []string{preview.Argument}, Wall: 20 * time.Second, Most: preview.MaxAnswer, Slots: make(chan struct{}, previews)}
}

// Preview is what such a process does; it gives the exit status.
func Preview(in io.Reader, out io.Writer) int { return jail.Main(in, out, preview.Answer) }
