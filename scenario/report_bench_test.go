package scenario

import (
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/usecase/casework"
)

// BenchmarkReport files reports of 2 KiB from many addresses, without the protocol around it.
func BenchmarkReport(b *testing.B) {
	w := foundAt(b, time.Now())
	text := strings.Repeat("å", 1024)
	var n atomic.Int64
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			at := n.Add(1)
			from := netip.MustParseAddr(fmt.Sprintf("127.%d.%d.%d", at>>16&255, at>>8&255, 1+at%250))
			if _, err := w.house.Cases.FileReport(b.Context(), w.guest(), casework.NewReport{Report: threat(text), From: from}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
