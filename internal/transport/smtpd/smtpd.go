// Package smtpd takes mail in by SMTP, and says 250 only when a letter is sealed and durable.
package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
)

// Mailroom is what mail is handed to.
type Mailroom interface {
	Recipient(ctx context.Context, address string) (mailroom.Recipient, error)
	Receive(ctx context.Context, a mailroom.Arrival) error
}

// Config says how mail is taken. Every zero has a usable meaning.
type Config struct {
	Host    string         // the name that is given in the greeting
	TLS     *tls.Config    // nil: STARTTLS is not offered
	Trusted []netip.Prefix // the organisation's own gateways
	MaxSize int64          // bytes of one letter; zero: 50 MiB
	Memory  int64          // bytes of all letters under way; zero: 256 MiB
	// Connections at most: in all, and of one network outside the trusted ones; zero: 6,000 and 50.
	Connections, PerNetwork int
	Patience                time.Duration // for one command and for one letter; zero: five minutes
	Log                     *slog.Logger
}

const (
	maxRecipients = 100     // RFC 5321 4.5.3.1.8 asks for at least 100
	maxLine       = 100_000 // bytes; what is longer is no mail that somebody wrote
)

func (c Config) filled() Config {
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	set(&c.Connections, 6_000)
	set(&c.PerNetwork, 50)
	if c.MaxSize == 0 {
		c.MaxSize = 50 << 20
	}
	if c.Memory == 0 {
		c.Memory = 256 << 20
	}
	c.Memory = max(c.Memory, c.MaxSize+least)
	if c.Patience == 0 {
		c.Patience = 5 * time.Minute
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Server takes mail on one listener.
type Server struct {
	config Config
	room   Mailroom
	smtp   *smtp.Server
	memory *budget
	// ctx ends the work that is under way when the server is made to stop.
	ctx  context.Context
	stop context.CancelFunc
}

// New makes a server; Serve starts it.
func New(c Config, room Mailroom) *Server {
	c = c.filled()
	s := &Server{config: c, room: room, memory: &budget{left: c.Memory}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = c.Host
	s.smtp.TLSConfig = c.TLS
	s.smtp.MaxRecipients = maxRecipients
	s.smtp.MaxMessageBytes = c.MaxSize
	s.smtp.MaxLineLength = maxLine
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = c.Patience, c.Patience
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = quiet{c.Log}
	return s
}

// Serve takes mail until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.smtp.Serve(newGate(l, s.config)) }

// Shutdown lets letters that are under way come to their end, as long as ctx lives.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.smtp.Shutdown(ctx)
	s.stop()
	if err != nil {
		err = errors.Join(err, s.smtp.Close())
	}
	return err
}

// quiet keeps what strangers send out of the log.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(string, ...any) { q.log.Debug("a mail connection ended badly") }
func (q quiet) Println(...any)        { q.log.Debug("a mail connection ended badly") }

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	at, err := netip.ParseAddrPort(c.Conn().RemoteAddr().String())
	if err != nil {
		return nil, err
	}
	return &session{server: s, conn: c, ip: at.Addr().Unmap()}, nil
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	ip     netip.Addr
	from   string
	utf8   bool
	to     []mailroom.Recipient
}

// Reset forgets the letter under way.
func (s *session) Reset() { s.from, s.utf8, s.to = "", false, nil }

// Logout ends the connection.
func (s *session) Logout() error { return nil }

// Mail begins a letter.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.Reset()
	s.from = from
	s.utf8 = o != nil && o.UTF8
	if o != nil && o.Size > s.server.config.MaxSize {
		return tooLarge()
	}
	return nil
}

// Rcpt answers whether mail is taken for an address.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	r, err := s.server.room.Recipient(s.server.ctx, to)
	if err != nil {
		return s.answer(err)
	}
	s.to = append(s.to, r)
	return nil
}

// Data takes the letter. nil is answered with 250: only then is it ours.
func (s *session) Data(r io.Reader) error {
	raw, err := s.take(r)
	defer s.server.memory.free(int64(cap(raw)))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, s.server.config.Patience)
	defer cancel()
	err = s.server.room.Receive(ctx, mailroom.Arrival{IP: s.ip, Helo: s.conn.Hostname(), From: s.from, UTF8: s.utf8,
		Relayed: s.server.trusts(s.ip), To: s.to, Raw: raw})
	if err != nil {
		return s.answer(err)
	}
	return nil
}

