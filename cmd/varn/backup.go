package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"

	"varn/cmd/varn/wire"
	"varn/internal/infra/keyplace"
	"varn/internal/kit/clock"
	"varn/internal/transport/cli"
	"varn/internal/usecase/backup"
)

func backupCommand() cli.Command {
	return cli.Command{
		Name: "backup", Summary: "Makes a backup that opens with the recovery sheets or the backup key", Usage: "[--to DIR|s3://BUCKET/PREFIX] [--fast] [--json]",
		Example: "varn backup --data /var/lib/varn --to /mnt/backup",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			to := f.String("to", "", "where backups lie; without it the key backup of the configuration")
			fast := f.Bool("fast", false, "without the pauses that spare those who work meanwhile")
			asJSON := f.Bool("json", false, "print one JSON object a line for each organisation")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments; backups are made with --to, listed with varn backup list"}
				}
				return beside(ctx, t, config, func(h *wire.House) error {
					desk, err := h.Backup(ctx, *to)
					if err != nil {
						return err
					}
					desk.Fast = *fast
					return makeBackups(ctx, t, desk, h.Ring.Orgs(), *asJSON)
				})
			}
		},
	}
}

// beside opens the installation while its server may be running.
func beside(ctx context.Context, t cli.Terminal, config func(cli.Terminal) (wire.Config, error), do func(*wire.House) error) (err error) {
	if err := harden(); err != nil {
		return err
	}
	c, err := config(t)
	if err != nil {
		return err
	}
	h, err := wire.Open(ctx, c, wire.Options{Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if h.Org() == "" {
		return errors.New("there is no organisation yet; run varn init first")
	}
	return do(h)
}

func makeBackups(ctx context.Context, t cli.Terminal, desk *backup.Desk, orgs []string, asJSON bool) error {
	var result error
	for _, org := range orgs {
		made, err := desk.Make(ctx, org)
		if err != nil {
			return err
		}
		if made.FreshKey != "" {
			fmt.Fprintf(t.Err, "A backup key was made: %s. Keep a copy of it elsewhere, apart from the backups; it opens them without the recovery sheets.\n", made.FreshKey)
		}
		for _, id := range made.Lost {
			fmt.Fprintf(t.Err, "varn backup: attachment %s is missing in the data directory; restore it from an older backup\n", id)
			result = cli.Findings
		}
		if err := tell(t, made.Manifest, asJSON); err != nil {
			return err
		}
	}
	return result
}

// listed is what a program reads of a backup.
type listed struct {
	Name    string `json:"name"`
	Org     string `json:"org"`
	Made    string `json:"made"`
	Bytes   int64  `json:"bytes"`
	Objects int64  `json:"objects"`
	Missing int64  `json:"missing"`
}

func tell(t cli.Terminal, m backup.Manifest, asJSON bool) error {
	one := listed{Name: m.Name, Org: m.Org, Made: moment(m.Made), Bytes: m.Dump + m.ListSize + m.Bytes, Objects: m.Objects, Missing: m.Missing}
	if asJSON {
		return json.NewEncoder(t.Out).Encode(one)
	}
	_, err := fmt.Fprintf(t.Out, "%s  organisation %s  %s  %d bytes, %d attachments\n", one.Name, one.Org, one.Made, one.Bytes, one.Objects)
	return err
}

func moment(at clock.Stamp) string { return at.Time().UTC().Format("2006-01-02T15:04:05Z") }

func backupListCommand() cli.Command {
	return cli.Command{
		Name: "backup list", Summary: "Lists the backups of a place, oldest first", Usage: "[--from DIR|s3://BUCKET/PREFIX] [--json]",
		Example: "varn backup list --from /mnt/backup",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			from := f.String("from", "", "where backups lie; without it the key backup of the configuration")
			asJSON := f.Bool("json", false, "print one JSON object a line for each backup")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				place, err := c.BackupSource(ctx, or(*from, c.Backup))
				if err != nil {
					return err
				}
				all, err := backup.List(ctx, place)
				for _, m := range all {
					err = errors.Join(err, tell(t, m, *asJSON))
				}
				return err
			}
		},
	}
}

func or(one, other string) string {
	if one != "" {
		return one
	}
	return other
}

// openerFlags declares what opens a backup.
func openerFlags(f *flag.FlagSet) func(wire.Config) (backup.Openers, error) {
	file := f.String("backup-key", "", "file of the backup key; without it and without sheets, the one in the key place")
	var sheets []string
	f.Func("sheet", "text of one recovery sheet; give it as often as sheets are needed", func(s string) error {
		sheets = append(sheets, s)
		return nil
	})
	return func(c wire.Config) (o backup.Openers, err error) {
		if o.Sheets = sheets; len(sheets) > 0 {
			return o, nil
		}
		if *file != "" {
			o.Backup, err = keyplace.ReadKey(*file)
			return o, err
		}
		if keys, err := c.Keys(); err == nil {
			o.Backup, err = keyplace.ReadKey(keys.BackupKeyFile())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return o, err
			}
		}
		return o, nil
	}
}
