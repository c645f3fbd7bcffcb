package organisation

import (
	"varn/internal/domain/audit"
	"varn/internal/kit/seal"
)

// KeyVersions is the name of the setting that holds the newest version of each rotated key.
const KeyVersions = "key_versions"

// KeyVersionsRow is what the log remembers of that setting, so that an older one is noticed: it
// would have new rows sealed under a key that was given up.
func KeyVersionsRow(s Setting) audit.Row {
	hash := seal.Bind("key versions", s.Org).With(s.Version, s.Sealed).Hash()
	return audit.Row{Kind: KeyVersions, ID: KeyVersions, Hash: hash}
}
