package store

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"reflect"
)

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
