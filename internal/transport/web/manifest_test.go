package web_test

import (
	"encoding/json"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestEveryIconOfTheManifestIsThere: a phone that installs the pages finds each picture, in its size.
func TestEveryIconOfTheManifestIsThere(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	var m struct {
		Icons []struct{ Src, Sizes, Type, Purpose string } `json:"icons"`
	}
	if err := json.Unmarshal([]byte(v.get("/manifest.webmanifest").text), &m); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, one := range m.Icons {
		seen[one.Purpose+" "+one.Sizes] = true
		got := v.get(one.Src)
		if got.status != http.StatusOK {
			t.Fatalf("%s: %d", one.Src, got.status)
		}
		if one.Type != "image/png" {
			continue
		}
		c, err := png.DecodeConfig(strings.NewReader(got.text))
		if err != nil || strconv.Itoa(c.Width)+"x"+strconv.Itoa(c.Height) != one.Sizes {
			t.Errorf("%s: %+v %v", one.Src, c, err)
		}
	}
	for _, want := range []string{"any 192x192", "any 512x512", "maskable 512x512"} {
		if !seen[want] {
			t.Errorf("there is no %s", want)
		}
	}
}
