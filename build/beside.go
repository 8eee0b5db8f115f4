package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"segfault/build/command"
)

// beside is a verb that a program beside this one does, compiled when it is first wanted, so that no other verb waits for that.
func beside(program string) func(args []string) error {
	return func(args []string) error {
		root, err := command.Root()
		if err != nil {
			return err
		}
		folder, remove, err := temporary(program)
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		defer remove()
		at := filepath.Join(folder, program+".exe")
		build := exec.Command("go", "build", "-o", at, "./build/"+program)
		build.Dir, build.Stderr = root, os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("%s: it cannot be compiled (%w)", program, err)
		}
		heard := make(chan os.Signal, 1)
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		signal.Notify(heard, os.Interrupt, syscall.SIGTERM) // the program ends, and then this
		defer signal.Stop(heard)
		c := exec.Command(at, args...)
		c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := c.Start(); err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		go func() {
			for s := range heard {
				c.Process.Signal(s)
			}
		}()
		return c.Wait()
	}
}
