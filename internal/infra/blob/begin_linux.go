package blob

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginSync asks the kernel to begin writing a part of a file to the disk, and does not wait: the Sync
// that makes it durable then has little left to do. That it fails costs time and nothing else.
func beginSync(f *os.File, from, length int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, length, unix.SYNC_FILE_RANGE_WRITE)
}
