package web

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/locale"
)

func TestEveryTemplateFitsItsViewInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := house(t)
	pages := pageViews()
	files, err := fs.Glob(pageFiles, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if _, ok := pages[name]; !ok {
			t.Errorf("%s has no view in registry.go", name)
		}
	}
	for name, view := range pages {
		if name != "layout.html" && name != "error.html" && !s.texts.Has(locale.Swedish, titleKey(name)) {
			t.Errorf("%s lacks the text %s", name, titleKey(name))
		}
		for _, l := range locale.Langs() {
			for kind, v := range map[string]any{"blank": blank(view), "filled": filled(view)} {
				var b bytes.Buffer
				if err := s.views.page(l, name, &b, v); err != nil {
					t.Errorf("%s, %s, %s: %v", name, l, kind, err)
					continue
				}
				for _, bad := range []string{"ZgotmplZ", "%!", "<no value>", "style=", " onclick=", "[frame.", "[form.", "[fault."} {
					if strings.Contains(b.String(), bad) {
						t.Errorf("%s, %s, %s holds %s", name, l, kind, bad)
					}
				}
			}
		}
	}
}

// blank is a view with nothing in it but what no page is without: its forms.
func blank(view any) any {
	v := reflect.New(reflect.TypeOf(view)).Elem()
	for i := range v.NumField() {
		if v.Field(i).Type() == reflect.TypeFor[*Form]() {
			v.Field(i).Set(reflect.ValueOf(sampleFormFor(view)))
		}
	}
	return v.Interface()
}

// filled is a view with something in every field.
func filled(view any) any {
	v := reflect.New(reflect.TypeOf(view)).Elem()
	fillValue(v, view, 0)
	return v.Interface()
}

func fillValue(v reflect.Value, view any, depth int) {
	if depth > 6 || !v.CanSet() {
		return
	}
	switch v.Type() {
	case reflect.TypeFor[locale.Key]():
		v.SetString("frame.brand")
		return
	case reflect.TypeFor[locale.Lang]():
		v.SetString("sv")
		return
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 21, 19, 40, 0, 0, time.UTC)))
		return
	case reflect.TypeFor[*Form]():
		f := sampleFormFor(view)
		for _, field := range f.Fields() {
			f.Fail(field.Name, "form.required")
		}
		v.Set(reflect.ValueOf(f))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("Exempel")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(2)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(2)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), view, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillValue(v.Index(i), view, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), view, depth+1)
		}
	}
}

// sampleFormFor is the form that a page's handler shows; a view that holds one says which.
func sampleFormFor(view any) *Form {
	if v, ok := view.(interface{ SampleForm() *Form }); ok {
		return v.SampleForm()
	}
	return NewForm()
}
