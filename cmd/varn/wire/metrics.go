package wire

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"varn/internal/transport/api"
)

// meters count what is served. Labels are closed lists: no address, no reference, no name.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMeters(h *House) *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "varn_http_requests_total", Help: "Requests answered, by surface and status."}, []string{"surface", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "varn_http_request_seconds", Help: "Time to answer, by surface.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30}}, []string{"surface"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), jobGauge{h, prometheus.NewDesc("varn_jobs", "Jobs by state.", []string{"state"}, nil)})
	return m
}

// around counts the requests that pass.
func (m *meters) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		surface := "pages"
		if strings.HasPrefix(r.URL.Path, api.Prefix+"/") {
			surface = "api"
		}
		start := time.Now()
		out := &counted{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(out, r)
		m.requests.WithLabelValues(surface, strconv.Itoa(out.status)).Inc()
		m.seconds.WithLabelValues(surface).Observe(time.Since(start).Seconds())
	})
}

// counted notes the status.
type counted struct {
	http.ResponseWriter
	status int
}

func (c *counted) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

// Unwrap lets deadlines and flushes through to the connection.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// jobGauge reads the job table when it is asked.
type jobGauge struct {
	h    *House
	desc *prometheus.Desc
}

func (g jobGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

func (g jobGauge) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	states, err := g.h.DB.JobStates(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.desc, err)
		return
	}
	for state, n := range states {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(n), state)
	}
}

// Metrics is what Prometheus reads, for a listener of its own.
func (h *House) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.meters.registry, promhttp.HandlerOpts{}))
	return mux
}
