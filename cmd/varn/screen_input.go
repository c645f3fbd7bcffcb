package main

import (
	"varn/internal/domain/screening"
)

// toScreen makes a file what is screened.
func toScreen(raw []byte) screening.Input {
	return screening.Input{Text: string(raw)}
}
