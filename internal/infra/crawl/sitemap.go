package crawl

import (
	"bufio"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// Bounds of sitemaps (sitemaps.org: 50,000 addresses and 50 MB a file).
const (
	maxSitemaps    = 500
	maxSitemapSize = 50 << 20 // unpacked
	maxSitemapURLs = 50_000
)

// readSitemap gives the addresses of a sitemap, or of the sitemaps that an index names; packed or not. What
// comes before something unreadable is kept.
func readSitemap(r io.Reader) (pages, maps []string, err error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, err
		}
		in = bufio.NewReader(z)
	}
	d := xml.NewDecoder(io.LimitReader(in, maxSitemapSize))
	d.CharsetReader = charset.NewReaderLabel
	d.Strict = false
	var path []string
	for len(pages)+len(maps) < maxSitemapURLs {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return pages, maps, nil
		}
		if err != nil {
			return pages, maps, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > 20 {
				return pages, maps, errors.New("a sitemap is not nested so deep")
			}
		case xml.EndElement:
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
		case xml.CharData:
			if len(path) < 2 || path[len(path)-1] != "loc" {
				continue
			}
			text := strings.TrimSpace(string(t))
			switch {
			case text == "" || len(text) > maxAddress:
			case path[len(path)-2] == "sitemap":
				maps = append(maps, text)
			case path[len(path)-2] == "url":
				pages = append(pages, text)
			}
		}
	}
	return pages, maps, nil
}
