package scenario

import (
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkAttachment sends VARN_BENCH_MB megabytes (256) in one PATCH, hashed, sealed and durable
// when it is answered, and reads them back. The highest memory of the process, this client
// included, is reported beside.
func BenchmarkAttachment(b *testing.B) {
	size := 256 << 20
	if n, err := strconv.Atoi(os.Getenv("VARN_BENCH_MB")); err == nil {
		size = n << 20
	}
	w := foundAt(b, time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC))
	server := w.serves()
	defer server.Close()
	s := sender{b, server.URL, w.head}
	b.SetBytes(int64(size))
	for b.Loop() {
		path := s.create("film.mp4", size)
		res := s.ask(tusAsk{"PATCH", path, map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}, io.LimitReader(zeros{}, int64(size))})
		if res.StatusCode != http.StatusNoContent {
			b.Fatal(res.StatusCode)
		}
	}
	b.ReportMetric(highest(b), "MB-peak")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// highest is the most memory that the process has had, in megabytes.
func highest(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(n) / 1024
		}
	}
	return 0
}
