// Package screening (granskning) reads what a citizen wrote and says what in it may be a threat or
// abuse, which words, and why. It orders and explains; it never blocks, answers or deletes, and what
// it passes may still be grave: a human decides.
package screening

// Verdict is what a message is taken for.
type Verdict string

const (
	// Alarm reaches the on-call and the representative at once.
	Alarm Verdict = "alarm"
	// Flag lies behind a cover and is never forwarded, only announced.
	Flag Verdict = "flag"
	// Pass is delivered as any other; it is no promise that the message is harmless.
	Pass Verdict = "pass"
)

// Kind is one sort of undue influence that a message may hold.
type Kind string

// The kinds, in the order in which a result lists them.
const (
	Threat        Kind = "threat"
	VeiledThreat  Kind = "veiled_threat"
	Harassment    Kind = "harassment"
	ImproperOffer Kind = "improper_offer"
	Pressure      Kind = "pressure"
	Doxing        Kind = "doxing"
	SelfHarm      Kind = "self_harm"
)

// Kinds lists every kind in the order of a result.
var Kinds = [...]Kind{Threat, VeiledThreat, Harassment, ImproperOffer, Pressure, Doxing, SelfHarm}

// Listed tells whether these words are among what is kept about listed persons (a street and number,
// a phone number, a plate), asked with words in lower case and single spaces; the one who answers
// compares blind tokens and keeps no words. Nil: nobody is listed.
type Listed func(words string) bool

// Input is a message to screen. Reasons give byte offsets in the part that they come from.
type Input struct {
	Subject string
	Text    string
	Listed  Listed
}

// Reason is one hit: Start and End are byte offsets in the text as given (in the subject when In says
// so), Text is what stands there, Why a plain sentence in Swedish; WhyIn gives it in English.
type Reason struct {
	Rule  string `json:"rule"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	Why   string `json:"why"`
	In    string `json:"in,omitempty"`
}

// Result is what screening says of one message. Threat and Abuse are two signals, 0 to 1, that do not
// follow each other: the gravest threats are polite.
type Result struct {
	Verdict Verdict  `json:"verdict"`
	Threat  float64  `json:"threat"`
	Abuse   float64  `json:"abuse"`
	Kinds   []Kind   `json:"kinds"`
	Reasons []Reason `json:"reasons"`
}
