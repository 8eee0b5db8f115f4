package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"segfault/build/bench"
	"segfault/build/data"
)

// testTime is how long a bundle's program of tests may take.
const testTime = 5 * time.Minute

var outcome = regexp.MustCompile(`(?m)^ *--- (PASS|FAIL|SKIP): (\S+)`)

// benchTests runs the tests that a bundle has, on the device that Dawn finds.
func benchTests(root string) (list []bench.Tested) {
	programs, _ := data.Matching(filepath.Join(root, prebuilt), "*.test.wasm")
	for _, program := range programs {
		tested := bench.Tested{Package: strings.ReplaceAll(strings.TrimSuffix(filepath.Base(program), ".test.wasm"), "_", "/")}
		ctx, cancel := context.WithTimeout(context.Background(), testTime)
		c := exec.CommandContext(ctx, "node", filepath.Join(root, "build", "runner", "dawn.mjs"), program, "-test.v")
		c.WaitDelay = 10 * time.Second // for what it may have started
		c.Dir = root
		if folder := filepath.Join(root, tested.Package); isFolder(folder) {
			c.Dir = folder
		}
		began := time.Now()
		text, err := c.CombinedOutput()
		cancel()
		tested.Seconds = time.Since(began).Seconds()
		for _, found := range outcome.FindAllStringSubmatch(string(text), -1) {
			switch found[1] {
			case "PASS":
				tested.Passed++
			case "SKIP":
				tested.Skipped++
			default:
				tested.Failed = append(tested.Failed, found[2])
			}
		}
		if err != nil {
			tested.Error = err.Error() + ": " + string(text[max(0, len(text)-1000):])
		}
		list = append(list, tested)
	}
	return list
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