// take reads a letter within the memory that all letters share. A line end that is not CRLF makes two servers
// disagree about where a letter ends, and is refused: CVE-2023-51764 and the others of SMTP smuggling. What comes
// in chunks has its length told (RFC 3030) and can't disagree; its bytes are taken as they are.
func (s *session) take(r io.Reader) ([]byte, error) {
	_, chunked := r.(*io.PipeReader)
	var raw []byte
	var ends lineEnds
	for {
		if len(raw) == cap(raw) {
			grown, err := s.server.memory.grow(raw, s.server.config.MaxSize)
			if err != nil {
				return raw, err
			}
			raw = grown
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		ends.see(raw[len(raw) : len(raw)+n])
		raw = raw[:len(raw)+n]
		switch {
		case errors.Is(err, io.EOF):
			if ends.bad() && !chunked {
				return raw, &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "A line of this letter does not end with CRLF"}
			}
			return raw, nil
		case err != nil:
			return raw, err
		}
	}
}

// lineEnds looks for CR and LF that stand alone.
type lineEnds struct{ cr, alone bool }

func (e *lineEnds) see(b []byte) {
	for _, c := range b {
		if e.cr != (c == '\n') {
			e.alone = true
		}
		e.cr = c == '\r'
	}
}

func (e *lineEnds) bad() bool { return e.alone || e.cr }

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.config.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func tooLarge() error {
	return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "The letter is larger than this server takes"}
}

// answer is the one place where a fault becomes a reply. What is not known for good is worth another try: a letter is
// never lost because something here was wrong.
func (s *session) answer(err error) error {
	f := fault.Of(err)
	reply := func(code int, e smtp.EnhancedCode, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: text}
	}
	switch f.Code {
	case "mail.unknown":
		return reply(550, smtp.EnhancedCode{5, 1, 1}, "There is no such address here")
	case "mail.moved":
		text := "This assignment has ended and the address is not read any more"
		if f.Detail != "" {
			text += ". See " + f.Detail
		}
		return reply(550, smtp.EnhancedCode{5, 1, 6}, text)
	case "mail.relay":
		return reply(550, smtp.EnhancedCode{5, 7, 1}, "Mail for that domain is not taken here")
	case "mail.address":
		return reply(553, smtp.EnhancedCode{5, 1, 3}, "That is no address")
	case "mail.loop":
		return reply(554, smtp.EnhancedCode{5, 4, 6}, "The letter goes in circles")
	case "mail.header":
		return reply(554, smtp.EnhancedCode{5, 6, 0}, "The header of this letter is too large or can't be read")
	case "mail.virus":
		return reply(554, smtp.EnhancedCode{5, 7, 0}, "The letter holds a virus")
	case "mail.held":
		return reply(550, smtp.EnhancedCode{5, 7, 1}, "A file in this answer holds the address of your own mailbox. Take it out, or answer on the web")
	case "mail.stranger":
		return reply(550, smtp.EnhancedCode{5, 7, 1}, "What is forwarded to this address must be proved to come from somebody with an account here. You can report on the web instead")
	case "mail.proof":
		return reply(550, smtp.EnhancedCode{5, 7, 1}, "It can't be proved who sent this answer. Answer from the mailbox that the letter was forwarded to, or on the web")
	}
	s.server.config.Log.Warn("a letter could not be taken", "class", f.Code)
	return reply(451, smtp.EnhancedCode{4, 3, 0}, "The letter can't be taken now, try again later")
}

// budget is the memory that letters under way share.
type budget struct {
	mu   sync.Mutex
	left int64
}

// least is what a letter begins with.
const least = 16 << 10

// grow gives a letter twice the room, or 452 when there is none left.
func (b *budget) grow(raw []byte, most int64) ([]byte, error) {
	want := min(max(2*int64(cap(raw)), least), most+1)
	more := want - int64(cap(raw))
	if more <= 0 {
		return raw, tooLarge()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < more {
		return raw, &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "There is no room for the letter now, try again later"}
	}
	b.left -= more
	out := make([]byte, len(raw), want)
	copy(out, raw)
	return out, nil
}

func (b *budget) free(n int64) {
	b.mu.Lock()
	b.left += n
	b.mu.Unlock()
}
