// Package wire reads top to bottom what Värn is put together from: places for keys, rows and
// blobs, then the use cases, then what speaks to the world.
package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"varn/internal/infra/blob"
	"varn/internal/infra/documents"
	"varn/internal/infra/hook"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/mail"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/oidc"
	"varn/internal/infra/passkey"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/contact"
	"varn/internal/usecase/directory"
	"varn/internal/usecase/enrol"
	"varn/internal/usecase/exposure"
	"varn/internal/usecase/founding"
	"varn/internal/usecase/inspect"
	listing "varn/internal/usecase/listed"
	"varn/internal/usecase/mailroom"
	"varn/internal/usecase/oncall"
	"varn/internal/usecase/once"
	"varn/internal/usecase/operate"
	"varn/internal/usecase/people"
	"varn/internal/usecase/publish"
	"varn/internal/usecase/registry"
	"varn/internal/usecase/rule"
	"varn/internal/usecase/screen"
	"varn/internal/usecase/signin"
)

// House is a running installation.
type House struct {
	Config Config
	Log    *slog.Logger
	Clock  clock.Clock

	Keys *keyplace.Place
	DB   *store.DB
	Blob blob.Place
	Ring *keyring.Ring

	Mail      *mailroom.Desk
	Queue     *mailroom.Queue
	Founding  *founding.Desk
	People    *people.Desk
	Enrol     *enrol.Desk
	SignIn    *signin.Desk
	Cases     *casework.Desk
	Once      *once.Desk
	Inspect   *inspect.Desk
	Operate   *operate.Desk
	Rule      *rule.Desk
	OnCall    *oncall.Desk
	Registry  *registry.Desk
	Directory *directory.Desk
	Contact   *contact.Desk
	Exposure  *exposure.Desk
	Publish   *publish.Desk
	Listed    *listing.Desk
	Screening *screen.Desk

	reader   *documents.Reader
	setUp    string
	beside   bool
	program  string
	resolver mailauth.Resolver
	learn    time.Time // when the versions of every key were last read
	meters   *meters
}

// Options are what tests and the demo set past the configuration.
type Options struct {
	Clock clock.Clock
	Log   *slog.Logger
	// Pool hashes passphrases; nil: the full cost, two at a time.
	Pool *seal.Pool
	// Beside is for a command while a server may be running on the same data: it makes nothing
	// that is missing, changes no table, and leaves alone what another process has under way.
	Beside bool
	// Program is this program's own path, to be started anew for previews; empty: there are none.
	Program string
	// Resolver asks the DNS about mail that is kept as evidence; nil: it is not asked.
	Resolver mailauth.Resolver
	// Net is what mail asks of the world; the zero one is the system's.
	Net MailNet
}

