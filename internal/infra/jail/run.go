package jail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// noJail is the exit status of a process that could not be shut in.
const noJail = 3

// Runner starts jailed processes: this same program, told by its first argument to call Main.
type Runner struct {
	Program string
	Args    []string
	Wall    time.Duration // how long one may take
	Most    int64         // bytes that one may answer
	Slots   chan struct{} // how many may run at a time; nil: any number
}

// Run gives a content to a process of its own and gives what that answers.
func (r *Runner) Run(ctx context.Context, content io.Reader, args ...string) ([]byte, error) {
	if r == nil || r.Program == "" {
		return nil, ErrNoJail
	}
	if r.Slots != nil {
		select {
		case r.Slots <- struct{}{}:
			defer func() { <-r.Slots }()
		case <-ctx.Done():
			return nil, ErrStopped
		}
	}
	ctx, stop := context.WithTimeout(ctx, r.Wall)
	defer stop()
	c := exec.CommandContext(ctx, r.Program, append(append([]string(nil), r.Args...), args...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return answer(ctx, c, content, r.Most, noJail)
}

// answer runs a process without environment on a content and gives what it says, at most so many bytes. The status
// unshut says that it could not be shut in.
func answer(ctx context.Context, c *exec.Cmd, content io.Reader, most int64, unshut int) ([]byte, error) {
	c.Env, c.Dir = []string{}, "/"
	c.WaitDelay = time.Second
	c.Stdin = content
	out := &bounded{most: most}
	c.Stdout = out
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case err == nil && !out.over:
		return out.b.Bytes(), nil
	case errors.As(err, &exit) && exit.ExitCode() == unshut:
		return nil, ErrNoJail
	case ctx.Err() != nil || err == nil || errors.As(err, &exit) || errors.Is(err, exec.ErrWaitDelay):
		return nil, ErrStopped
	}
	return nil, err
}

// bounded keeps so much and no more.
type bounded struct {
	b    bytes.Buffer
	most int64
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if int64(b.b.Len()+len(p)) > b.most {
		b.over = true
		return 0, io.ErrShortBuffer
	}
	return b.b.Write(p)
}

// Main is what the jailed process does: it shuts itself in, and only then reads a byte. It gives the
// exit status.
func Main(in io.Reader, out io.Writer, work func(io.Reader) ([]byte, error)) int {
	if err := Lock(); err != nil {
		return noJail
	}
	answer, err := work(in)
	if err != nil {
		return 1
	}
	if _, err := out.Write(answer); err != nil {
		return 1
	}
	return 0
}
