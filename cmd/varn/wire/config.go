package wire

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Config is everything that can be configured: few keys, each with a usable default. Every key
// is also VARN_ and its name in capitals, and a secret also a file: its name with _file after it.
type Config struct {
	// Data is the data directory.
	Data string `toml:"data"`
	// Origin is the address that visitors use.
	Origin string `toml:"origin"`
	// Listen is where the pages and the API are served.
	Listen string `toml:"listen"`
	// Metrics is where Prometheus reads; empty: not served.
	Metrics string `toml:"metrics"`
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []string `toml:"trusted_proxies"`

	// TLSCert and TLSKey are files; with ACME the certificate is fetched instead.
	TLSCert string `toml:"tls_cert"`
	TLSKey  string `toml:"tls_key"`
	ACME    bool   `toml:"acme"`

	// ServerKey is the file of the server key; SecondKeys a folder on another machine or medium.
	ServerKey string `toml:"server_key"`
	// KeyPlace is the folder of all else that lies beside the server key; empty: that key's folder.
	KeyPlace   string `toml:"key_place"`
	SecondKeys string `toml:"second_key_place"`

	// Database is a PostgreSQL address; empty: SQLite in the data directory.
	Database       string `toml:"database" secret:"true"`
	DatabaseOwner  string `toml:"database_owner" secret:"true"`
	DatabaseWorker string `toml:"database_worker" secret:"true"`

	DatabaseFile       string `toml:"database_file"`
	DatabaseOwnerFile  string `toml:"database_owner_file"`
	DatabaseWorkerFile string `toml:"database_worker_file"`

	// Reserve is how many bytes of disk are kept free for text.
	Reserve int64 `toml:"reserve"`
	S3      S3    `toml:"s3"`

	// Mail is how letters to official addresses come and go.
	Mail Mail `toml:"mail"`

	// Exposure is how the organisation's own sites are watched.
	Exposure Exposure `toml:"exposure"`

	// Indicators is a folder of indicator sets beside our own; empty: there are none.
	Indicators string `toml:"indicators"`

	// Backup is where the schedule puts backups; empty: none are made.
	Backup string `toml:"backup"`
	// OIDC are the identity providers.
	OIDC []Provider `toml:"oidc"`
}

// S3 is an object storage for blobs.
type S3 struct {
	Endpoint string `toml:"endpoint"`
	Bucket   string `toml:"bucket"`
	Prefix   string `toml:"prefix"`
	Region   string `toml:"region"`
	Access   string `toml:"access" secret:"true"`
	Secret   string `toml:"secret" secret:"true"`
	Insecure bool   `toml:"insecure"`

	AccessFile string `toml:"access_file"`
	SecretFile string `toml:"secret_file"`
}

// Mail says which domains letters are taken for, and how they leave.
type Mail struct {
	// Listen is where letters are taken; empty: none are.
	Listen string `toml:"listen"`
	// Host is the name that the server goes by; empty: the host of origin.
	Host string `toml:"host"`
	// Domains are those that letters are taken for, the one of one-thread addresses first.
	Domains []string `toml:"domains"`
	// Trusted are the networks of the organisation's own gateways.
	Trusted []string `toml:"trusted"`
	// Gateway is host:port of the server that everything leaves by; empty: the receivers' own (MX).
	Gateway string `toml:"gateway"`
	// Size is the largest letter in bytes.
	Size int64 `toml:"size"`
	// Sign is how letters are signed that leave: arc (DKIM and ARC), dkim or none.
	Sign string `toml:"sign"`
	// Rspamd is the address of rspamd's worker, Clamd a socket's path or host:port; empty: not asked.
	Rspamd string `toml:"rspamd"`
	Clamd  string `toml:"clamd"`
}

// Provider is one OpenID Connect provider.
type Provider struct {
	Name     string `toml:"name"`
	Issuer   string `toml:"issuer"`
	Client   string `toml:"client"`
	Secret   string `toml:"secret" secret:"true"`
	Claim    string `toml:"claim"` // the claim that carries the address; default email
	Insecure bool   `toml:"insecure"`

	SecretFile string `toml:"secret_file"`
}

