package ops

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics counts what the daemon does. Every name begins with nextflex_, but
// for those of the Go runtime and the process.
type Metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	durations   *prometheus.HistogramVec
	sent        *prometheus.CounterVec
	inFlight    prometheus.Gauge
	panics      prometheus.Counter
	rateLimited *prometheus.CounterVec
	overloaded  *prometheus.CounterVec
	slowBodies  prometheus.Counter
}

// NewMetrics makes a registry of its own. version is the daemon's.
func NewMetrics(version string) *Metrics {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "nextflex", Name: name, Help: help}
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(counter("http_requests_total", "Requests answered, by route, method and status (0: the connection broke)."), []string{"route", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "nextflex", Name: "http_request_duration_seconds", Help: "Time from a request's headers to the end of its answer, by route.",
			Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60},
		}, []string{"route"}),
		sent:        prometheus.NewCounterVec(counter("http_response_bytes_total", "Bytes of answers' bodies, by route."), []string{"route"}),
		inFlight:    prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "nextflex", Name: "http_requests_in_flight", Help: "Requests that are being answered or wait for it."}),
		panics:      prometheus.NewCounter(counter("http_panics_total", "Requests that met a fault of the daemon.")),
		rateLimited: prometheus.NewCounterVec(counter("http_rate_limited_total", "Requests refused with 429, by class of limit."), []string{"class"}),
		overloaded:  prometheus.NewCounterVec(counter("http_overloaded_total", "Requests refused with 503 for want of a place, by class."), []string{"class"}),
		slowBodies:  prometheus.NewCounter(counter("http_slow_bodies_total", "Requests given up on because their body came too slowly.")),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "nextflex", Name: "build_info", Help: "1, labelled with what the daemon was built from.",
		ConstLabels: prometheus.Labels{"version": version, "go_version": runtime.Version(), "goos": runtime.GOOS, "goarch": runtime.GOARCH}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.durations, m.sent, m.inFlight, m.panics, m.rateLimited, m.overloaded, m.slowBodies, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Began counts a request that came in.
func (m *Metrics) Began() { m.inFlight.Inc() }

// Answered counts a request that began. pattern is the route that matched, as
// the mux writes it ("GET /api/v1/movies/{id}"); empty where none did. So the
// number of time series is bounded by that of the routes, whatever clients ask.
func (m *Metrics) Answered(pattern, method string, status int, bytes int64, took time.Duration, panicked bool) {
	m.inFlight.Dec()
	route := routeOf(pattern)
	m.requests.WithLabelValues(route, methodOf(method), fmt.Sprint(status)).Inc()
	m.durations.WithLabelValues(route).Observe(took.Seconds())
	m.sent.WithLabelValues(route).Add(float64(bytes))
	if panicked {
		m.panics.Inc()
	}
}

// RateLimited counts a request refused with 429.
func (m *Metrics) RateLimited(class string) { m.rateLimited.WithLabelValues(class).Inc() }

// Overloaded counts a request refused with 503.
func (m *Metrics) Overloaded(class string) { m.overloaded.WithLabelValues(class).Inc() }

// SlowBody counts a request given up on.
func (m *Metrics) SlowBody() { m.slowBodies.Inc() }

// routeOf is the path of a pattern, without its method and host.
func routeOf(pattern string) string {
	if i := strings.IndexByte(pattern, '/'); i >= 0 {
		return pattern[i:]
	}
	return "none"
}

// methodOf keeps methods that clients invent out of the labels.
func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// Gauge shows a number that is read when it is asked for. read must be quick:
// it works from memory. name has no nextflex_ before it.
func (m *Metrics) Gauge(name, help string, read func() float64) error {
	return m.register(name, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "nextflex", Name: name, Help: help}, read))
}

// Counter shows a number that only grows, read when it is asked for.
func (m *Metrics) Counter(name, help string, read func() float64) error {
	return m.register(name, prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "nextflex", Name: name, Help: help}, read))
}

// LabelledGauge shows a number for each value of a label. read returns all of
// them; there must be few, from a list that the program knows.
func (m *Metrics) LabelledGauge(name, help, label string, read func() map[string]float64) error {
	return m.register(name, &labelled{prometheus.NewDesc("nextflex_"+name, help, []string{label}, nil), read})
}

func (m *Metrics) register(name string, collector prometheus.Collector) error {
	if err := m.registry.Register(collector); err != nil {
		var twice prometheus.AlreadyRegisteredError
		if errors.As(err, &twice) {
			return fmt.Errorf("ops: the metric %s is there already", name)
		}
		return fmt.Errorf("ops: metric %s: %w", name, err)
	}
	return nil
}

type labelled struct {
	desc *prometheus.Desc
	read func() map[string]float64
}

// Describe implements prometheus.Collector.
func (l *labelled) Describe(to chan<- *prometheus.Desc) { to <- l.desc }

// Collect implements prometheus.Collector.
func (l *labelled) Collect(to chan<- prometheus.Metric) {
	for label, value := range l.read() {
		to <- prometheus.MustNewConstMetric(l.desc, prometheus.GaugeValue, value, label)
	}
}
