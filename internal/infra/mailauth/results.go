// Package mailauth tells who mail really comes from (SPF, DKIM, DMARC, ARC), and signs what leaves.
package mailauth

import "varn/internal/domain/letter"

// What is found out is told in the words of package letter.
type (
	Outcome   = letter.Outcome
	Results   = letter.Results
	Signature = letter.Signature
)

// The outcomes.
const (
	None      = letter.None
	Pass      = letter.Pass
	Fail      = letter.Fail
	SoftFail  = letter.SoftFail
	Neutral   = letter.Neutral
	TempError = letter.TempError
	PermError = letter.PermError
)
