package exposure

import "bytes"

// Platforms, by the word that names them in a text.
var platforms = setOf(`instagram insta ig snapchat snap sc facebook fb twitter tiktok linkedin threads bluesky mastodon youtube discord telegram kik
pinterest reddit twitch signal x`)

// Words that follow an at sign in style sheets, programs and data, and are nobody.
var notHandles = setOf(`media import charset font-face keyframes supports page namespace layer type id context graph value list
param return returns throws author since see deprecated override todo example require include extends method property var version
component injectable input output vocab container language base set reverse language index nest prefix protected alla all here everyone channel
test app client server entity table column autowired bean data getter setter nullable notnull suppresswarnings functionalinterface`)

// handle finds @name at i: an account in social media.
func (f *finder) handle(i int) (int, bool) {
	b := f.b
	if i > 0 && (isAlnum(b[i-1]) || b[i-1] == '@' || b[i-1] == '.' || b[i-1] == '_' || b[i-1] == '-' || letterBefore(b, i) > 0) {
		return 0, false
	}
	stop, letters := handleEnd(b, i+1)
	if dash := bytes.IndexByte(b[i+1:stop], '-'); dash >= 0 {
		stop = i + 1 + dash
	}
	name := lowered(b[i+1 : stop])
	if letters < 2 || letterAt(b, stop) > 0 || len(name) < 3 || len(name) > 30 || notHandles[string(name)] {
		return 0, false
	}
	if host, ok := domainEnd(b, stop+1); ok && stop < len(b) && b[stop] == '@' { // Mastodon: @anna@example.social
		f.hit(SocialHandle, i, host, 0.85, "handle")
		return host, true
	}
	if stop < len(b) && (b[stop] == '/' || b[stop] == '(' || b[stop] == '{' || b[stop] == '"') && (b[stop] != '"' || i > 0 && b[i-1] == '"') {
		return 0, false // @scope/package, @Entity(…), "@type"
	}
	named := f.platformNear(i) || f.platformAfter(stop)
	if !named && stop < len(b) && b[stop] == '-' && letterAt(b, stop+1) > 0 {
		return 0, false // @font-face
	}
	if _, domain := domainEnd(b, i+1); domain && !named {
		return 0, false
	}
	confidence := 0.55
	if named {
		confidence = 0.92
	}
	f.hit(SocialHandle, i, stop, confidence, "handle")
	return stop, true
}

func handleEnd(b []byte, i int) (stop, letters int) {
	stop = i
	for stop < len(b) && stop-i <= 40 && (isAlnum(b[stop]) || b[stop] == '_' || b[stop] == '.' || b[stop] == '-') {
		if !isDigit(b[stop]) && isAlnum(b[stop]) {
			letters++
		}
		stop++
	}
	for stop > i && (b[stop-1] == '.' || b[stop-1] == '-') {
		stop--
	}
	return stop, letters
}

// platformNear tells whether a platform is named in the forty bytes before i, on the line.
func (f *finder) platformNear(i int) bool {
	b := f.b
	for least := lineStart(b, i, 40); i > least; {
		n := letterBefore(b, i)
		if n == 0 {
			i--
			continue
		}
		from := wordStart(b, i, least)
		if from == i {
			return false // a letter that begins before the reach
		}
		if f.word = fold(f.word[:0], b[from:i]); platforms[string(f.word)] {
			return true
		}
		i = from
	}
	return false
}

// platformAfter tells whether a platform is named among the three words after i: @anna på Instagram.
func (f *finder) platformAfter(i int) bool {
	b := f.b
	for range 3 {
		gap := space(b, i)
		e := wordEnd(b, i+gap)
		if gap == 0 || e == i+gap {
			return false
		}
		if f.word = fold(f.word[:0], b[i+gap:e]); platforms[string(f.word)] && len(f.word) > 1 {
			return true
		}
		i = e
	}
	return false
}

// labelled finds "Instagram: anna.lindgren" at the colon, or at the end of the platform's name.
func (f *finder) labelled(from, i int) (int, bool) {
	b := f.b
	if f.word = fold(f.word[:0], b[from:i]); len(f.word) < 2 || !platforms[string(f.word)] {
		return 0, false
	}
	colon := i < len(b) && b[i] == ':'
	if colon {
		i++
	}
	i += space(b, i)
	if i >= len(b) || b[i] == '@' || i+1 < len(b) && b[i] == '/' {
		return 0, false
	}
	stop, letters := handleEnd(b, i)
	if stop-i < 3 || stop-i > 30 || letters < 2 {
		return 0, false
	}
	name := b[i:stop]
	if bytes.HasPrefix(b[stop:], []byte("://")) || string(lowered(name)) == "www" || bytes.HasPrefix(lowered(name), []byte("www.")) {
		return 0, false
	}
	marked := bytes.ContainsAny(name, "._0123456789")
	if _, domain := domainEnd(b, i); domain && !bytes.ContainsAny(name, "_0123456789") && bytes.Count(name, []byte(".")) > 1 || !marked && (!colon || len(f.word) < 2 || string(f.word) == "x") {
		return 0, false
	}
	if !marked && (capitalAt(b, i) || stop < len(b) && (b[stop] == ' ' || b[stop] >= 0x80)) {
		return 0, false // "Facebook: Kommunen delar", "Instagram: följ oss"
	}
	f.hit(SocialHandle, i, stop, 0.88, "handle-named")
	return stop, true
}

// Parts of addresses on platforms that are no account.
var notAccounts = setOf(`share sharer sharer.php intent p reel reels explore watch groups events pages hashtag company school jobs search login
signup home about help privacy terms policies policy plugins tr dialog photo photos photo.php permalink.php story.php stories status i hashtags tag tags discover video videos
channel c user feed legal settings developers business ads marketplace gaming profile.php v embed playlist results shorts add in kommun kommunen oembed`)

// accountLink finds instagram.com/anna.lindgren at the slash after the platform's domain.
func (f *finder) accountLink(i int) (int, bool) {
	b := f.b
	host := i
	for host > 0 && i-host < 30 && (isAlnum(b[host-1]) || b[host-1] == '.' || b[host-1] == '-') {
		host--
	}
	path := ""
	switch name := string(bytes.TrimPrefix(bytes.TrimPrefix(lowered(b[host:i]), []byte("www.")), []byte("m."))); name {
	case "instagram.com", "facebook.com", "twitter.com", "x.com", "tiktok.com", "t.me", "threads.net", "threads.com", "twitch.tv", "fb.com", "sv-se.facebook.com", "pinterest.com", "pinterest.se":
	case "linkedin.com", "se.linkedin.com":
		path = "in/"
	case "snapchat.com":
		path = "add/"
	case "youtube.com":
		path = "@"
	case "bsky.app":
		path = "profile/"
	case "reddit.com":
		path = "user/"
	default:
		return 0, false
	}
	j := i + 1
	if !bytes.HasPrefix(b[j:], []byte(path)) {
		return 0, false
	}
	j += len(path)
	if j < len(b) && b[j] == '@' {
		j++
	}
	stop, letters := handleEnd(b, j)
	if letters < 2 || stop-j < 3 || notAccounts[string(lowered(b[j:stop]))] {
		return 0, false
	}
	if bytes.HasSuffix(b[:host], []byte("://")) {
		host = wordStart(b, host-3, max(0, host-9))
	}
	f.hit(SocialHandle, host, stop, 0.9, "handle-link")
	return stop, true
}
