package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"segfault/build/command"
)

// needed are the things that the tests want beside Go, and how to get them.
var needed = map[string]struct {
	missing func() bool
	how     string
}{
	"node":     {func() bool { return !onPath("node") }, "install Node 20 or newer"},
	"chromium": {func() bool { return !onPath("chromium") }, "apt-get install --no-install-recommends chromium"},
	"vulkan":   {func() bool { return !anyFile(vulkanLoaders) }, "apt-get install --no-install-recommends libvulkan1"},
	"webkit":   {func() bool { return !onPath("WebKitWebDriver") || !onPath("xvfb-run") }, "apt-get install --no-install-recommends webkit2gtk-driver xvfb xauth"},
	"firefox":  {func() bool { return !onPath("firefox-esr") && !onPath("firefox") }, "apt-get install --no-install-recommends firefox-esr"},
}

var vulkanLoaders = []string{"/usr/lib/*/libvulkan.so.1", "/usr/lib/libvulkan.so.1", "/usr/lib64/libvulkan.so.1"}

// packages are the folders whose npm packages the tests use, pinned in their
// lock files.
var packages = []string{"build/types", "build/types/frameworks", "build/codecs", "build/runner", "build/e2e", "build/foreign"}

// ofWebAssembly are the packages that have files for it alone: the others are vetted as well by whoever vets them for this machine.
var ofWebAssembly = []string{"./core", "./kernels", "./webgpu/...", "./wasm/...", "./build/bench/engine", "./build/command"}

// patience is for a package whose networks a driver on the processor computes, on a machine that does something else, too.
const patience = "30m"

// test runs every layer of the tests, and says what it installs and what it
// leaves out. Where CI is set, leaving anything out is a failure.
func test(args []string) error {
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	only := flags.String("only", "", "run only the stages whose name contains this")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if err := command.FlagsOnly(flags); err != nil {
		return err
	}
	root, err := command.Root()
	if err != nil {
		return err
	}
	ci := os.Getenv("CI") != ""
	packages := sync.OnceValue(func() error { return installForTests(root) })
	wasm := []string{"GOOS=js", "GOARCH=wasm"}
	runner := func(name string) string { return runnerOf("node", filepath.Join(root, "build", "runner", name)) }
	deno := runnerOf(filepath.Join(root, "build", "runner", "node_modules", ".bin", "deno"), "run", "-A", "--unstable-webgpu", "--no-config", "--no-lock",
		"--node-modules-dir=none", filepath.Join(root, "build", "runner", "deno.mjs"))
	const vetted = "-vet=off" // in a stage of its own
	tests := func(exec string, args ...string) []string {
		return append([]string{"go", "test", vetted, "-timeout", patience, "-exec", exec}, args...)
	}
	onDevice := []string{"./kernels", "./core/coretest", "./webgpu", "./wasm/..."}
	stages := []stage{
		{name: "vet", args: []string{"go", "vet", "./..."}},
		{name: "vet js/wasm", env: wasm, args: append([]string{"go", "vet"}, ofWebAssembly...)},
		{name: "native", args: []string{"go", "test", vetted, "-p=1", "-timeout", patience, "./..."}, needs: []string{"node"}}, // one package at a time: another stage has the other core
		{name: "wasm and WebGPU in Node", env: wasm, args: tests(runner("dawn.mjs"), onDevice...),
			needs: []string{"node", "vulkan", "chromium"}}, // the driver comes with chromium
		{name: "a GPU's paths, in Node", env: wasm, args: tests(runner("dawn.mjs"), "./webgpu", "-as-gpu"),
			needs: []string{"node", "vulkan", "chromium"}},
		{name: "another WebGPU, in Deno", env: wasm, args: tests(deno, "./webgpu", "-short"), needs: []string{"node", "vulkan", "chromium"}},
		{name: "wasm and WebGPU in Chromium", env: wasm, args: tests(runner("chromium.mjs"), "-short", "./webgpu", "./wasm"),
			needs: []string{"node", "chromium"}},
		{name: "modules of the site in Node", dir: "build/modules", args: []string{"node", "--test", "--test-timeout=900000"}, needs: []string{"node"}},
		{name: "end to end", dir: "build/e2e", args: []string{"node", "run.mjs"}, needs: []string{"node", "chromium", "firefox", "webkit"}, ready: siteForTests},
	}
	var names []string
	for _, s := range stages {
		names = append(names, s.name)
	}
	stages = slices.DeleteFunc(stages, func(s stage) bool { return !strings.Contains(s.name, *only) })
	if len(stages) == 0 {
		return fmt.Errorf("test: there is no stage %q; there are: %s", *only, strings.Join(names, "; "))
	}
	go packages() // while what needs none of them runs
	for i, s := range stages {
		if len(s.needs) > 0 {
			stages[i].ready = func(root string) ([]string, error) {
				if err := packages(); err != nil || s.ready == nil {
					return nil, err
				}
				return s.ready(root)
			}
		}
	}
	failed, left := runStages(root, stages)
	fmt.Println()
	switch {
	case len(failed) > 0:
		return fmt.Errorf("test: failed: %s", strings.Join(failed, ", "))
	case len(left) > 0 && ci:
		return fmt.Errorf("test: CI must run everything, but was left out: %s", strings.Join(left, ", "))
	case len(left) > 0:
		fmt.Printf("passed, but left out: %s\n", strings.Join(left, ", "))
	default:
		fmt.Println("everything passed")
	}
	return nil
}

