// Varn is Värn's one program: the server, the demo, and the operator's commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"varn/cmd/varn/wire"
	"varn/internal/domain/preview"
	"varn/internal/transport/cli"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == preview.Argument {
		os.Exit(wire.Preview(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 {
		if status, jailed := wire.Jailed(os.Args[1:], os.Stdin, os.Stdout); jailed {
			os.Exit(status)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Run(ctx, cli.Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv}, commands(), os.Args[1:])
	stop()
	os.Exit(status)
}

// commands is every verb, in the order that help lists them.
func commands() []cli.Command {
	return []cli.Command{
		serveCommand(),
		initCommand(),
		demoCommand(),
		importCommand(),
		importDirectoryCommand(),
		auditVerifyCommand(),
		auditExportCommand(),
		auditKeyCommand(),
		evidenceVerifyCommand(),
		backupCommand(),
		backupListCommand(),
		backupVerifyCommand(),
		restoreCommand(),
		doctorCommand(),
		migrateCommand(),
		keysRotateCommand(),
		screenCommand(),
		scanCommand(),
		mailDoctorCommand(),
		mailKeyCommand(),
	}
}
