package jail

import "golang.org/x/sys/unix"

// allowedOld are the older names that C libraries use on this processor.
func allowedOld() []uint32 {
	return []uint32{unix.SYS_OPEN, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_NEWFSTATAT, unix.SYS_ACCESS, unix.SYS_READLINK, unix.SYS_POLL, unix.SYS_DUP2, unix.SYS_ARCH_PRCTL, unix.SYS_GETRLIMIT, unix.SYS_TIME, unix.SYS_SELECT}
}
