package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is a package, built with a tag where it has one.
type program struct{ path, tag string }

// programs are the site's own WebAssembly, by its name in the folder engine. The whole engine takes the place of the first visit's
// once a network of another trainer is to be read.
var programs = map[string]program{"segfault.wasm": {"./wasm", ""}, "whole.wasm": {"./wasm", "whole"}, "files.wasm": {"./wasm/files", ""}}

// compileWasm builds a program as WebAssembly. Inlining is off but for packages whose own loops are long (the kernels' are in
// vectors): the download is a tenth smaller for it.
func compileWasm(root string, p program, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, loops := range []string{"math", "segfault/core/scan/formats"} {
		args = append(args, "-gcflags="+loops+"=")
	}
	if _, err = goTool(root, append(args, "-tags="+p.tag, "-o", to, p.path)...); err != nil {
		return err
	}
	return compactWasm(to)
}

// goTool runs the go command for js/wasm and returns what it prints.
func goTool(root string, args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir = root
	command.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOEXPERIMENT=")
	output, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return "", fmt.Errorf("site: go %s failed:\n%s", args[0], strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("site: the go command cannot be run (%w); install Go and put it on the PATH", err)
	}
	return strings.TrimSpace(string(output)), nil
}
