package store

import (
	"bytes"
	"database/sql"
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

func setterOf(t reflect.Type) setter {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]()) {
		return func(dst reflect.Value, v driver.Value) bool {
			return dst.Addr().Interface().(sql.Scanner).Scan(v) == nil
		}
	}
	switch t.Kind() {
	case reflect.String:
		return setString
	case reflect.Bool:
		return setBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return setInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return setUint
	case reflect.Float64:
		return setFloat
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return setBytes
		}
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return setArray
		}
	case reflect.Pointer:
		return setPointer(t.Elem())
	}
	return nil
}

func setString(dst reflect.Value, v driver.Value) bool {
	s, ok := v.(string)
	if ok {
		dst.SetString(s)
	}
	return ok
}

func setBool(dst reflect.Value, v driver.Value) bool {
	switch b := v.(type) {
	case bool:
		dst.SetBool(b)
		return true
	case int64: // SQLite
		dst.SetBool(b == 1)
		return b == 0 || b == 1
	}
	return false
}

func setInt(dst reflect.Value, v driver.Value) bool {
	n, ok := v.(int64)
	if !ok || dst.OverflowInt(n) {
		return false
	}
	dst.SetInt(n)
	return true
}

func setUint(dst reflect.Value, v driver.Value) bool {
	n, ok := v.(int64)
	if !ok || n < 0 || dst.OverflowUint(uint64(n)) {
		return false
	}
	dst.SetUint(uint64(n))
	return true
}

func setFloat(dst reflect.Value, v driver.Value) bool {
	switch n := v.(type) {
	case float64:
		dst.SetFloat(n)
		return true
	case int64:
		dst.SetFloat(float64(n))
		return n > -(1<<53) && n < 1<<53
	}
	return false
}

// setBytes copies: the engine may use its buffer again.
func setBytes(dst reflect.Value, v driver.Value) bool {
	switch b := v.(type) {
	case []byte:
		dst.SetBytes(bytes.Clone(b))
		return true
	case nil:
		return true
	}
	return false
}

func setArray(dst reflect.Value, v driver.Value) bool {
	b, ok := v.([]byte)
	if !ok || len(b) != dst.Len() {
		return false
	}
	reflect.Copy(dst, reflect.ValueOf(b))
	return true
}

func setPointer(elem reflect.Type) setter {
	set := setterOf(elem)
	if set == nil {
		return nil
	}
	return func(dst reflect.Value, v driver.Value) bool {
		if v == nil {
			return true
		}
		p := reflect.New(elem)
		if !set(p.Elem(), v) {
			return false
		}
		dst.Set(p)
		return true
	}
}
