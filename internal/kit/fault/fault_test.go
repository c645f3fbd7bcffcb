package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestOfFindsTheFaultInAChain(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("outer: %w", New(Conflict, "case.changed", "version 3"))
	if got := Of(err); got.Kind != Conflict || got.Code != "case.changed" {
		t.Fatalf("got %v", got)
	}
	if !Is(err, Conflict) || Is(err, NotFound) || Is(nil, Internal) {
		t.Fatal("Is")
	}
}

func TestUnknownErrorsAreInternal(t *testing.T) {
	t.Parallel()
	cause := errors.New("boom")
	got := Of(cause)
	if got.Kind != Internal || !errors.Is(got, cause) {
		t.Fatalf("got %v", got)
	}
}

func TestFormIsNilWithoutFields(t *testing.T) {
	t.Parallel()
	if Form(nil) != nil {
		t.Fatal("an empty form has no error")
	}
	if got := Of(Form([]Field{{Name: "name", Code: "field.required"}})); len(got.Fields) != 1 || got.Kind != Invalid {
		t.Fatalf("got %+v", got)
	}
}
