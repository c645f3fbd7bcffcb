//go:build !faults

package store

// kills is how often a writing process is killed in the ordinary tests.
const kills = 5
