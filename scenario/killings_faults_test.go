//go:build faults

package scenario

// killings is how often a loaded server is killed.
const killings = 50

// mailKillings is how often a server is killed that takes letters and forwards them.
const mailKillings = 30