// Open opens an installation: keys first, since without them nothing else can be read.
func Open(ctx context.Context, c Config, o Options) (*House, error) {
	h := &House{Config: c, Log: o.Log, Clock: o.Clock, Ring: keyring.New(), setUp: seal.NewReceipt().Text(), beside: o.Beside, program: o.Program, resolver: o.Resolver}
	if h.Clock == nil {
		h.Clock = clock.System{}
	}
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	if o.Pool == nil {
		o.Pool = seal.NewPool(max(1, runtime.NumCPU()/2))
	}
	if _, err := os.Stat(c.Data); o.Beside && err != nil {
		return nil, fmt.Errorf("data: %s cannot be read: %w; give --data or set data", c.Data, err)
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	var err error
	h.Keys, err = keyplace.Open(keyplace.Config{Data: c.Data, ServerKey: c.ServerKey, First: c.KeyPlace, Second: c.SecondKeys, Create: !o.Beside})
	if err != nil {
		return nil, err
	}
	if !o.Beside {
		if err := store.Migrate(ctx, h.storeConfig()); err != nil {
			return nil, err
		}
	}
	if h.DB, err = store.Open(ctx, h.storeConfig()); err != nil {
		return nil, err
	}
	if h.Blob, err = openBlobs(ctx, c); err != nil {
		return nil, errors.Join(err, h.DB.Close())
	}
	if err := h.desks(o.Pool, o.Net); err != nil {
		return nil, errors.Join(err, h.DB.Close())
	}
	if err := h.loadRoots(ctx); err != nil {
		return nil, errors.Join(err, h.DB.Close())
	}
	h.Ring.Load = h.reload
	if !o.Beside {
		if err := errors.Join(h.Cases.Prepare(ctx), h.Mail.Prepare(ctx)); err != nil {
			return nil, errors.Join(err, h.DB.Close())
		}
	}
	h.meters = newMeters(h)
	return h, nil
}

func (h *House) storeConfig() store.Config {
	c := h.Config.rows()
	c.Clock, c.Log, c.Signer, c.Verifier = h.Clock, h.Log, h.Keys.Signer(), h.Keys.Verifier()
	c.SaveCheckpoint, c.HeldCheckpoint = h.Keys.SetCheckpoint, h.Keys.Checkpoint
	return c
}

// rows says where the rows lie, and nothing of keys.
func (c Config) rows() store.Config {
	return store.Config{Dir: c.Data, URL: c.Database, OwnerURL: c.DatabaseOwner, WorkerURL: c.DatabaseWorker}
}

func openBlobs(ctx context.Context, c Config) (blob.Place, error) {
	if c.S3.Bucket != "" {
		return blob.OpenS3(ctx, blob.S3Config{Endpoint: c.S3.Endpoint, Bucket: c.S3.Bucket, Prefix: c.S3.Prefix, Region: c.S3.Region,
			AccessKey: c.S3.Access, SecretKey: c.S3.Secret, Plain: c.S3.Insecure})
	}
	return blob.OpenDisk(filepath.Join(c.Data, "blobs"), c.Reserve)
}

func (h *House) desks(pool *seal.Pool, net MailNet) error {
	origin, err := url.Parse(h.Config.Origin)
	if err != nil || origin.Hostname() == "" {
		return errors.New("origin: give the address that visitors use, such as https://varn.example.se")
	}
	party, err := passkey.New(passkey.Config{Domain: origin.Hostname(), Name: "Värn", Origins: []string{h.Config.Origin}})
	if err != nil {
		return err
	}
	h.Founding = &founding.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Server: h.Keys.Server(), Courier: seal.NewCourier(h.Clock), Gate: founding.NewGate(h.setUp)}
	h.People = &people.Desk{DB: h.DB, Ring: h.Ring, Pool: pool, Clock: h.Clock}
	h.Enrol = &enrol.Desk{DB: h.DB, Ring: h.Ring, Pool: pool, Clock: h.Clock, Party: party}
	h.SignIn = &signin.Desk{DB: h.DB, Ring: h.Ring, Pool: pool, Clock: h.Clock, Party: party, Providers: h.providers()}
	h.Once = &once.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock}
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	packs, err := h.Config.packs()
	if err != nil {
		return err
	}
	h.Cases = &casework.Desk{Packs: packs, DB: h.DB, Ring: h.Ring, Clock: h.Clock, Blob: h.Blob, Keys: h.Keys, Texts: texts, Hook: &hook.Caller{Clock: h.Clock}, Jail: previewer(h.program)}
	if h.resolver != nil {
		h.Cases.Signatures = mailauth.NewChecker(h.resolver)
	}
	h.Inspect = &inspect.Desk{DB: h.DB, Ring: h.Ring, Keys: h.Keys}
	h.Operate = &operate.Desk{DB: h.DB, Ring: h.Ring, Keys: h.Keys, Clock: h.Clock, Mail: &mail.Sender{Clock: h.Clock}, Texts: texts,
		Data: h.Config.Data, Origin: h.Config.Origin}
	h.Rule = &rule.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock}
	h.OnCall = &oncall.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock}
	h.Registry = &registry.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Texts: texts, Hook: &hook.Caller{Clock: h.Clock}}
	h.mailroom(origin.Hostname(), texts, net)
	h.Directory = &directory.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Origin: h.Config.Origin, Jail: previewer(h.program)}
	h.Contact = &contact.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock, Mail: &mail.Sender{Clock: h.Clock}, Texts: texts, Origin: strings.TrimSuffix(h.Config.Origin, "/")}
	h.SignIn.Prepare()
	if err := h.exposure(); err != nil {
		return err
	}
	h.listed()
	return nil
}

// Close ends the house in the order opposite to how it was opened.
func (h *House) Close() error { return h.DB.Close() }

// providers are the identity providers that are configured.
func (h *House) providers() []*oidc.Provider {
	var out []*oidc.Provider
	for _, c := range h.Config.OIDC {
		p := oidc.New(oidc.Config{Name: c.Name, Issuer: c.Issuer, Client: c.Client, Secret: c.Secret, Claim: c.Claim, Clock: h.Clock})
		p.Callback = strings.TrimSuffix(h.Config.Origin, "/") + "/logga-in/med/" + p.Slug() + "/svar"
		out = append(out, p)
	}
	return out
}
