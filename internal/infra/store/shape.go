package store

import (
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"
	"sync"

	"varn/internal/kit/fault"
)

// shapes remembers how the rows of each text go into each type.
type shapes struct{ known sync.Map }

type shapeKey struct {
	t    reflect.Type
	text string
}

// shape is the way of one text's columns into one type.
type shape struct {
	columns []string
	scalar  setter
	fields  []field
}

type field struct {
	index []int
	set   setter
}

type setter func(dst reflect.Value, v driver.Value) bool

func (s *shapes) of(t reflect.Type, text string, columns []string) (*shape, error) {
	key := shapeKey{t, text}
	if known, ok := s.known.Load(key); ok && slices.Equal(known.(*shape).columns, columns) {
		return known.(*shape), nil
	}
	made, err := newShape(t, columns)
	if err != nil {
		return nil, err
	}
	s.known.Store(key, made)
	return made, nil
}

func newShape(t reflect.Type, columns []string) (*shape, error) {
	sh := &shape{columns: slices.Clone(columns)}
	if set := setterOf(t); set != nil {
		if len(columns) != 1 {
			return nil, fault.Detailf("%d columns for one value", len(columns))
		}
		sh.scalar = set
		return sh, nil
	}
	if t.Kind() != reflect.Struct {
		return nil, fault.Detailf("rows do not go into %s", t)
	}
	byName := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if name, tagged := f.Tag.Lookup("db"); tagged {
			byName[name] = f
		} else if low := strings.ToLower(f.Name); f.IsExported() && !f.Anonymous && byName[low].Name == "" {
			byName[low] = f
		}
	}
	for _, c := range columns {
		f, ok := byName[c]
		if !ok {
			return nil, fault.Detailf("column %s has no field in %s", c, t)
		}
		set := setterOf(f.Type)
		if set == nil {
			return nil, fault.Detailf("column %s does not go into %s.%s", c, t, f.Name)
		}
		sh.fields = append(sh.fields, field{f.Index, set})
	}
	return sh, nil
}

// fill sets one row; an error names the column and never the value.
func (sh *shape) fill(row reflect.Value, values []driver.Value) error {
	if sh.scalar != nil {
		if !sh.scalar(row, values[0]) {
			return fault.Detailf("column %s does not fit %s", sh.columns[0], row.Type())
		}
		return nil
	}
	for i := range sh.fields {
		f := &sh.fields[i]
		dst := row
		if len(f.index) == 1 {
			dst = row.Field(f.index[0])
		} else {
			dst = row.FieldByIndex(f.index)
		}
		if !f.set(dst, values[i]) {
			return fault.Detailf("column %s does not fit %s", sh.columns[i], dst.Type())
		}
	}
	return nil
}
