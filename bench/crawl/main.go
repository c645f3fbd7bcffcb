// Command crawl measures what it costs to go through a site of 10,000 pages: the processor's time of the program that
// crawls, searches and stores, apart from that of the server, which is a process of its own.
//
//	go run ./bench/crawl [-pages 10000]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/usecase/exposure"
)

func main() {
	pages := flag.Int("pages", 10_000, "pages of the site")
	serve := flag.String("serve", "", "serve the site at this address, and do nothing else")
	flag.Parse()
	var err error
	if *serve != "" {
		err = (&http.Server{Addr: *serve, Handler: site(*pages), ReadHeaderTimeout: time.Minute}).ListenAndServe()
	} else {
		err = measure(context.Background(), *pages)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// site is a municipality's: each page has a menu, some 8 KB of text and links to twenty others; one in a hundred has a
// personnummer.
func site(pages int) http.Handler {
	menu := strings.Repeat(`<li class="item"><a class="link" href="/sida/1" data-track="menu">Barn och utbildning</a></li>`, 20)
	text := strings.Repeat(`<p>Här står hur det går till att söka en plats i förskolan, vem som beslutar, när beslutet kommer och hur det kan överklagas. Ring växeln på vardagar mellan 8 och 16.</p>`, 35)
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		n := 0
		if rest, ok := strings.CutPrefix(q.URL.Path, "/sida/"); ok {
			n, _ = strconv.Atoi(rest)
		} else if q.URL.Path != "/" {
			http.NotFound(w, q)
			return
		}
		tag := fmt.Sprintf(`"%d"`, n)
		w.Header().Set("ETag", tag)
		if q.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="sv"><head><title>Sida %d</title></head><body><nav><ul>%s</ul></nav><main><h1>Sida %d</h1>%s`, n, menu, n, text)
		for i := 1; i <= 20; i++ {
			_, _ = fmt.Fprintf(w, `<a href="/sida/%d">Läs mer om %d</a> `, (n*20+i)%pages, i)
		}
		if n%100 == 7 {
			_, _ = fmt.Fprintf(w, `<p>Sökanden har personnummer 640823-3234, ärende %d.</p>`, n)
		}
		_, _ = w.Write([]byte(`</main></body></html>`))
	})
}

func measure(ctx context.Context, pages int) (err error) {
	address, stop, err := served(pages)
	if err != nil {
		return err
	}
	defer stop()
	root, err := os.MkdirTemp("", "varn-crawl-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(root, "data"), filepath.Join(root, "keys", "server"), 0
	c.Exposure.Networks, c.Exposure.Delay, c.Exposure.Render = []string{"127.0.0.0/8"}, 0, false
	h, err := wire.Open(ctx, c, wire.Options{Clock: &demo.Clock{}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		return err
	}
	h.Exposure.Crawler.Transport = nil // the demo's website is served inside it
	id := ""
	var s *access.Session
	for _, a := range accounts {
		if a.Role != access.CommunicationsOfficer {
			continue
		}
		if s, err = h.SignIn.Resume(ctx, h.Org(), strings.TrimPrefix(a.Link, c.Origin+"/demo/")); err != nil {
			return err
		}
		if id, err = h.Exposure.EnterSite(ctx, s, exposure.Entry{Card: watch.Card{Name: "Mätning", Start: "http://" + address + "/", Least: .5}}); err != nil {
			return err
		}
	}
	for _, what := range []string{"first visit", "nothing has changed"} {
		before, at := spent(), time.Now()
		if err := h.Exposure.Run(ctx, job.Job{Org: h.Org(), Args: map[string]string{"site": id}}); err != nil {
			return err
		}
		cpu, wall := spent()-before, time.Since(at)
		_, runs, err := h.Exposure.Site(ctx, s, id)
		if err != nil {
			return err
		}
		r := runs[0]
		fmt.Printf("%s: %d pages (%d read), %d findings, %s: %.1f s of the processor, %.1f s in all\n", what, r.Pages, r.Fresh, r.Found, r.Ending, cpu.Seconds(), wall.Seconds())
	}
	return nil
}

// served starts the server in a process of its own.
func served(pages int) (address string, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = ln.Addr().String()
	if err := ln.Close(); err != nil {
		return "", nil, err
	}
	server := exec.Command("/proc/self/exe", "-pages", strconv.Itoa(pages), "-serve", address)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _, _ = server.Process.Kill(), server.Wait() }
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return address, stop, nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	stop()
	return "", nil, errors.New("the server does not answer")
}

// spent is the processor's time of this process, in the program and in the system for it.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
