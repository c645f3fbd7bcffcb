package jail

// What can go wrong with a jailed process.
var (
	ErrNoJail  error = failure{"jail: the system can't shut a process in", true}
	ErrStopped error = failure{"jail: the process took too much, or broke", false}
)

// failure tells also those who don't know this package whether anything was shut in at all.
type failure struct {
	text string
	none bool
}

// Error is the text for the operator.
func (f failure) Error() string { return f.text }

// NoJail tells whether the system can't shut a process in.
func (f failure) NoJail() bool { return f.none }
