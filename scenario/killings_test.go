//go:build !faults

package scenario

// killings is how often a loaded server is killed.
const killings = 5
