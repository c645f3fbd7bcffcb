package seal

import "crypto/sha256"

// Hash is the SHA-256 of the AD's canonical bytes: what the log remembers of a row.
func (a AD) Hash() [32]byte { return sha256.Sum256(a.b) }
