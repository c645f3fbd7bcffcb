package contact

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// WorkBits is how many leading zero bits the page looks for: some 16,000 hashes, a second on a slow phone.
const WorkBits = 14

// workLife is how long a task can be used.
const workLife = 6 * time.Hour

// Task gives the page something to work at: a time and a random part, with a check value, so that nothing is
// kept of it here.
func (d *Desk) Task(org string) string {
	k, err := d.Ring.Org(org)
	if err != nil {
		return ""
	}
	head := strconv.FormatInt(int64(d.now()), 36) + "." + ident.New()
	return head + "." + k.For(keyring.Rates).Tag("contact work", head)
}

// Worked tells whether a page has done a task of ours: SHA-256 of task, a space and the answer begins with
// WorkBits zero bits.
func (d *Desk) Worked(org, task, answer string) bool {
	k, err := d.Ring.Org(org)
	if err != nil || len(task) > 200 || len(answer) > 20 || answer == "" {
		return false
	}
	at := strings.LastIndexByte(task, '.')
	if at < 0 || k.For(keyring.Rates).Tag("contact work", task[:at]) != task[at+1:] {
		return false
	}
	when, _, _ := strings.Cut(task, ".")
	made, err := strconv.ParseInt(when, 36, 64)
	age := time.Duration(int64(d.now())-made) * time.Microsecond
	if err != nil || age < 0 || age > workLife {
		return false
	}
	sum := sha256.Sum256([]byte(task + " " + answer))
	return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:])) >= WorkBits
}
