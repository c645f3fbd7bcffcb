package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"varn/bench/served"
	"varn/internal/kit/ident"
)

// result is one measurement.
type result struct {
	Engine   string  `json:"engine"`
	Views    int     `json:"views"`
	Attach   bool    `json:"attachment,omitempty"`
	Offered  int     `json:"offered,omitempty"`
	Clients  int     `json:"clients"`
	PerSec   float64 `json:"per_second"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Failures int64   `json:"failures"`
	Lost     int     `json:"lost"` // acknowledged and not opened afterwards
	PeakMB   float64 `json:"peak_mb"`
	ServerMS float64 `json:"server_cpu_ms"`
}

type measuring struct {
	options
	server  *served.Server
	pool    *x509.CertPool
	url     string
	file    string
	senders []string
	reader  string
	next    atomic.Int64
}

// place is one connection that is kept, from an address of its own.
func (m *measuring) place() *http.Client {
	n := m.next.Add(1)
	from := &net.TCPAddr{IP: net.IPv4(127, byte(1+n>>16), byte(n>>8), byte(1+n%254))}
	dial := &net.Dialer{LocalAddr: from, Timeout: 10 * time.Second}
	return &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: m.pool}, MaxIdleConnsPerHost: 1,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return dial.DialContext(ctx, "tcp4", address)
		}}}
}

// perPlace is how many reports one address sends: under what the limit lets through in a minute.
const perPlace = 100

// measure lets clients report for a while.
func (m *measuring) measure(clients int, d time.Duration) (result, error) {
	var failures atomic.Int64
	times, receipts := make([][]time.Duration, clients), make([][]string, clients)
	spent := m.server.Spent()
	begun := time.Now()
	until := begun.Add(d)
	var turn atomic.Int64
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			client, sent := m.place(), 0
			for time.Now().Before(until) {
				if sent == perPlace {
					client.CloseIdleConnections()
					client, sent = m.place(), 0
				}
				at := time.Now()
				if m.offered > 0 {
					at = begun.Add(time.Duration(turn.Add(1)) * time.Second / time.Duration(m.offered))
					time.Sleep(time.Until(at))
				}
				receipt, err := m.report(client, i+sent*clients)
				sent++
				if err != nil {
					failures.Add(1)
					fmt.Fprintln(os.Stderr, err)
					continue
				}
				times[i], receipts[i] = append(times[i], time.Since(at)), append(receipts[i], receipt)
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	used := m.server.Spent() - spent
	var flat []time.Duration
	var codes []string
	for i := range times {
		flat, codes = append(flat, times[i]...), append(codes, receipts[i]...)
	}
	sort.Slice(flat, func(i, j int) bool { return flat[i] < flat[j] })
	r := result{Views: m.views, Attach: m.attach, Offered: m.offered, Clients: clients, PerSec: float64(len(flat)) / took.Seconds(), Failures: failures.Load(), PeakMB: m.server.Peak()}
	if len(flat) > 0 {
		r.ServerMS = used / float64(len(flat))
		r.P50, r.P99 = flat[len(flat)/2].Seconds()*1000, flat[len(flat)*99/100].Seconds()*1000
	}
	var err error
	r.Lost, err = m.open(codes)
	return r, err
}

// report sends one and gives its receipt's code.
func (m *measuring) report(client *http.Client, n int) (string, error) {
	body := map[string]any{"narrative": strings.Repeat("å", m.size/2), "forms": []string{"THREAT"}, "medium": "EMAIL", "context": "MUNICIPAL_ASSIGNMENT"}
	token := ""
	if m.views == 3 {
		body["target_category"], body["share_with_party"], body["party_text"] = "ELECTED_LEISURE", true, "Jag har fått ett hot."
		token = m.senders[n%len(m.senders)]
	}
	if m.attach {
		address, err := m.upload(client, token)
		if err != nil {
			return "", err
		}
		body["uploads"] = []string{address}
	}
	var got struct{ Ref, Receipt string }
	return got.Receipt, m.ask(client, "/reports", token, body, &got)
}

// upload sends a file of 1 MiB as tus has it: the upload is made, then filled.
func (m *measuring) upload(client *http.Client, token string) (string, error) {
	raw := bytes.Repeat([]byte("bild"), 1<<18)
	res, err := m.tus(client, "POST", m.url+"/uploads", token, nil, map[string]string{"Upload-Length": fmt.Sprint(len(raw))})
	if err != nil {
		return "", err
	}
	address := res.Get("Location")
	if strings.HasPrefix(address, "/") {
		address = strings.TrimSuffix(m.url, "/api/v1") + address
	}
	res, err = m.tus(client, "PATCH", address, token, raw, map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
	if err == nil && res.Get("Upload-Offset") != fmt.Sprint(len(raw)) {
		err = fmt.Errorf("upload: at %s", res.Get("Upload-Offset"))
	}
	return address[strings.LastIndex(address, "/")+1:], err
}

func (m *measuring) tus(client *http.Client, method, url, token string, body []byte, headers map[string]string) (http.Header, error) {
	r, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("upload: %d %s", res.StatusCode, answer)
	}
	return res.Header, err
}

func (m *measuring) ask(client *http.Client, path, token string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest("POST", m.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", ident.New())
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s: %d %s", path, res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// open opens every acknowledged report by its code and counts those that can't be.
func (m *measuring) open(codes []string) (lost int, err error) {
	client, sent := m.place(), 0
	for _, c := range codes {
		if sent == 50 {
			client.CloseIdleConnections()
			client, sent = m.place(), 0
		}
		sent++
		var got struct {
			Status string
			Views  []struct{ View string }
		}
		if err := m.ask(client, "/receipts/open", "", map[string]string{"receipt": c}, &got); err != nil {
			fmt.Fprintln(os.Stderr, err)
			lost++
			continue
		}
		if got.Status != "UNOPENED" || len(got.Views) != m.views {
			return lost, fmt.Errorf("a report has %d views and the status %s", len(got.Views), got.Status)
		}
	}
	return lost, nil
}