// runnerOf is a command for go's -exec, whose words may have spaces.
func runnerOf(words ...string) string { return "'" + strings.Join(words, "' '") + "'" }

// siteForTests builds the tool, the site and the page in one file once for all end-to-end tests, which build them for
// themselves where they are run without it.
func siteForTests(root string) ([]string, error) {
	out := filepath.Join(root, "out", "e2e")
	tool, site, single := filepath.Join(out, "segfault"), filepath.Join(out, "site"), filepath.Join(out, "segfault.html")
	if err := os.RemoveAll(site); err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"go", "build", "-o", tool, "./build"}, {tool, "site", "-out", site}, {tool, "site", "-single", "-out", single}} {
		c := exec.Command(args[0], args[1:]...)
		c.Dir = root
		if text, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s failed (%w): %s", strings.Join(args, " "), err, text)
		}
	}
	return []string{"SEGFAULT_TOOL=" + tool, "SEGFAULT_SITE=" + site, "SEGFAULT_SINGLE=" + single}, nil
}

// installForTests fetches all packages of npm that the tests use, where there is an npm for it.
func installForTests(root string) error {
	if !onPath("npm") {
		return nil
	}
	return installPackages(root, packages...)
}

// installPackages fetches the npm packages of folders, where they are missing or old. One command at a time does: two would undo each other's.
func installPackages(root string, dirs ...string) error {
	dirs = slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return installed(filepath.Join(root, dir)) })
	if len(dirs) == 0 {
		return nil
	}
	lock, err := command.Lock(filepath.Join(root, "out", "npm.lock"), func() { fmt.Println("waiting for another command, which installs npm packages") })
	if err != nil {
		return fmt.Errorf("npm packages cannot be installed, as others cannot be kept from it meanwhile: %w", err)
	}
	defer lock.Close()
	for _, dir := range dirs {
		if installed(filepath.Join(root, dir)) { // by whoever was waited for
			continue
		}
		fmt.Printf("installing the npm packages of %s (npm ci, pinned by its lock file)\n", dir)
		c := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
		c.Dir = filepath.Join(root, dir)
		c.Stderr = os.Stderr // what it says on success is of no use here
		if runtime.GOOS != "windows" {
			c.ExtraFiles = []*os.File{lock} // it may go on when this is killed
		}
		if err := c.Run(); err != nil {
			return fmt.Errorf("npm ci in %s failed (%w); it needs Node with npm, and the npm registry", dir, err)
		}
	}
	return nil
}

// installed is whether a folder has its npm packages, as its lock file now says:
// npm notes in another what it has installed.
func installed(dir string) bool {
	wanted, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	have, missing := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	return err == nil && missing == nil && !have.ModTime().Before(wanted.ModTime())
}

func onPath(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func anyFile(patterns []string) bool {
	for _, p := range patterns {
		if found, _ := filepath.Glob(p); len(found) > 0 {
			return true
		}
	}
	return false
}
