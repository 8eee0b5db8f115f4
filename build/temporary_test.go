package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// interruptedHere makes this test a process that waits with its folders until it is interrupted.
const interruptedHere = "SEGFAULT_INTERRUPTED"

func TestInterruptedToolLeavesNoTemporaryFolder(t *testing.T) {
	if os.Getenv(interruptedHere) != "" {
		for _, name := range []string{"one", "two"} {
			folder, _, err := temporary(name)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(folder+"/file", nil, 0o644))
			fmt.Println("made " + folder)
		}
		select {}
	}
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	c.Env = append(os.Environ(), interruptedHere+"=1", "TMPDIR="+t.TempDir())
	told, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	var made []string
	for lines := bufio.NewScanner(told); len(made) < 2 && lines.Scan(); {
		if folder, ok := strings.CutPrefix(lines.Text(), "made "); ok {
			require.DirExists(t, folder)
			made = append(made, folder)
		}
	}
	require.NoError(t, c.Process.Signal(os.Interrupt))
	assert.EqualError(t, c.Wait(), fmt.Sprint("exit status ", interrupted))
	require.Len(t, made, 2)
	for _, folder := range made {
		assert.NoDirExists(t, folder)
	}
}

func TestTemporaryFolderGoesWhenItIsDoneWith(t *testing.T) {
	folder, remove, err := temporary("one")
	require.NoError(t, err)
	require.DirExists(t, folder)
	remove()
	assert.NoDirExists(t, folder)
}
