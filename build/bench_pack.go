package main

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"segfault/build/data"
)

// prebuilt is the folder of a bundle with what the compiler makes elsewhere: the engine, and programs of tests.
const prebuilt = "prebuilt"

// packed are files of the checkout, by patterns, that a bundle has: it is a checkout of little, in which the bench is run as in a whole one.
var packed = []string{
	"go.mod", "build/runner/*.mjs", "build/runner/*.json", "build/runner/node_modules/.package-lock.json", "build/runner/node_modules/webgpu/*.js*",
	"build/runner/node_modules/webgpu/dist/linux-x64/*", "build/bench/*.mjs", "kernels/simd128.*", "webgpu/*.mjs", "core/coretest/testdata/*", "webgpu/testdata/*", "build/BENCH.md",
}

// packedPeers are those that peers need, beside their scripts.
var packedPeers = []string{
	"build/peers/*.mjs", "build/peers/*.py", "build/peers/*.json", "build/peers/node_modules/.package-lock.json", "build/peers/node_modules/@jax-js/jax/package.json",
	"build/peers/node_modules/@jax-js/jax/dist/*", "build/peers/node_modules/@tensorflow/tfjs/dist/tf.min.js", "build/peers/node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js",
}

// runScript starts the bench in a bundle, whose machine need have nothing but a GPU's driver.
const runScript = `#!/bin/sh
# Measures on this machine, beside what peers there are, and runs the tests on its GPU: ./run [flags of the bench]
# writes bench.json, for "go run ./build bench merge" where this bundle was made.
cd "${0%%/*}" && here=$PWD || exit 1
for icd in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do [ -z "$VK_DRIVER_FILES" ] && [ -f "$icd" ] && export VK_DRIVER_FILES="$icd"; done
PATH="$here:$PATH" GOROOT="$here/goroot" LD_LIBRARY_PATH="$LD_LIBRARY_PATH${LD_LIBRARY_PATH:+:}$here/lib" exec ./segfault bench %s -json bench.json "$@"
`

// benchPack writes a bundle with models, peers and packages of tests; args are the flags with which it runs there.
func benchPack(root, file string, models, peers, tests, args []string) error {
	made, remove, err := temporary("pack")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer remove()
	dirs, patterns := []string{"build/runner"}, slices.Clone(packed)
	if len(peers) > 0 {
		dirs, patterns = append(dirs, "build/peers"), append(patterns, packedPeers...)
	}
	if err := installPackages(root, dirs...); err != nil {
		return err
	}
	if err := buildEngines(root, filepath.Join(made, "engine")); err != nil {
		return err
	}
	if err := compile(root, []string{"CGO_ENABLED=0"}, "build", "-ldflags=-s -w", "-o", filepath.Join(made, "segfault"), "./build"); err != nil {
		return err
	}
	for _, test := range tests {
		if err := compile(root, wasmTarget, "test", "-c", "-o", filepath.Join(made, strings.ReplaceAll(test, "/", "_")+".test.wasm"), "./"+test); err != nil {
			return err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("bench: a bundle has this machine's Node: %w", err)
	}
	b := &parcel{root: root, files: map[string]string{
		"segfault": filepath.Join(made, "segfault"), "node": node,
		"goroot/lib/wasm/wasm_exec.js": filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"),
	}}
	b.add(made, prebuilt, "engine", "engine.wasm", "*.test.wasm")
	b.add(root, "", patterns...)
	for _, path := range models {
		path, _, _ = strings.Cut(path, "@")
		b.files["weights/"+filepath.Base(path)] = path
	}
	for _, loader := range vulkanLoaders { // which Dawn needs, and a machine with a driver may lack
		if found, _ := filepath.Glob(loader); len(found) > 0 {
			b.files["lib/libvulkan.so.1"] = found[0]
		}
	}
	return b.write(file, fmt.Sprintf(runScript, commandLine(args)))
}

// parcel is files by their names in it.
type parcel struct {
	root  string
	files map[string]string
}

// add adds the files of a folder that match.
func (b *parcel) add(folder, to string, patterns ...string) {
	for _, pattern := range patterns {
		found, _ := data.Matching(folder, pattern)
		for _, path := range found {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				b.files[filepath.Join(to, strings.TrimPrefix(path, folder+"/"))] = path
			}
		}
	}
}

// write writes all of it, and the script that runs it.
func (b *parcel) write(file, script string) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	zipped, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	w := tar.NewWriter(zipped)
	put := func(name string, mode fs.FileMode, size int64, r io.Reader) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: int64(mode.Perm()), Size: size}); err != nil { // all of one time, as npm's notes want it
			return err
		}
		_, err := io.Copy(w, r)
		return err
	}
	err = put("run", 0o755, int64(len(script)), strings.NewReader(script))
	for name, path := range b.files {
		if err == nil {
			err = func() error {
				f, err := os.Open(path)
				if err != nil {
					return err
				}
				defer f.Close()
				info, err := f.Stat()
				if err != nil {
					return err
				}
				return put(name, info.Mode(), info.Size(), f)
			}()
		}
	}
	for _, end := range []func() error{w.Close, zipped.Close} {
		if ended := end(); err == nil {
			err = ended
		}
	}
	if err != nil {
		return fmt.Errorf("bench: the bundle cannot be written: %w", err)
	}
	return nil
}
