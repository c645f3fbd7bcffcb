//go:build !amd64

package jail

import "golang.org/x/sys/unix"

// allowedOld are the older names that C libraries use on this processor.
func allowedOld() []uint32 { return []uint32{unix.SYS_FSTATAT} }
