package jail

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ProgramArgument is this program's first argument when it is started anew to shut itself in and become another.
const ProgramArgument = "program-in-jail"

// ErrNoProgram says that a program is not installed.
var ErrNoProgram = errors.New("jail: no such program on this system")

// noJailProgram is the exit status of a process that could not be shut in; no program here ends with it.
const noJailProgram = 93

// Bounds of a program of the system.
const (
	programMemory  = 1 << 30 // bytes of private memory
	programSeconds = 60      // of processor time
	programFiles   = 64
)

// Programs runs programs of the system that read formats: each in a process of its own that can read the system's
// libraries, fonts and tables and no other file, open no socket, write nothing but its answer and start nothing else.
type Programs struct {
	Self  string // this program
	Wall  time.Duration
	Most  int64         // bytes that one may answer
	Slots chan struct{} // how many may run at a time; nil: any number
}

// The programs that may be run. All are in Debian, and none is needed.
const (
	PDFText   = "pdftotext"
	PDFPage   = "pdftoppm"
	Tesseract = "tesseract"
)

func programNames() []string { return []string{PDFText, PDFPage, Tesseract} }

// Has tells whether a program is installed and may be run.
func (p *Programs) Has(name string) bool {
	if p == nil || p.Self == "" || !slices.Contains(programNames(), name) {
		return false
	}
	info, err := os.Stat(filepath.Join("/usr/bin", name))
	return err == nil && info.Mode().IsRegular()
}

// Run gives a content to a program's standard input and gives what it writes to its standard output.
func (p *Programs) Run(ctx context.Context, content io.Reader, name string, args ...string) ([]byte, error) {
	if !p.Has(name) {
		return nil, ErrNoProgram
	}
	return p.run(ctx, content, filepath.Join("/usr/bin", name), args)
}

func (p *Programs) run(ctx context.Context, content io.Reader, path string, args []string) ([]byte, error) {
	if p.Slots != nil {
		select {
		case p.Slots <- struct{}{}:
			defer func() { <-p.Slots }()
		case <-ctx.Done():
			return nil, ErrStopped
		}
	}
	ctx, stop := context.WithTimeout(ctx, p.Wall)
	defer stop()
	c := exec.CommandContext(ctx, p.Self, append([]string{ProgramArgument, path}, args...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return answer(ctx, c, content, p.Most, noJailProgram)
}

// MainProgram is what that process does: it shuts itself in and becomes the program. It gives the exit status when
// that can't be.
func MainProgram(args []string) int {
	if len(args) == 0 || !filepath.IsAbs(args[0]) {
		return noJailProgram
	}
	runtime.LockOSThread() // what is taken away here is taken from this thread, and it is the one that goes on
	if err := lockProgram(); err != nil {
		return noJailProgram
	}
	syscall.Exec(args[0], args, []string{"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1", "HOME=/nonexistent", "PATH=/usr/bin"})
	return noJailProgram
}

func lockProgram() error {
	for resource, most := range map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_DATA: programMemory, unix.RLIMIT_CPU: programSeconds, unix.RLIMIT_NOFILE: programFiles} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := landlock(); err != nil {
		return err
	}
	return filterProgram()
}

// readable is what a program may read, and of it run: the system's programs, libraries, fonts and tables.
func readable() []string {
	return []string{"/usr", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache"}
}

// Walls tells whether the kernel can wall a program in.
func Walls() bool {
	_, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return errno == 0
}

// landlock takes every file from the thread but those; where the kernel knows how, every port and foreign process too.
func landlock() error {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return errno
	}
	attr := unix.LandlockRulesetAttr{Handled_access_fs: 1<<13 - 1} // what the first version knows
	if version >= 2 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 5 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	rules, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(rules))
	for _, path := range readable() {
		fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.ENOENT) {
			continue
		}
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		beneath := unix.LandlockPathBeneathAttr{Allowed_access: unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE, Parent_fd: int32(fd)}
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			beneath.Allowed_access |= unix.LANDLOCK_ACCESS_FS_READ_DIR
		}
		_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, rules, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&beneath)), 0, 0, 0)
		unix.Close(fd)
		if errno != 0 {
			return errno
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, rules, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// allowedProgram is what a C program needs besides, to be loaded, to read its tables and to compute.
func allowedProgram() []uint32 {
	return append(append(allowed(),
		unix.SYS_EXECVE, unix.SYS_OPENAT, unix.SYS_FSTAT, unix.SYS_LSEEK, unix.SYS_MMAP, unix.SYS_MPROTECT, unix.SYS_PREAD64, unix.SYS_READV, unix.SYS_WRITEV,
		unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_STATX, unix.SYS_FSTATFS, unix.SYS_STATFS, unix.SYS_GETDENTS64, unix.SYS_READLINKAT, unix.SYS_GETCWD, unix.SYS_FCNTL,
		unix.SYS_IOCTL, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_PRLIMIT64, unix.SYS_SET_TID_ADDRESS, unix.SYS_SCHED_GETAFFINITY, unix.SYS_MREMAP,
		unix.SYS_FADVISE64, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_UMASK, unix.SYS_GETRUSAGE, unix.SYS_TIMES, unix.SYS_PPOLL, unix.SYS_PSELECT6,
		unix.SYS_MEMBARRIER, unix.SYS_CLOCK_GETRES), allowedOld()...)
}

// filterProgram tells the kernel to refuse everything else: no socket, no process but threads.
func filterProgram() error {
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
	for _, n := range allowedProgram() {
		p = append(p, step(equal, n, 0, 1), step(give, letGo, 0, 0))
	}
	p = append(p, step(equal, unix.SYS_CLONE3, 0, 1), step(give, unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS), 0, 0))
	p = append(p, step(equal, unix.SYS_CLONE, 0, 4), step(load, dataFirst, 0, 0), step(anyBit, unix.CLONE_THREAD, 0, 1), step(give, letGo, 0, 0), step(give, refuse, 0, 0),
		step(give, refuse, 0, 0))
	return install(p)
}
