package command

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock locks a file for this process: the system drops it when that ends, however it ends. Where another has it, waits is called once.
func lock(file *os.File, waits func()) error {
	handle := windows.Handle(file.Fd())
	err := windows.LockFileEx(handle, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		waits()
		err = windows.LockFileEx(handle, windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{})
	}
	return err
}
