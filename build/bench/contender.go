package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// What runs a contender.
const (
	Natively = "native"
	Node     = "Node"
	Chromium = "Chromium"
)

// Contender is a program that does a job's tasks.
type Contender struct {
	Name    string // Ours or a peer's
	Runs    string // what runs it
	Backend string
	Command []string
	Tasks   []string // those it can do
}

// Running is a contender's process.
type Running struct {
	Contender
	process  *exec.Cmd
	in       io.WriteCloser
	pipe     io.Closer // of out
	out      *bufio.Reader
	began    time.Time
	patience time.Duration
}

// Start starts a contender's process in a folder, which is ended where it takes longer than so long to answer.
func (c Contender) Start(folder string, patience time.Duration) (*Running, error) {
	p := exec.Command(c.Command[0], c.Command[1:]...)
	p.Dir = folder
	p.Stderr = os.Stderr
	in, err := p.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("bench: %s cannot be started: %w", c.Command[0], err)
	}
	return &Running{c, p, in, out, bufio.NewReader(out), time.Now(), patience}, nil
}

// Do asks for a task and waits for the answer.
func (r *Running) Do(task string) (Reply, error) {
	var reply Reply
	if _, err := fmt.Fprintln(r.in, task); err != nil {
		return reply, fmt.Errorf("bench: %s: %w", r.Name, err)
	}
	late := r.late()
	line, err := r.out.ReadBytes('\n')
	if !late.Stop() {
		return reply, fmt.Errorf("bench: %s did not answer %q within %v and was ended; a longer -limit waits longer", r.Name, task, r.patience)
	}
	if err != nil {
		return reply, fmt.Errorf("bench: %s ended: %w", r.Name, err)
	}
	if err := json.Unmarshal(line, &reply); err != nil {
		return reply, fmt.Errorf("bench: %s said %q: %w", r.Name, line, err)
	}
	if reply.Error != "" {
		return reply, errors.New(reply.Error)
	}
	if reply.Since == 0 {
		reply.Since = time.Since(r.began).Seconds() * 1000
	}
	return reply, nil
}

// late ends a process that takes too long, whoever else holds its output.
func (r *Running) late() *time.Timer {
	return time.AfterFunc(r.patience, func() {
		_ = r.process.Process.Kill() // it may have ended
		r.pipe.Close()
	})
}

// Close ends the process.
func (r *Running) Close() {
	r.in.Close()
	defer r.late().Stop()
	_ = r.process.Wait() // how it ends says nothing about what it measured
}
