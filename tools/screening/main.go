// Screening makes what screening is trained and judged on: the set, and the weights of its learned
// part. Run it from the module's root after a change to the frames; docs/screening.md is written by
// go test -run Evaluation ./internal/domain/screening/training -update.
package main

import (
	"fmt"
	"os"

	"varn/internal/domain/screening/training"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	set, err := training.Set()
	if err != nil {
		return err
	}
	raw, err := training.Encode(set)
	if err != nil {
		return err
	}
	if err := os.WriteFile("internal/domain/screening/training/set.jsonl", raw, 0o644); err != nil {
		return err
	}
	weights := training.Retrain(training.Only(set, training.Train), nil)
	return os.WriteFile("internal/domain/screening/weights.bin", weights.Encode(), 0o644)
}
