package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"segfault/build/command"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dataOf is a module's section of data.
func dataOf(t *testing.T, module []byte) []byte {
	t.Helper()
	for at := 8; at < len(module); {
		size, n := binary.Uvarint(module[at+1:])
		body := at + 1 + n
		if module[at] == sectionOfData {
			return module[body : body+int(size)]
		}
		at = body + int(size)
	}
	require.Fail(t, "no data")
	return nil
}

func TestCompactProgramRunsAndItsTraceNamesFunctionsWithoutLines(t *testing.T) {
	root, err := command.Root()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "trace.wasm")
	_, err = goTool(root, "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./build/testdata/trace")
	require.NoError(t, err)
	plain, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, compactWasm(path))
	small, err := os.ReadFile(path)
	require.NoError(t, err)

	goroot, err := goTool(root, "env", "GOROOT")
	require.NoError(t, err)
	run := exec.Command("node", filepath.Join(goroot, "lib", "wasm", "wasm_exec_node.js"), path)
	run.Env = append(os.Environ(), "GOMAXPROCS=1") // as Go's program reads it as well, and cannot have more
	said, err := run.CombinedOutput()
	require.Error(t, err, "it fails")
	assert.Contains(t, string(said), "recovered true")
	assert.Contains(t, string(said), "nil pointer dereference")
	assert.Contains(t, string(said), "main.fails(")
	assert.NotContains(t, string(said), "trace/main.go")

	before, err := readSegments(dataOf(t, plain))
	require.NoError(t, err)
	after, err := readSegments(dataOf(t, small))
	require.NoError(t, err)
	assert.False(t, bytes.Equal(before, after))
	require.True(t, dropLines(before), "the layout of this Go's tables is known")
	assert.True(t, bytes.Equal(bytes.TrimRight(before, "\x00"), bytes.TrimRight(after, "\x00")), "nothing else changes")
}

func TestSegmentsMakeTheSameMemory(t *testing.T) {
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	for name, memory := range map[string]string{
		"nothing":             "",
		"zeros":               zeros(1000),
		"no zeros":            "abc",
		"few zeros":           "a" + zeros(longestZeros-1) + "b",
		"many zeros":          "a" + zeros(longestZeros) + "b" + zeros(5*longestZeros) + "c",
		"zeros at both ends":  zeros(63) + "a" + zeros(64),
		"addresses of a sign": zeros(64) + "a" + zeros(8192-65) + "b" + zeros(1<<20) + "c",
	} {
		again, err := readSegments(writeSegments([]byte(memory)))
		require.NoError(t, err, name)
		assert.Equal(t, strings.TrimRight(memory, "\x00"), string(again), name)
	}
}

func TestCompactRefusesWhatIsNoModule(t *testing.T) {
	for name, module := range map[string]string{
		"empty":           "",
		"no data":         "\x00asm\x01\x00\x00\x00",
		"a section's end": "\x00asm\x01\x00\x00\x00\x0b\x7f",
		"a segment's end": "\x00asm\x01\x00\x00\x00\x0b\x06\x01\x00\x41\x00\x0b\x7f",
	} {
		_, err := compact([]byte(module))
		assert.ErrorIs(t, err, errModule, name)
	}
}
