package operate

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/infra/mail"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// mailSetting is the name under which the mail account lies sealed, its password included.
const mailSetting = "mail"

// MailSettings are what the administrator sees: everything but the password.
type MailSettings struct {
	Host        string `json:"host"`
	Port        int    `json:"port"`
	Security    string `json:"security"`
	User        string `json:"user,omitempty"`
	From        string `json:"from"`
	FromName    string `json:"from_name,omitempty"`
	HasPassword bool   `json:"-"`
}

// kept is the setting as it is sealed.
type kept struct {
	MailSettings
	Password string `json:"password,omitempty"`
}

func (k kept) account() mail.Account {
	return mail.Account{Host: k.Host, Port: k.Port, Security: mail.Security(k.Security), User: k.User, Password: k.Password, From: k.From, FromName: k.FromName}
}

// MailSettings gives the settings with the version that a change must name; version 0: none yet.
func (d *Desk) MailSettings(ctx context.Context, s *access.Session) (MailSettings, int64, error) {
	k, err := d.keys(s)
	if err != nil {
		return MailSettings{}, 0, err
	}
	v, version, err := d.mail(ctx, k)
	v.HasPassword = v.Password != ""
	return v.MailSettings, version, err
}

func (d *Desk) mail(ctx context.Context, k *keyring.Keys) (v kept, version int64, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		version, err = setting(tx, k, mailSetting, &v)
		return err
	})
	return v, version, err
}

// SaveMail stores the settings; an empty password keeps the one there is. Conflict when somebody
// else saved since version.
func (d *Desk) SaveMail(ctx context.Context, s *access.Session, v MailSettings, password string, version int64) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	old, have, err := d.mail(ctx, k)
	if err != nil {
		return err
	}
	if have != version {
		return fault.New(fault.Conflict, "fault.changed")
	}
	fresh := kept{MailSettings: v, Password: password}
	if password == "" && v.User != "" {
		if old.Password != "" && (old.Host != v.Host || old.User != v.User) {
			// Another server must not be handed what this one's administrator once typed.
			return fault.In("password", "mail.password-again")
		}
		fresh.Password = old.Password
	}
	if v.User == "" {
		fresh.Password = ""
	}
	if err := fresh.account().Check(); err != nil {
		return err
	}
	row, err := d.sealedSetting(k, mailSetting, fresh, version)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		return record(tx, k, s.Person, "setting.change")
	})
}
