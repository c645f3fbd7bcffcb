package main

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"varn/internal/domain/exposure"
)

// sarif gathers findings as SARIF 2.1.0 (OASIS), which other programs for code and pages read.
type sarif struct {
	log sarifLog
	o   *scanOut
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name  string      `json:"name"`
			URI   string      `json:"informationUri,omitempty"`
			Rules []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
	Invocations []sarifInvocation `json:"invocations"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule       string          `json:"ruleId"`
	Level      string          `json:"level"`
	Message    sarifText       `json:"message"`
	Locations  []sarifLocation `json:"locations"`
	Properties map[string]any  `json:"properties"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			ByteOffset int64      `json:"byteOffset"`
			ByteLength int64      `json:"byteLength"`
			Snippet    *sarifText `json:"snippet,omitempty"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

func newSARIF(o *scanOut) *sarif {
	s := &sarif{o: o, log: sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: make([]sarifRun, 1)}}
	run := &s.log.Runs[0]
	run.Tool.Driver.Name = "varn scan"
	run.ColumnKind = "unicodeCodePoints"
	run.Results = []sarifResult{}
	run.Invocations = []sarifInvocation{{Successful: true}}
	for _, k := range exposure.Kinds {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: string(k), Short: sarifText{o.kinds[k]}})
	}
	return s
}

func (s *sarif) add(f exposure.Finding) {
	r := sarifResult{Rule: string(f.Kind), Level: "warning", Message: sarifText{s.o.kinds[f.Kind] + ": " + f.Value + ". " + f.Reason}}
	if f.Confidence >= 0.9 || f.Listed {
		r.Level = "error"
	}
	if f.Confidence < 0.5 {
		r.Level = "note"
	}
	var at sarifLocation
	at.Physical.Artifact.URI = sarifURI(f.Source)
	at.Physical.Region.ByteOffset, at.Physical.Region.ByteLength = f.Start, f.End-f.Start
	at.Physical.Region.Snippet = &sarifText{f.Context}
	r.Locations = []sarifLocation{at}
	r.Properties = map[string]any{"confidence": f.Confidence, "listed": f.Listed, "rule": f.Rule, "page": f.Page}
	s.log.Runs[0].Results = append(s.log.Runs[0].Results, r)
}

func sarifURI(source string) string {
	if strings.Contains(source, "://") {
		return source
	}
	return (&url.URL{Path: filepath.ToSlash(source)}).String()
}

func (s *sarif) unread(source, text string) {
	run := &s.log.Runs[0].Invocations[0]
	run.Notifications = append(run.Notifications, sarifNotification{"warning", sarifText{source + ": " + text}})
}

func (s *sarif) write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(s.log)
}
