package store

import (
	"database/sql/driver"
	"math"
	"reflect"
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// bind puts the organisation before the arguments and brings each to one of the few types that
// both engines keep the same way.
func (t *Tx) bind(text string, args []any) ([]driver.NamedValue, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	if t.ended {
		return nil, fault.Detailf("a statement after the last question")
	}
	if t.reading {
		return nil, fault.Detailf("a second statement inside Each")
	}
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	t.args = t.args[:0]
	if t.scoped {
		if !namesOrg(text) {
			return nil, fault.Detailf("a text without $1 in an organisation's transaction")
		}
		t.args = append(t.args, driver.NamedValue{Ordinal: 1, Value: t.org})
	}
	for _, a := range args {
		v, ok := plain(a)
		if !ok {
			return nil, fault.Detailf("argument $%d has a type that the store does not keep: %T", len(t.args)+1, a)
		}
		t.args = append(t.args, driver.NamedValue{Ordinal: len(t.args) + 1, Value: v})
	}
	return t.args, nil
}

// namesOrg tells whether $1 itself stands in the text, and not only $10.
func namesOrg(text string) bool {
	for {
		i := strings.Index(text, "$1")
		if i < 0 {
			return false
		}
		text = text[i+2:]
		if text == "" || text[0] < '0' || text[0] > '9' {
			return true
		}
	}
}

// plain gives int64, bool, string, []byte, float64 or nil. A time.Time is refused: it would go
// into SQLite as a text; times are clock.Stamp.
func plain(a any) (driver.Value, bool) {
	switch v := a.(type) {
	case nil:
		return nil, true
	case string:
		return v, true
	case []byte:
		if v == nil {
			return nil, true
		}
		return v, true
	case int64:
		return v, true
	case int:
		return int64(v), true
	case bool:
		return v, true
	case time.Time:
		return nil, false
	case driver.Valuer:
		if rv := reflect.ValueOf(a); rv.Kind() == reflect.Pointer && rv.IsNil() {
			return nil, true
		}
		inner, err := v.Value()
		if err != nil {
			return nil, false
		}
		if _, again := inner.(driver.Valuer); again {
			return nil, false
		}
		return plain(inner)
	}
	return plainKind(reflect.ValueOf(a))
}

func plainKind(v reflect.Value) (driver.Value, bool) {
	switch v.Kind() {
	case reflect.String:
		return v.String(), true
	case reflect.Bool:
		return v.Bool(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int64(v.Uint()), v.Uint() <= math.MaxInt64
	case reflect.Float32, reflect.Float64:
		return v.Float(), true
	case reflect.Pointer:
		if v.IsNil() {
			return nil, true
		}
		return plain(v.Elem().Interface())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return plain(v.Bytes())
		}
	case reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			return b, true
		}
	}
	return nil, false
}
