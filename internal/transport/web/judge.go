package web

import (
	"slices"
	"time"
	"unicode/utf8"

	"varn/internal/kit/locale"
)

// read takes over what was sent for one field and says what must be mended, if anything.
func (f *Field) read(sent []string) (locale.Key, []any) {
	f.values = nil
	for _, raw := range sent {
		v, ok := tidy(raw, f.Kind == areaKind)
		if !ok {
			return "form.odd", nil
		}
		if v != "" {
			f.values = append(f.values, v)
		}
	}
	if len(f.values) == 0 {
		if f.Required {
			return f.missing(), nil
		}
		return "", nil
	}
	return f.check()
}

func (f *Field) missing() locale.Key {
	switch f.Kind {
	case selectKind, radiosKind, checksKind:
		return "form.choose"
	case checkKind:
		return "form.tick"
	}
	return "form.required"
}

func (f *Field) check() (locale.Key, []any) {
	if f.Options != nil {
		for _, v := range f.values {
			if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v }) {
				f.values = nil
				return "form.choose", nil
			}
		}
	}
	if f.Kind != checksKind && len(f.values) > 1 {
		return "form.odd", nil
	}
	if f.Limit > 0 && utf8.RuneCountInString(f.Value()) > f.Limit {
		return "form.long", []any{f.Limit}
	}
	return f.checkTime()
}

func (f *Field) checkTime() (locale.Key, []any) {
	switch f.Kind {
	case dateKind:
		if t, err := time.Parse(time.DateOnly, f.Value()); err != nil || t.Year() < 1900 || t.Year() > 2200 {
			return "form.date", nil
		}
	case timeKind:
		if _, err := time.Parse("15:04", f.Value()); err != nil {
			return "form.time", nil
		}
	}
	return "", nil
}
