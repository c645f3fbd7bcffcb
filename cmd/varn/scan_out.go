package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/kit/locale"
	"varn/internal/transport/cli"
)

// scanOut prints findings as they come, or gathers them for what is written whole.
type scanOut struct {
	s         *scanning
	w         *bufio.Writer
	err       *os.File // a terminal that progress is shown on, or nil
	notes     cli.Terminal
	lang      locale.Lang
	texts     *locale.Texts
	direct    bool // lines can be made at once: nothing is to be judged in order
	baseline  exposure.Baseline
	accepted  map[string]bool
	sarif     *sarif
	reasons   map[string][2]string // by rule: alone, and near a listed name
	kinds     map[exposure.Kind]string
	count     int
	hidden    int // accepted before
	unread    int
	bytes     int64
	shown     time.Time
	lastFound string
}

func newScanOut(t cli.Terminal, s *scanning) (*scanOut, error) {
	lang, _ := locale.Known(s.lang)
	texts, err := locale.LoadFile(lang, "finding")
	if err != nil {
		return nil, err
	}
	o := &scanOut{s: s, w: bufio.NewWriterSize(t.Out, 64<<10), notes: t, lang: lang, texts: texts, reasons: map[string][2]string{}, kinds: map[exposure.Kind]string{}}
	for _, rule := range exposure.Rules() {
		reason := texts.Say(lang, exposure.Why(rule))
		o.reasons[rule] = [2]string{reason, reason + " " + texts.Say(lang, exposure.NearListed)}
	}
	for _, k := range exposure.Kinds {
		o.kinds[k] = texts.Say(lang, k.Term())
	}
	if s.baseline != "" || s.write != "" {
		name := s.baseline
		if name == "" {
			name = s.write
		}
		if o.baseline, err = readBaseline(name, s.write != ""); err != nil {
			return nil, err
		}
		o.accepted = o.baseline.InForce(time.Now())
	}
	if s.sarif {
		o.sarif = newSARIF(o)
	}
	o.direct = s.json && o.accepted == nil
	if f, ok := t.Err.(*os.File); ok && isTerminal(f) && !s.text {
		o.err = f
	}
	return o, nil
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

func (o *scanOut) reason(h exposure.Hit) string {
	near := 0
	if h.Listed && h.Rule != "listed" {
		near = 1
	}
	return o.reasons[h.Rule][near]
}

// print prints a block's findings.
func (o *scanOut) print(name string, p *piece) error {
	if o.direct {
		o.count += len(p.hits)
		_, err := o.w.Write(p.lines)
		if err == nil && len(p.lines) > 0 && o.count == len(p.hits) {
			err = o.w.Flush() // the first is seen at once
		}
		return err
	}
	for _, h := range p.hits {
		if err := o.one(name, 0, h); err != nil {
			return err
		}
	}
	return nil
}

// one prints or gathers one finding.
func (o *scanOut) one(name string, page int, h exposure.Hit) error {
	if o.accepted != nil && o.accepted[o.baseline.Fingerprint(name, h)] {
		o.hidden++
		return nil
	}
	if o.s.write != "" {
		o.baseline.Accept(name, h, o.s.by, o.s.why, o.s.until)
	}
	o.count++
	switch {
	case o.sarif != nil:
		o.sarif.add(h.Finding(name, page, o.reason(h), o.s.reveal))
		return nil
	case o.s.json:
		_, err := o.w.Write(o.appendHit(nil, name, page, h))
		return err
	}
	return o.row(name, page, h)
}

// row is a finding for people.
func (o *scanOut) row(name string, page int, h exposure.Hit) error {
	f := h.Finding(name, page, o.reason(h), o.s.reveal)
	if name != o.lastFound {
		o.lastFound = name
		fmt.Fprintf(o.w, "%s\n", name)
	}
	place := fmt.Sprintf("%d–%d", f.Start, f.End)
	if page > 0 {
		place = fmt.Sprintf("s. %d, %s", page, place)
		if o.lang == locale.English {
			place = fmt.Sprintf("p. %d, %d–%d", page, f.Start, f.End)
		}
	}
	_, err := fmt.Fprintf(o.w, "  %-22s %-30s %3.0f %%  %-16s %s\n", o.kinds[f.Kind], f.Value, 100*f.Confidence, place, f.Reason)
	return err
}

// appendHit writes a finding as a line of JSON, the fields in the order of Finding.
func (o *scanOut) appendHit(b []byte, name string, page int, h exposure.Hit) []byte {
	masked := h.Masked()
	value, context := masked, h.MaskedContext
	if o.s.reveal {
		value, context = h.Value, h.Context
	}
	b = append(b, `{"source":`...)
	b = appendJSON(b, name)
	b = strconv.AppendInt(append(b, `,"page":`...), int64(page), 10)
	b = append(append(append(b, `,"kind":"`...), h.Kind...), `","value":`...)
	b = appendJSON(b, value)
	b = appendJSON(append(b, `,"masked":`...), masked)
	b = strconv.AppendInt(append(b, `,"start":`...), h.Start, 10)
	b = strconv.AppendInt(append(b, `,"end":`...), h.End, 10)
	b = appendJSON(append(b, `,"context":`...), context)
	b = strconv.AppendFloat(append(b, `,"confidence":`...), float64(int(h.Confidence*100+0.5))/100, 'g', 3, 64)
	b = appendJSON(append(b, `,"reason":`...), o.reason(h))
	b = strconv.AppendBool(append(b, `,"listed":`...), h.Listed)
	return append(append(append(b, `,"rule":"`...), h.Rule...), "\"}\n"...)
}

// appendJSON writes a string; it is UTF-8 already.
func appendJSON(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7F {
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		from = i + 1
	}
	return append(append(b, s[from:]...), '"')
}

// unreadTexts says why something could not be read.
var unreadTexts = map[extract.Reason]locale.Key{
	extract.WhyPicture: "finding.unread.picture", extract.WhyEncrypted: "finding.unread.encrypted", extract.WhyDamaged: "finding.unread.damaged",
	extract.WhyTooLarge: "finding.unread.large", extract.WhyTooDeep: "finding.unread.deep", extract.WhyUnknown: "finding.unread.unknown",
	extract.WhyScanned: "finding.unread.scanned", extract.WhyPartly: "finding.unread.partly", extract.WhyNoJail: "finding.unread.jail", extract.WhyStopped: "finding.unread.stopped",
}

// note says that a source could not be read: it is never clean.
func (o *scanOut) note(name string, page int, why extract.Reason) { o.notRead(name, page, 1, why) }

func (o *scanOut) notRead(name string, page, n int, why extract.Reason) {
	text := o.texts.Say(o.lang, unreadTexts[why])
	if why == extract.WhyPicture {
		text = o.texts.Count(o.lang, "finding.unread.picture", n)
	}
	o.say(name, page, text, "unread-"+strings.ToLower(string(why)))
}

// failed says that a web address gave nothing.
func (o *scanOut) failed(name string, key locale.Key, args ...any) {
	o.say(name, 0, o.texts.Say(o.lang, key, args...), "unread-no-answer")
}

// say prints what was not read on its own line, and on standard error.
func (o *scanOut) say(name string, page int, text, rule string) {
	o.unread++
	_ = o.w.Flush()
	fmt.Fprintf(o.notes.Err, "varn scan: %s: %s\n", name, text)
	switch {
	case o.sarif != nil:
		o.sarif.unread(name, text)
	case o.s.json:
		f := exposure.Finding{Source: name, Page: page, Kind: "unread", Reason: text, Rule: rule}
		_ = printJSON(o.w, f)
	case !o.s.text:
		fmt.Fprintf(o.w, "%s\n  %s\n", name, text)
		o.lastFound = ""
	}
}

// progress shows on a terminal how far the scan has come.
func (o *scanOut) progress(n int) {
	o.bytes += int64(n)
	if o.err == nil || time.Since(o.shown) < 200*time.Millisecond {
		return
	}
	o.shown = time.Now()
	fmt.Fprintf(o.err, "\r%s\x1b[K", o.texts.Say(o.lang, "finding.scan.progress", o.lang.Size(o.bytes)))
}

// close writes what is left.
func (o *scanOut) close() error {
	if o.err != nil {
		fmt.Fprint(o.err, "\r\x1b[K")
	}
	if o.s.write != "" {
		if err := o.saveBaseline(); err != nil {
			return err
		}
	}
	switch {
	case o.sarif != nil:
		if err := o.sarif.write(o.w); err != nil {
			return err
		}
	case !o.s.json && !o.s.text:
		fmt.Fprintln(o.w, o.texts.Say(o.lang, "finding.scan.sum", o.count, o.unread, o.hidden))
	}
	return o.w.Flush()
}

// saveBaseline writes the file anew beside itself, so that it is never half.
func (o *scanOut) saveBaseline() error {
	raw, err := json.MarshalIndent(o.baseline, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(o.s.write), ".baseline-*")
	if err != nil {
		return err
	}
	_, err = file.Write(append(raw, '\n'))
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(file.Name(), o.s.write)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}
