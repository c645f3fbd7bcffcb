package scenario

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/usecase/mailroom"
)

// BenchmarkLetterBesideAQueue takes letters that are to be forwarded, and hands them over, while very many others wait in the
// queue for another try. It reports the median of one letter, from its bytes to its delivery.
func BenchmarkLetterBesideAQueue(b *testing.B) {
	for _, many := range []int{0, 1_000_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			w := foundAt(b, time.Now())
			bag := &postbag{}
			m := w.house.Mail
			m.Host, m.Domains, m.Post = "mx."+mailDomain, []string{mailDomain}, bag
			m.Check = mailauth.NewChecker(letterZone{})
			asha := w.newcomer("Asha Berg", access.Elected)
			id, err := m.OpenMailbox(b.Context(), w.admin.session(), mailroom.NewMailbox{Authority: w.council, Kind: mailbox.Office, Person: asha.id,
				Card: mailbox.Card{Address: "asha.berg@" + mailDomain, Name: asha.name}})
			must(b, err)
			w.decides(ruling.Mail, w.council, ruling.MailRule{Decision: "KS 2026/0101", Date: "2026-01-10", Forward: true})
			set, err := m.ShowSetting(b.Context(), asha.session(), id)
			must(b, err)
			must(b, m.ChooseDelivery(b.Context(), asha.session(), id, mailroom.Choice{Version: set.Choice.Version, Delivery: mailbox.Forward, Forward: "asha@example.org"}))
			must(b, w.house.DB.Org(w.org).Write(b.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO mail_queue (org, id, mailbox, letter, load, dest_tag, state, attempts, next_at, lease, created, expires, class, sealed)
					WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($2 AS BIGINT))
					SELECT $1, lower(hex(randomblob(13))), 'm', lower(hex(randomblob(13))), 'forward', lower(hex(randomblob(16))), 'waiting', 3, $3, '', 0, $3, 'connect', randomblob(400)
					FROM n WHERE $2 > 0`, many, int64(1)<<60)
				return err
			}))
			to, err := m.Recipient(b.Context(), "asha.berg@"+mailDomain)
			must(b, err)
			ctx := b.Context()
			go w.house.Queue.Run(ctx)
			var times []time.Duration
			n := 0
			b.ResetTimer()
			for range b.N {
				at := time.Now()
				must(b, m.Receive(ctx, mailroom.Arrival{IP: netip.MustParseAddr("127.0.0.1"), From: "maj@example.se", To: []mailroom.Recipient{to}, Raw: []byte(citizenLetter)}))
				for n++; len(bag.all()) < n; {
					time.Sleep(50 * time.Microsecond)
				}
				times = append(times, time.Since(at))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
		})
	}
}
