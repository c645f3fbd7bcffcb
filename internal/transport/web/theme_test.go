package web

import (
	"math"
	"strings"
	"testing"

	"varn/internal/kit/fault"
)

func TestUsableColorsGiveReadableStepsInLightAndDark(t *testing.T) {
	t.Parallel()
	for _, hex := range []string{"#0B5C73", "#6B3FA0", "#004B87", "#8A1538", "#1E6B35", "#7A4B00", "#22313A", "#000000", "#B0003A", "#00517D"} {
		c, err := parseColor(hex)
		if err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			if err := newScale(c, dark).check(); err != nil {
				t.Errorf("%s, dark %v: %v", hex, dark, err)
			}
		}
		if err := (Colors{Primary: hex, Accent: hex}).Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestStepsFollowDesignsystemet(t *testing.T) {
	t.Parallel()
	c, err := parseColor("#0B5C73")
	if err != nil {
		t.Fatal(err)
	}
	light := newScale(c, false)
	// What the design system's own command line makes of this colour.
	for name, want := range map[string]string{
		"background-tinted": "#eff4f6", "surface-tinted": "#e0eaed", "surface-active": "#b6ced5",
		"border-default": "#438193", "text-subtle": "#19657b", "text-default": "#06303c",
		"base-default": "#0b5c73", "base-hover": "#09485a", "base-active": "#063542", "base-contrast-default": "#ffffff",
	} {
		w, err := parseColor(want)
		if err != nil {
			t.Fatal(err)
		}
		got := light[name]
		if d := math.Abs(got.r-w.r) + math.Abs(got.g-w.g) + math.Abs(got.b-w.b); d > 6 {
			t.Errorf("%s is %s, theirs %s", name, got.hex(), want)
		}
	}
}

func TestUnusableColorsAreRefusedWithWhatToChange(t *testing.T) {
	t.Parallel()
	for hex, code := range map[string]string{
		"#FFFF00": "theme.contrast", "#ffffff": "theme.contrast", "#9BE0FF": "theme.contrast",
		"blue": "theme.no-color", "#12345": "theme.no-color", "#0B5C7G": "theme.no-color", "0B5C733": "theme.no-color",
		"#0B5C73;}": "theme.no-color", "å": "theme.no-color",
	} {
		err := Colors{Primary: hex}.Check()
		if err == nil || fault.Of(err).Code != code {
			t.Errorf("%s gave %v", hex, err)
		}
	}
}

func TestAnUnusableColorStillGivesAPage(t *testing.T) {
	t.Parallel()
	s := house(t)
	bad, err := s.themes.of(Colors{Primary: "#FFFF00"})
	if err != nil {
		t.Fatal(err)
	}
	good, err := s.themes.of(Colors{})
	if err != nil || bad != good {
		t.Fatalf("%s and %s, %v", bad, good, err)
	}
	css := s.visit(visit{path: good}).Body.String()
	if !strings.HasPrefix(css, "@layer organisation{") || strings.Count(css, "--ds-color-primary-base-default:") != 2 {
		t.Errorf("the style sheet is %.200s", css)
	}
}

func FuzzColors(f *testing.F) {
	f.Add("#0B5C73")
	f.Fuzz(func(t *testing.T, hex string) {
		css, err := Colors{Primary: hex}.css()
		if err == nil && strings.ContainsAny(css, "<\\\"'") {
			t.Fatalf("%q gave %q", hex, css)
		}
	})
}
