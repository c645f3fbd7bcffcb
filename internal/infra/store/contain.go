package store

import (
	"fmt"
	"runtime"
	"strings"

	"varn/internal/kit/fault"
)

// contain runs the closure and turns a panic into an error, so that it ends one transaction only.
func contain(t *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Detailf("panic in a transaction: %s", panicKind(p))
			t.db.cfg.Log.Error("panic in a transaction", "kind", panicKind(p), "stack", stack())
		}
	}()
	return fn(t)
}

// panicKind says what kind of value it was; its text could hold content. The runtime's own
// errors (an index, a nil map) hold none.
func panicKind(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}

// stack names functions and lines, without the arguments that the runtime prints beside them.
func stack() string {
	var pc [32]uintptr
	frames := runtime.CallersFrames(pc[:runtime.Callers(4, pc[:])])
	var b strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s:%d ", f.Function, f.Line)
		if !more {
			return b.String()
		}
	}
}
