package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"segfault/build/command"
)

// bundler is the folder of esbuild, pinned by its lock file. It is run, not linked: compiling it was a tenth of a first start.
const bundler = "build/esbuild"

// complaint is the first thing that esbuild finds fault with, and where.
var complaint = regexp.MustCompile(`\[ERROR\] (.*)\s+(\S+):\d+:\d+:`)

// esbuild runs it in a folder, and returns what it prints.
func esbuild(folder string, args ...string) ([]byte, error) { return esbuildOf(folder, "", args...) }

// esbuildOf gives it a text to read, as a file of the folder.
func esbuildOf(folder, text string, args ...string) ([]byte, error) {
	root, err := command.Root()
	if err != nil {
		return nil, err
	}
	if err := installPackages(root, bundler); err != nil {
		return nil, err
	}
	c := exec.Command(filepath.Join(root, bundler, "node_modules", ".bin", "esbuild"), append(args, "--charset=utf8", "--log-level=error", "--color=false")...)
	c.Dir, c.Stdin = folder, strings.NewReader(text)
	made, err := c.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		if told := complaint.FindSubmatch(failed.Stderr); told != nil {
			return nil, fmt.Errorf("site: %s cannot be bundled: %s", told[2], told[1])
		}
		return nil, fmt.Errorf("site: esbuild failed: %s", bytes.TrimSpace(failed.Stderr))
	}
	if err != nil {
		return nil, fmt.Errorf("site: esbuild cannot be run: %w", err)
	}
	return made, nil
}
