// Package doctor says what is wrong with an installation and how to mend it. It mends nothing.
package doctor

import (
	"context"
	"errors"
	"fmt"

	"varn/cmd/varn/wire"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// Level is how bad a finding is.
type Level string

// Wrong must be mended: something is lost, open or does not start. Unwise should be.
const (
	Fine   Level = "fine"
	Unwise Level = "unwise"
	Wrong  Level = "wrong"
)

// Finding is one thing that was looked at.
type Finding struct {
	Level Level  `json:"level"`
	Check string `json:"check"`
	Says  string `json:"says"`
	Mend  string `json:"mend,omitempty"`
}

// Patient is the installation under examination, with what has been found.
type Patient struct {
	config   wire.Config
	clock    clock.Clock
	keys     *keyplace.Place
	db       *store.DB
	texts    *locale.Texts
	Findings []Finding
}

// Examine looks at everything that can be looked at: what fails hides no more than it must.
func Examine(ctx context.Context, c wire.Config, at clock.Clock) []Finding {
	p := &Patient{config: c, clock: at}
	var err error
	if p.texts, err = locale.Load(); err != nil {
		p.wrong("program", err.Error(), "it was built without its texts; install it anew")
		return p.Findings
	}
	p.origin()
	p.data()
	p.readers()
	p.keyFiles()
	if p.keys != nil && p.database(ctx) {
		p.rows(ctx)
		if err := p.db.Close(); err != nil {
			p.wrong("database", err.Error(), "look at the disk and the database's own log")
		}
	}
	return p.Findings
}

// Sick tells whether anything is wrong.
func Sick(all []Finding) bool {
	for _, f := range all {
		if f.Level == Wrong {
			return true
		}
	}
	return false
}

func (p *Patient) fine(check, says string) {
	p.Findings = append(p.Findings, Finding{Fine, check, says, ""})
}

func (p *Patient) unwise(check, says, mend string) {
	p.Findings = append(p.Findings, Finding{Unwise, check, says, mend})
}

func (p *Patient) wrong(check, says, mend string) {
	p.Findings = append(p.Findings, Finding{Wrong, check, says, mend})
}

// says gives a warning in the operator's language.
func (p *Patient) says(w fault.Warning) string {
	return p.texts.Say(locale.English, locale.Key(w.Code), w.Args...)
}

// keyFiles opens the key place; its errors and warnings say themselves what to do.
func (p *Patient) keyFiles() {
	keys, err := p.config.Keys()
	if err != nil {
		p.wrong("keys", err.Error(), "see docs/configuration.md: server_key")
		return
	}
	p.keys = keys
	p.fine("keys", "the server key and the log's signing key are in place and readable by their owner alone")
	for _, w := range keys.Warnings() {
		p.unwise("second key place", p.says(w), "set second_key_place to a folder on another machine or medium")
	}
	if _, err := keyplace.ReadKey(keys.BackupKeyFile()); err != nil && p.config.Backup != "" {
		p.unwise("backup key", "there is no usable backup key yet: "+err.Error(), "run varn backup once, and keep a copy of the key elsewhere")
	}
}

// database opens the rows without signing or changing anything of the log.
func (p *Patient) database(ctx context.Context) bool {
	rows := store.Config{Dir: p.config.Data, URL: p.config.Database, OwnerURL: p.config.DatabaseOwner, WorkerURL: p.config.DatabaseWorker,
		Clock: p.clock, Verifier: p.keys.Verifier(), HeldCheckpoint: p.keys.Checkpoint}
	db, err := store.Open(ctx, rows)
	var older *store.Older
	switch {
	case errors.As(err, &older):
		p.wrong("checkpoint", fmt.Sprintf("the database has %d entries of its log, and %d were signed: an older one was put back, or the log was cut", older.Have, older.Want),
			"if it was put back on purpose: varn restore --accept; otherwise find out who changed it")
		return false
	case err != nil:
		p.wrong("database", err.Error(), "look whether it runs and whether disk and rights are right; varn migrate brings its tables up to date")
		return false
	}
	p.db = db
	p.fine("database", "it passes its self-test ("+db.Engine()+"), and continues the checkpoint beside the server key")
	for _, w := range db.Warnings {
		p.unwise("database", p.says(w), "set it in PostgreSQL: ALTER DATABASE … SET …")
	}
	if doubt := db.TimeDoubt(); doubt != store.NoDoubt {
		p.unwise("clock", "the time is in doubt ("+string(doubt)+"): nothing is destroyed by date meanwhile", "run a time service (chrony or systemd-timesyncd); then confirm the time on the administrator's page")
	}
	return true
}
