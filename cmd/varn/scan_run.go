package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/transport/cli"
)

// lean keeps the heap small: of a text that streams by nothing stays. A document is held whole, and lifts
// the limit.
func lean() { debug.SetMemoryLimit(36 << 20) }

// scanRun goes through the sources.
type scanRun struct {
	ctx     context.Context
	t       cli.Terminal
	s       *scanning
	scanner *exposure.Scanner
	out     *scanOut
}

// source reads one argument: a web address, standard input, a folder or a file.
func (r *scanRun) source(arg string) error {
	switch {
	case arg == "-":
		return r.open("-", r.t.In)
	case strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://"):
		return r.web(arg)
	}
	info, err := os.Stat(arg)
	if err != nil {
		return cli.Misuse{Text: err.Error()}
	}
	if !info.IsDir() {
		return r.file(arg)
	}
	if r.s.text {
		return cli.Misuse{Text: "--text: give one file, not a folder"}
	}
	return filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
		switch {
		case r.ctx.Err() != nil:
			return r.ctx.Err()
		case err != nil:
			r.out.note(path, 0, extract.WhyDamaged)
			return nil
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		return r.file(path)
	})
}

func (r *scanRun) file(path string) error {
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			fmt.Fprintf(r.t.Err, "varn scan: %v\n", err)
			r.out.note(path, 0, extract.WhyDamaged)
			return nil
		}
		return err
	}
	defer file.Close()
	return r.open(path, file)
}

// open reads a text as it streams by, and anything else as a document.
func (r *scanRun) open(name string, in io.Reader) error {
	head := make([]byte, 8<<10)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), in)
	if isText(name, head) {
		return r.stream(name, newDecoder(whole))
	}
	return r.document(name, "", whole)
}

// isText tells a text that is read as it is from a document that must be taken apart.
func isText(name string, head []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm", ".xhtml", ".eml", ".msg", ".mht", ".mhtml":
		return false
	case ".txt", ".csv", ".tsv", ".md", ".log", ".json", ".jsonl":
		return !binaryHead(head) || utf16Order(head) != nil
	}
	start := bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 1024)], "\ufeff \t\r\n"))
	if bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) || looksLikeLetter(head) {
		return false
	}
	for _, magic := range []string{"%PDF-", "PK\x03\x04", "PK\x05\x06", "\xD0\xCF\x11\xE0", "\xFF\xD8\xFF", "\x89PNG", "GIF8", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return false
		}
	}
	if len(head) > 12 && (string(head[4:8]) == "ftyp" || string(head[:4]) == "RIFF") {
		return false
	}
	return utf16Order(head) != nil || !binaryHead(head)
}

// binaryHead tells what is no text: more than a few control characters.
func binaryHead(head []byte) bool {
	odd := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B {
			odd++
		}
	}
	return odd*50 > len(head)
}

// piece is a block of text on its way through the workers.
type piece struct {
	text     []byte
	from, to int
	base     int64
	hits     []exposure.Hit
	lines    []byte
	done     chan struct{}
}

// stream scans a text of any length in blocks, several at once, and gives the findings in order.
func (r *scanRun) stream(name string, in io.Reader) error {
	if r.s.text {
		_, err := io.Copy(r.t.Out, in)
		return err
	}
	workers := r.s.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	todo, order := make(chan *piece, 4*workers), make(chan *piece, 6*workers)
	free := make(chan *piece, 6*workers+3)
	for range cap(free) {
		free <- &piece{text: make([]byte, 0, 2*exposure.BlockSize), done: make(chan struct{}, 1)}
	}
	for range workers {
		go func() {
			for p := range todo {
				r.work(name, p)
				p.done <- struct{}{}
			}
		}()
	}
	failed := make(chan error, 1)
	go func() {
		err := r.split(in, free, todo, order)
		close(todo)
		close(order)
		failed <- err
	}()
	var err error
	for p := range order {
		<-p.done
		if err == nil {
			err = r.out.print(name, p)
		}
		free <- p
	}
	return errors.Join(err, <-failed)
}

// work finds in one block, and writes the lines where they need no more than the hit.
func (r *scanRun) work(name string, p *piece) {
	p.hits, p.lines = p.hits[:0], p.lines[:0]
	r.scanner.Block(p.text, p.from, p.to, p.base, func(h exposure.Hit) {
		if h.Confidence < r.s.least {
			return
		}
		if r.out.direct {
			p.lines = r.out.appendHit(p.lines, name, 0, h)
			p.hits = append(p.hits, exposure.Hit{})
			return
		}
		p.hits = append(p.hits, h)
	})
}

// split reads the text and cuts it into blocks, each with what stands around it. What a block doesn't
// take is carried to the next.
func (r *scanRun) split(in io.Reader, free chan *piece, todo, order chan<- *piece) error {
	p := <-free
	p.text, p.from, p.base = p.text[:0], 0, 0
	for ended := false; ; {
		for !ended && len(p.text)-p.from < exposure.BlockSize+exposure.Margin {
			n, err := in.Read(p.text[len(p.text) : p.from+exposure.BlockSize+exposure.Margin])
			p.text = p.text[:len(p.text)+n]
			if errors.Is(err, io.EOF) {
				ended = true
			} else if err != nil {
				free <- p
				return err
			}
		}
		n := len(p.text) - p.from
		if n == 0 || r.ctx.Err() != nil {
			free <- p
			return r.ctx.Err()
		}
		if n >= exposure.BlockSize+exposure.Margin {
			n = exposure.Cut(p.text[p.from:])
		}
		p.to = p.from + n
		following := <-free
		keep := max(0, p.to-exposure.Margin)
		following.text = append(following.text[:0], p.text[keep:]...)
		following.from, following.base = p.to-keep, p.base+int64(keep)
		p.text = p.text[:min(len(p.text), p.to+exposure.Margin)]
		todo <- p
		order <- p
		r.out.progress(n)
		p = following
	}
}
