package command

import (
	"os"
	"path/filepath"
)

// Lock has a file at a path, which is locked until it is closed, or until the process ends that has it. Where another has it, waits is called and waited.
func Lock(path string, waits func()) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lock(file, waits); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
