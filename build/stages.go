package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// stage is a part of the tests: a command in a folder, with what it needs.
type stage struct {
	name  string
	dir   string
	env   []string
	args  []string
	needs []string // of needed
	ready func(root string) (env []string, err error)
}

// lanes is how many stages run at a time: each keeps one core busy, and the last one what the others leave.
const lanes = 2

// runStages begins stages in order, prints the output of each when it ends, and names those that failed and those that were left out.
func runStages(root string, stages []stage) (failed, left []string) {
	var printing sync.Mutex
	var running sync.WaitGroup
	free := make(chan struct{}, lanes)
	for _, s := range stages {
		if how := s.lacks(); how != "" {
			fmt.Printf("\n== %s: LEFT OUT; to run it: %s\n", s.name, how)
			left = append(left, s.name)
			continue
		}
		free <- struct{}{}
		printing.Lock()
		fmt.Printf("\n-- %s begins\n", s.name)
		printing.Unlock()
		running.Go(func() {
			defer func() { <-free }()
			var output bytes.Buffer
			passed := s.timed(root, &output)
			printing.Lock()
			defer printing.Unlock()
			fmt.Printf("\n== %s\n%s", s.name, &output)
			if !passed {
				failed = append(failed, s.name)
			}
		})
	}
	running.Wait()
	return failed, left
}

// lacks says how to get what the stage needs and this machine has not.
func (s stage) lacks() string {
	var how []string
	for _, name := range s.needs {
		if n := needed[name]; n.missing() {
			how = append(how, n.how)
		}
	}
	return strings.Join(how, "; ")
}

// timed runs the stage and says how long it took, and whether it passed.
func (s stage) timed(root string, out io.Writer) bool {
	began := time.Now()
	err := s.run(root, out)
	fmt.Fprintf(out, "== %s took %s\n", s.name, time.Since(began).Round(time.Second))
	return err == nil
}

func (s stage) run(root string, out io.Writer) error {
	c := exec.Command(s.args[0], s.args[1:]...)
	c.Dir = filepath.Join(root, s.dir)
	c.Env = append(os.Environ(), s.env...)
	c.Stdout, c.Stderr = out, out
	if s.ready != nil {
		env, err := s.ready(root)
		if err != nil {
			fmt.Fprintln(out, err)
			return err
		}
		c.Env = append(c.Env, env...)
	}
	return c.Run()
}
