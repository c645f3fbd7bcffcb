package exposure

import "bytes"

// Providers of private mailboxes; not the whole world's, those that Swedes have.
var private = setOf(`gmail.com googlemail.com hotmail.com hotmail.se outlook.com outlook.se live.com live.se msn.com
yahoo.com yahoo.se icloud.com me.com mac.com telia.com bredband.net bredband2.com comhem.se tele2.se spray.se passagen.se home.se
swipnet.se glocalnet.net algonet.se proton.me protonmail.com pm.me gmx.com gmx.net mail.com tutanota.com tuta.io fastmail.com hey.com
ownit.nu bahnhof.se tyfon.se zeta.se brikks.com netatonce.net telenor.se halebop.se riksnet.se chello.se hushmail.com aol.com
yandex.com zoho.com duck.com rocketmail.com ymail.com tiscali.se utfors.se mbox301.swipnet.se mbox200.swipnet.se`)

// Names of mailboxes that are a function's and nobody's own.
var functions = setOf(`info kontakt kommun kommunen registrator diarie support noreply no-reply kundtjanst kundservice post postmaster
webmaster admin redaktion reception vaxel press newsletter nyhetsbrev bygglov miljo socialtjanst kontaktcenter servicecenter
medborgarservice expeditionen kansli kansliet faktura ekonomi hr it helpdesk service order bokning dpo dataskyddsombud contact office hello hej mail epost sales jobb abuse`)

// Endings of files, which a picture for small and large screens has after an at sign: logo@2x.png.
var fileEndings = setOf(`png jpg jpeg gif webp svg ico css js ts json xml html htm php pdf zip mp4 mov heic tif tiff bmp woff woff2 map
md txt scss less vue jsx tsx py go rs java rb sh yml yaml toml lock local localhost internal invalid`)

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range bytes.Fields([]byte(words)) {
		out[string(w)] = true
	}
	return out
}

func inLocal(c byte) bool {
	return isAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'' || c == '&'
}

// mail finds an address around an at sign at i, the sign n bytes long.
func (f *finder) mail(i, n int) (int, bool) {
	b := f.b
	start := i
	for start > 0 && i-start < 64 && (inLocal(b[start-1]) || b[start-1] >= 0x80 && letterBefore(b, start) > 0) {
		if b[start-1] >= 0x80 {
			start -= letterBefore(b, start)
		} else {
			start--
		}
	}
	for start < i && (b[start] == '.' || b[start] == '-' || b[start] == '\'' || b[start] == '&' || b[start] == '%' || b[start] == '+') {
		start++
	}
	if start == i || b[i-1] == '.' {
		return 0, false
	}
	stop, ok := domainEnd(b, i+n)
	if !ok {
		return 0, false
	}
	if start > 0 && (b[start-1] == '@' || b[start-1] == ':' && start > 1 && isAlnum(b[start-2]) && f.inURL(start)) || start > 1 && b[start-1] == '/' && b[start-2] == '/' {
		return 0, false
	}
	if stop < len(b) && b[stop] == ':' && stop+1 < len(b) && letterAt(b, stop+1) > 0 || stop < len(b) && b[stop] == '@' {
		return 0, false // git@example.se:project
	}
	f.judgeMail(start, i, i+n, stop)
	return stop, true
}

func (f *finder) inURL(i int) bool {
	from := lineStart(f.b, i, 40)
	return bytes.Contains(f.b[from:i], []byte("://"))
}

// domainEnd reads a domain's labels; the last is letters, and no file's ending.
func domainEnd(b []byte, i int) (int, bool) {
	stop, last, labels := i, i, 0
	for j := i; j <= len(b) && j-i < 253; {
		if j < len(b) && (isAlnum(b[j]) || b[j] == '-' && j > last) {
			j++
			continue
		}
		if n := letterAt(b, j); n > 1 {
			j += n
			continue
		}
		if j == last {
			break
		}
		stop = j
		labels++
		if j >= len(b) || b[j] != '.' || j+1 >= len(b) || !isAlnum(b[j+1]) && letterAt(b, j+1) == 0 {
			break
		}
		j++
		last = j
	}
	if labels < 2 || stop-last < 2 || stop-last > 18 {
		return 0, false
	}
	for _, c := range b[last:stop] {
		if isDigit(c) || c == '-' {
			return 0, false
		}
	}
	return stop, !fileEndings[string(lowered(b[last:stop]))]
}

// judgeMail tells an official address, a function's, a private and any other apart.
func (f *finder) judgeMail(start, at, domain, stop int) {
	b := f.b
	host := lowered(b[domain:stop])
	for _, o := range f.s.official {
		if rest, ok := bytes.CutSuffix(host, o); ok && (len(rest) == 0 || rest[len(rest)-1] == '.') {
			f.silent(Email, start, stop)
			return
		}
	}
	name := lowered(b[start:at])
	line := b[lineStart(b, start, 40):start]
	switch {
	case bytes.Contains(lowered(line), []byte("message-id")) || bytes.Contains(lowered(line), []byte("content-id")):
	case private[string(host)]:
		f.hit(Email, start, stop, 0.97, "email-private")
	case functions[string(name)]:
		f.hit(Email, start, stop, 0.4, "email-function")
	default:
		f.hit(Email, start, stop, 0.85, "email")
	}
}

// spelled finds "anna.lindgren (at) example.se" at the dot of its domain.
func (f *finder) spelled(i int) (int, bool) {
	b := f.b
	first := i
	for first > 0 && i-first < 64 && (isAlnum(b[first-1]) || b[first-1] == '-' || b[first-1] == '.') {
		first--
	}
	if first == i || first < 3 {
		return 0, false
	}
	j := first - spaceBefore(b, first)
	if j < 3 || b[j-1] != ')' && b[j-1] != ']' && b[j-1] != '}' {
		return 0, false
	}
	open := j - 2
	for open > 0 && j-open < 13 && b[open] != '(' && b[open] != '[' && b[open] != '{' {
		open--
	}
	switch string(lowered(b[open+1 : j-1])) {
	case "at", "a", "snabel-a", "snabela", "@", " at ", "snabel a":
	default:
		return 0, false
	}
	name := open - spaceBefore(b, open)
	return f.mail(name, first-name)
}
