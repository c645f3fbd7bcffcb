// Package jail runs a part of the program on content that nobody trusts: a process of its own that can
// open no socket and no file, with little memory and time and nothing in its environment.
package jail

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Bounds of a jailed process.
const (
	memory  = 512 << 20 // bytes of private memory
	heap    = 320 << 20 // bytes that the collector aims at
	seconds = 10        // of processor time
)

// Lock shuts the present process in, for good: from here on it can read and write what is open already,
// take some memory and end. It fails where the system can't do that; then nothing may be read.
func Lock() error {
	// Go's timers wait where its network does; that place is made here, since it can't be made inside.
	time.Sleep(time.Nanosecond)
	timer := time.NewTimer(time.Millisecond)
	<-timer.C
	for resource, most := range map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_DATA: memory, unix.RLIMIT_CPU: seconds, unix.RLIMIT_NOFILE: 3} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("jail: limit %d: %w", resource, err)
		}
	}
	debug.SetMemoryLimit(heap)
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return filter()
}

// arch is how the kernel calls this processor, in a filter.
func arch() (uint32, error) {
	switch runtime.GOARCH {
	case "amd64":
		return unix.AUDIT_ARCH_X86_64, nil
	case "arm64":
		return unix.AUDIT_ARCH_AARCH64, nil
	}
	return 0, errors.New("jail: not for this processor")
}

// allowed is everything that Go needs to compute and to read and write what is open.
func allowed() []uint32 {
	return []uint32{
		unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE, unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_BRK, unix.SYS_FUTEX, unix.SYS_NANOSLEEP,
		unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_SCHED_YIELD, unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK,
		unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_GETTID, unix.SYS_GETPID, unix.SYS_TGKILL, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
		unix.SYS_SET_ROBUST_LIST, unix.SYS_GETRANDOM, unix.SYS_RESTART_SYSCALL, unix.SYS_RSEQ, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CTL,
	}
}

// Where a filter finds what it asks for.
const (
	dataNumber = 0
	dataArch   = 4
	dataFirst  = 16 // the low half of the first argument
	dataThird  = 32
	x32        = 0x40000000
)

const (
	load     = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	equal    = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	atLeast  = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	anyBit   = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	give     = unix.BPF_RET | unix.BPF_K
	refuse   = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	letGo    = unix.SECCOMP_RET_ALLOW
	killAtIt = unix.SECCOMP_RET_KILL_PROCESS
)

// filter tells the kernel to refuse everything else: of memory what could be run, of processes all but
// threads.
func filter() error {
	machine, err := arch()
	if err != nil {
		return err
	}
	step := func(code uint16, k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: code, Jt: yes, Jf: no, K: k}
	}
	p := []unix.SockFilter{
		step(load, dataArch, 0, 0), step(equal, machine, 1, 0), step(give, killAtIt, 0, 0),
		step(load, dataNumber, 0, 0), step(atLeast, x32, 0, 1), step(give, killAtIt, 0, 0),
	}
	for _, n := range allowed() {
		p = append(p, step(equal, n, 0, 1), step(give, letGo, 0, 0))
	}
	for _, n := range []uint32{unix.SYS_MMAP, unix.SYS_MPROTECT} {
		p = append(p, step(equal, n, 0, 4), step(load, dataThird, 0, 0), step(anyBit, unix.PROT_EXEC, 0, 1), step(give, refuse, 0, 0), step(give, letGo, 0, 0))
	}
	// The newer way to make a thread hides its flags from a filter: it is said not to exist, and the older
	// one is used.
	p = append(p, step(equal, unix.SYS_CLONE3, 0, 1), step(give, unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS), 0, 0))
	p = append(p, step(equal, unix.SYS_CLONE, 0, 4), step(load, dataFirst, 0, 0), step(anyBit, unix.CLONE_THREAD, 0, 1), step(give, letGo, 0, 0), step(give, refuse, 0, 0),
		step(give, refuse, 0, 0))
	return install(p)
}

func install(p []unix.SockFilter) error {
	program := unix.SockFprog{Len: uint16(len(p)), Filter: &p[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(p)
	if errno != 0 {
		return fmt.Errorf("jail: filter: %w", errno)
	}
	return nil
}
