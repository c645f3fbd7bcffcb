package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	useexposure "varn/internal/usecase/exposure"
)

// municipalHost is Exempelstad's website. It is served inside the program: the demo asks nothing of the world.
const municipalHost = "www.exempelstad.example.se"

// website answers for Exempelstad's website.
type website struct {
	mu    sync.Mutex
	pages map[string]string
}

func newWebsite() *website {
	return &website{pages: map[string]string{
		"/":                                    article("Exempelstads kommun", `Välkommen. <a href="/protokoll/socialnamnden-14-oktober">Protokoll</a> <a href="/skola/solskolan">Solskolan</a> <a href="/stod/hemtjanst">Hemtjänst</a> <a href="/nyheter/medborgarloftet">Nyheter</a> <a href="/kontakt">Kontakt</a>`),
		"/kontakt":                             article("Kontakta oss", "Skriv till kommunen@exempelstad.example.se så svarar vi inom två dagar."),
		"/protokoll/socialnamnden-14-oktober":  article("Protokoll från socialnämnden den 14 oktober", "Paragraf 112. Ansökan från sökanden med personnummer 640823-3234. Nämnden beviljar ansökan."),
		"/protokoll/socialnamnden-9-september": article("Protokoll från socialnämnden den 9 september", "Paragraf 98. Ärendet rör sökanden med personnummer 670919-9530."),
		"/stod/hemtjanst":                      article("Hemtjänst", "Ring Birger Dunkullen hemma på 070-1740655 om ni har frågor om nycklar."),
		"/skola/solskolan":                     article("Solskolan", "Veckans elev är Tuva som går i 2B på Solskolan."),
		"/nyheter/medborgarloftet":             article("Medborgarlöftet", "Frågor om löftet tas emot på birger.dunkullen.hemma@example.com."),
		"/nyheter/ovning":                      article("Så ser ett personnummer ut", "I övningen används det påhittade personnumret 640823-3234."),
	}}
}

func article(title, body string) string {
	return `<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>` + title + ` – Exempelstad</title></head><body><main><h1>` + title + `</h1><p>` + body + `</p></main></body></html>`
}

func (s *website) publish(path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = text
}

// RoundTrip answers as the website would.
func (s *website) RoundTrip(q *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status, kind, body := http.StatusOK, "text/html; charset=utf-8", s.pages[q.URL.Path]
	switch {
	case q.URL.Path == "/robots.txt":
		kind, body = "text/plain", "User-agent: *\nDisallow: /intern\n"
	case q.URL.Path == "/sitemap.xml":
		kind, body = "application/xml", "<urlset>"
		var paths []string
		for path := range s.pages {
			paths = append(paths, path)
		}
		slices.Sort(paths)
		for _, path := range paths {
			body += fmt.Sprintf("<url><loc>https://%s%s</loc></url>", municipalHost, path)
		}
		body += "</urlset>"
	case body == "" || q.URL.Host != municipalHost:
		status, body = http.StatusNotFound, article("Sidan finns inte", "")
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {kind}},
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: q}, nil
}

// expose has Exempelstad's website watched, three weeks ago and again this week; something was mended in between.
func (w *town) expose(ctx context.Context) error {
	site, desk := newWebsite(), w.h.Exposure
	desk.Crawler.Transport, desk.Crawler.Delay, desk.Crawler.Browser = site, -1, nil
	kajsa := w.byName["Kajsa Ordbrink"]
	w.at(22 * 24 * time.Hour)
	s, err := w.as(ctx, kajsa)
	if err != nil {
		return err
	}
	units, err := desk.Units(ctx, s)
	if err != nil {
		return err
	}
	unit := func(name string) string {
		i := slices.IndexFunc(units, func(u useexposure.Unit) bool { return u.Name == name })
		return units[max(i, 0)].ID
	}
	id, err := desk.EnterSite(ctx, s, useexposure.Entry{Unit: unit("Kommunikationsenheten"), Owner: kajsa.id, Card: watch.Card{Name: "Exempelstads webbplats", Start: "https://" + municipalHost + "/", Least: .5,
		Domains: []string{"exempelstad.example.se"}, Units: []watch.PathUnit{{Path: "/skola", Unit: unit("Solskolan")}, {Path: "/stod", Unit: unit("Hemtjänsten")}, {Path: "/protokoll", Unit: unit("Mottagningsenheten")}}}})
	if err != nil {
		return err
	}
	run := func() error {
		return desk.Run(ctx, job.Job{Org: w.org, Kind: watch.RunJob, Args: map[string]string{"site": id, "why": "schedule"}})
	}
	if err := run(); err != nil {
		return err
	}
	site.publish("/protokoll/socialnamnden-9-september", article("Protokoll från socialnämnden den 9 september", "Paragraf 98. Ärendet rör en sökande."))
	w.at(50 * time.Hour)
	if s, err = w.as(ctx, kajsa); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	desk.Woken = w.wakes(ctx)
	return w.acceptExercise(ctx, s)
}

// wakes does the jobs of the watch when somebody presses: a demo has no worker.
func (w *town) wakes(ctx context.Context) func() {
	ctx = context.WithoutCancel(ctx)
	return func() {
		go func() {
			jobs, err := w.h.DB.Claim(ctx, "demo", 20, time.Minute)
			if err != nil {
				return
			}
			for _, j := range jobs {
				switch j.Kind {
				case watch.RunJob:
					err = w.h.Exposure.Run(ctx, j)
				case watch.CheckJob:
					err = w.h.Exposure.CheckAgain(ctx, j)
				default:
					err = fault.New(fault.Unavailable, "fault.internal")
				}
				if err == nil {
					_ = w.h.DB.Complete(ctx, j)
				}
			}
		}()
	}
}

// acceptExercise lets the made-up number of an exercise stand for a year.
func (w *town) acceptExercise(ctx context.Context, s *access.Session) error {
	got, err := w.h.Exposure.List(ctx, s, useexposure.Wanted{})
	if err != nil {
		return err
	}
	for _, l := range got.Lines {
		if strings.HasPrefix(l.Title, "Så ser ett personnummer ut") {
			return w.h.Exposure.Accept(ctx, s, l.ID, "Påhittat nummer ur Skatteverkets testserie, i en övning.", clock.Of(w.h.Clock.Now().AddDate(1, 0, 0)))
		}
	}
	return nil
}
