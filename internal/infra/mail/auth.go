package mail

import (
	"net/smtp"
	"strings"

	"varn/internal/kit/fault"
)

// authOf chooses PLAIN, or LOGIN for servers that know nothing else. Both go over TLS alone.
func authOf(a Account, ways string) smtp.Auth {
	list := strings.Fields(strings.ToUpper(ways))
	for _, way := range list {
		if way == "PLAIN" {
			return smtp.PlainAuth("", a.User, a.Password, a.Host)
		}
	}
	return loginAuth{a}
}

// loginAuth is AUTH LOGIN, which older Exchange servers ask for.
type loginAuth struct{ account Account }

// Start begins; a connection without TLS is refused before anything is said.
func (l loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, fault.New(fault.Unavailable, "mail.no-tls")
	}
	return "LOGIN", nil, nil
}

// Next answers the two questions that there are.
func (l loginAuth) Next(question []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch strings.ToLower(strings.TrimRight(string(question), ": ")) {
	case "username", "user name":
		return []byte(l.account.User), nil
	case "password":
		return []byte(l.account.Password), nil
	}
	return nil, fault.New(fault.Unavailable, "mail.auth")
}
