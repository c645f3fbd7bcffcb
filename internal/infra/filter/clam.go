package filter

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// Clam is ClamAV's daemon, given the letter by INSTREAM (clamd(8)).
type Clam struct {
	// Network and Address: "unix" and a socket's path, or "tcp" and host:port.
	Network, Address string
	// Within bounds an answer; 0: thirty seconds.
	Within time.Duration
	// Most is the most bytes that are sent; 0: MostAsked. clamd has a bound of its own, StreamMaxLength.
	Most int
}

// chunk is how much is sent at a time.
const chunk = 64 << 10

// Virus gives the name of what ClamAV found in a letter, empty when it found nothing. Faults: Large
// (also when clamd says so), Away, Odd.
func (c Clam) Virus(ctx context.Context, raw []byte) (string, error) {
	most := c.Most
	if most <= 0 {
		most = MostAsked
	}
	if len(raw) > most {
		return "", tooLarge(len(raw), most)
	}
	ctx, stop := within(ctx, c.Within)
	defer stop()
	conn, err := new(net.Dialer).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", away("clamd", err)
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return "", away("clamd", err)
		}
	}
	// A caller that gives up closes the line, however long clamd thinks.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	sent := send(conn, raw)
	// clamd answers and hangs up when the stream is too long for it, so its answer counts before our
	// own failure to go on writing.
	answer, err := bufio.NewReader(&bounded{conn, 4096}).ReadString(0)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		} else if sent != nil {
			err = sent
		}
		return "", away("clamd", err)
	}
	return readAnswer(strings.TrimSuffix(answer, "\x00"))
}

// send writes the command and the letter in pieces, each after its length.
func send(conn net.Conn, raw []byte) error {
	if _, err := conn.Write([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	for len(raw) > 0 {
		n := min(len(raw), chunk)
		piece := net.Buffers{binary.BigEndian.AppendUint32(nil, uint32(n)), raw[:n]}
		if _, err := piece.WriteTo(conn); err != nil {
			return err
		}
		raw = raw[n:]
	}
	_, err := conn.Write([]byte{0, 0, 0, 0})
	return err
}

// readAnswer reads "stream: OK", "stream: Name FOUND" or what clamd says when it can't.
func readAnswer(answer string) (string, error) {
	said, ok := strings.CutPrefix(answer, "stream: ")
	switch {
	case ok && said == "OK":
		return "", nil
	case ok && strings.HasSuffix(said, " FOUND"):
		if name := strings.TrimSuffix(said, " FOUND"); name != "" {
			return name, nil
		}
	case strings.Contains(answer, "size limit exceeded"):
		return "", fault.New(fault.Invalid, Large, "clamd takes no letter so large: StreamMaxLength in clamd.conf")
	}
	return "", odd("clamd", answer)
}

// bounded reads at most so many bytes.
type bounded struct {
	from net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("an answer without an end")
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
