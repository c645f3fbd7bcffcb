// Package filter asks the mail filters that a municipality runs beside Värn what they think of a
// letter: rspamd whether it is spam, ClamAV whether it holds a virus. Each answer comes within a
// bounded time and size, and a filter that is away is a fault that says so, never an answer.
package filter

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"varn/internal/kit/fault"
)

const (
	// MostAsked is the most bytes of a letter that a filter is asked about when nothing else is set.
	MostAsked = 50 << 20
	// patience is how long an answer may take when nothing else is set.
	patience = 30 * time.Second
	// mostAnswered bounds what is read of an answer.
	mostAnswered = 1 << 20
)

// Codes of the faults.
const (
	// Away: the filter doesn't answer, or not in time.
	Away = "filter.away"
	// Odd: the filter answers something that isn't its protocol, or an error of its own.
	Odd = "filter.odd"
	// Large: the letter is larger than the filter is asked about.
	Large = "filter.large"
)

// Envelope is what a letter came with.
type Envelope struct {
	IP   string
	Helo string
	From string
	To   []string
	// Queue names the letter in the filter's log.
	Queue string
}

// tooLarge is the fault of a letter that isn't asked about.
func tooLarge(size, most int) error {
	return fault.New(fault.Invalid, Large, fmt.Sprintf("the letter has %d bytes, the filter is asked about at most %d", size, most))
}

// away is the fault of a filter that didn't answer.
func away(who string, err error) error {
	var slow net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout() {
		err = errors.New("no answer in time")
	}
	return fault.Wrap(fault.Unavailable, Away, fmt.Errorf("%s: %w", who, err))
}

func odd(who, said string) error {
	if len(said) > 200 {
		said = said[:200]
	}
	return fault.Wrap(fault.Unavailable, Odd, fmt.Errorf("%s answered %q", who, said))
}

// within gives the context its bound: what was set, else patience.
func within(ctx context.Context, set time.Duration) (context.Context, context.CancelFunc) {
	if set <= 0 {
		set = patience
	}
	return context.WithTimeout(ctx, set)
}
