package wire

import (
	"io"
	"time"

	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
	"varn/internal/infra/documents"
	"varn/internal/infra/jail"
)

// readings is how many documents may be read at a time.
const readings = 2

// reader reads documents in processes of their own, with the system's programs where they are.
func reader(program string) *documents.Reader {
	if program == "" {
		return &documents.Reader{}
	}
	slots := make(chan struct{}, readings)
	return &documents.Reader{
		Jail:     &jail.Runner{Program: program, Args: []string{extract.Argument}, Wall: 30 * time.Second, Most: extract.MaxAnswer, Slots: slots},
		Redactor: &jail.Runner{Program: program, Args: []string{redact.Argument}, Wall: 30 * time.Second, Most: redact.MaxAnswer, Slots: slots},
		Programs: &jail.Programs{Self: program, Wall: 60 * time.Second, Most: 64 << 20, Slots: make(chan struct{}, readings)},
	}
}

// Documents is what reads documents at the terminal.
func Documents(program string) *documents.Reader { return reader(program) }

// Jailed does what a process that is shut in was started for, if it was; it gives the exit status.
func Jailed(args []string, in io.Reader, out io.Writer) (status int, jailed bool) {
	switch {
	case len(args) == 1 && args[0] == extract.Argument:
		return jail.Main(in, out, extract.Answer), true
	case len(args) == 1 && args[0] == redact.Argument:
		return jail.Main(in, out, redact.Answer), true
	case args[0] == jail.ProgramArgument:
		return jail.MainProgram(args[1:]), true
	}
	return 0, false
}
