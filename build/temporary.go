package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupted is the exit status of what Ctrl-C has ended, as shells know it.
const interrupted = 130

// temporaries are the folders that go when the tool is interrupted.
var temporaries = struct {
	sync.Mutex
	watch sync.Once
	there map[string]bool
}{there: map[string]bool{}}

// temporary makes a folder, which goes by remove or when the tool is interrupted before that. Who handles interrupts otherwise from some
// point on calls signal.Reset there.
func temporary(name string) (folder string, remove func(), err error) {
	t := &temporaries
	t.watch.Do(func() {
		heard := make(chan os.Signal, 1)
		signal.Notify(heard, os.Interrupt, syscall.SIGTERM)
		go func() {
			<-heard
			t.Lock() // for good: nothing is made any more
			for folder := range t.there {
				os.RemoveAll(folder)
			}
			os.Exit(interrupted)
		}()
	})
	t.Lock()
	defer t.Unlock()
	if folder, err = os.MkdirTemp("", "segfault-"+name+"-"); err != nil {
		return "", nil, err
	}
	t.there[folder] = true
	return folder, func() {
		t.Lock()
		defer t.Unlock()
		os.RemoveAll(folder)
		delete(t.there, folder)
	}, nil
}