// Defaults is a configuration that serves on this machine alone.
func Defaults() Config {
	return Config{Data: "varn-data", Origin: "http://localhost:8080", Listen: "127.0.0.1:8080", Reserve: 1 << 30, Mail: Mail{Size: 50 << 20},
		Exposure: Exposure{Days: 7, From: 1, To: 5, Delay: 500, Render: true}}
}

// LoadConfig reads a TOML file over the defaults, then the environment over both.
func LoadConfig(file string, env func(string) string) (Config, error) {
	c := Defaults()
	if file != "" {
		md, err := toml.DecodeFile(file, &c)
		if err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
		if extra := md.Undecoded(); len(extra) > 0 {
			return c, fmt.Errorf("%s: unknown key %s; see docs/configuration.md", file, extra[0])
		}
	}
	if err := (secrets{name: tomlName}).read(reflect.ValueOf(&c).Elem(), ""); err != nil {
		return c, err
	}
	if err := fromEnv(reflect.ValueOf(&c).Elem(), "VARN", env); err != nil {
		return c, err
	}
	if err := (secrets{name: envName, over: true}).read(reflect.ValueOf(&c).Elem(), "VARN"); err != nil {
		return c, err
	}
	abs, err := filepath.Abs(c.Data)
	if err != nil {
		return c, err
	}
	c.Data = abs
	return c, c.check()
}

func (c Config) check() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("tls_cert: give tls_key too, or neither")
	}
	if c.ACME && c.TLSCert != "" {
		return errors.New("acme: leave out tls_cert and tls_key when certificates are fetched")
	}
	if err := checkProviders(c.OIDC); err != nil {
		return err
	}
	if err := c.Mail.check(); err != nil {
		return err
	}
	if err := c.Exposure.check(); err != nil {
		return err
	}
	if c.Reserve < 0 {
		return errors.New("reserve: give the number of bytes to keep free, 0 or more")
	}
	return nil
}

// fromEnv sets every scalar key that the environment names, structs by their prefix, and the keys
// of the structs of a list by prefix and number, from 1.
func fromEnv(v reflect.Value, prefix string, env func(string) string) error {
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		name := prefix + "_" + strings.ToUpper(f.Tag.Get("toml"))
		if field.Kind() == reflect.Struct {
			if err := fromEnv(field, name, env); err != nil {
				return err
			}
			continue
		}
		if structs(field) {
			for n := range field.Len() {
				if err := fromEnv(field.Index(n), name+"_"+strconv.Itoa(n+1), env); err != nil {
					return err
				}
			}
			continue
		}
		text := env(name)
		if text == "" {
			continue
		}
		if err := set(field, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func set(field reflect.Value, text string) error {
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("give true or false")
		}
		field.SetBool(b)
	case reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("give a whole number")
		}
		field.SetInt(n)
	case reflect.Slice:
		if field.Type().Elem().Kind() == reflect.String {
			field.Set(reflect.ValueOf(strings.Split(text, ",")))
		}
	}
	return nil
}

// At is the configuration with another data directory.
func (c Config) At(dir string) (Config, error) {
	abs, err := filepath.Abs(dir)
	c.Data = abs
	return c, err
}

// checkProviders asks for what an identity provider can't do without. Over plain http anybody on
// the way could name anybody: it is refused unless the key insecure says that it is meant.
func checkProviders(all []Provider) error {
	for _, p := range all {
		if p.Name == "" || p.Issuer == "" || p.Client == "" {
			return errors.New("oidc: give each provider a name, an issuer and a client")
		}
		if !strings.HasPrefix(p.Issuer, "https://") && !p.Insecure {
			return fmt.Errorf("oidc: the issuer of %s must begin with https://", p.Name)
		}
	}
	return nil
}
