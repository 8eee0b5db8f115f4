//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall/js"
	"time"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// Races are what is kept, over the end of a page, of which shader was the fastest of which kernel on a GPU: whoever comes
// again measures nothing.
type Races interface {
	// Recall is what was kept of an adapter, or "" where nothing was, or cannot be had.
	Recall(ctx context.Context, adapter string) string
	// Keep keeps it, in place of what was, if it can.
	Keep(adapter, races string)
}

// page keeps races where the worker that the engine is in can; see site/engine/races.js.
type page struct{ host js.Value }

// pageRaces are those of the page, or nil where there is none that keeps any.
func pageRaces() Races {
	if host := js.Global().Get("segfault"); host.Truthy() && host.Get("recall").Truthy() {
		return page{host}
	}
	return nil
}

// Recall implements Races.
func (p page) Recall(ctx context.Context, adapter string) string {
	text, err := script.Await(ctx, p.host.Call("recall", adapter))
	if err != nil {
		return ""
	}
	return text.String()
}

// Keep implements Races.
func (p page) Keep(adapter, races string) { p.host.Call("keep", adapter, races) }

// recall reads what was kept, a race a line. A line that says nothing is left out: what it would have said is measured.
func (s *session) recall(text string) {
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 4 {
			continue
		}
		split, wrong := strconv.Atoi(fields[2])
		took, late := strconv.ParseInt(fields[3], 10, 64)
		if wrong == nil && late == nil && took >= 0 {
			s.recalled[fields[0]] = choice{name: fields[1], split: split, took: time.Duration(took)}
		}
	}
}

// known is what a kernel's race has said, in this session or in one before it.
func (s *session) known(k kernels.Kernel, variants []kernels.Shader) (choice, bool) {
	if c, ok := s.choices[k]; ok {
		return c, true
	}
	old, there := s.recalled[raceKey(k)]
	for _, v := range variants {
		if there && old.is(v) {
			c := choiceOf(k, v, variants)
			if c.took, c.raced = old.took, old.took > 0; c.raced {
				s.pace.set(k, v, c.took)
			}
			return c, true
		}
	}
	return choice{}, false
}

// keep keeps the races of a plan that was loaded, if there were any.
func (s *session) keep(races Races) {
	if races == nil || !s.fresh {
		return
	}
	s.fresh = false
	for k, c := range s.choices {
		s.recalled[raceKey(k)] = c
	}
	var text strings.Builder
	for key, c := range s.recalled {
		text.WriteString(key + "\t" + c.name + "\t" + strconv.Itoa(c.split) + "\t" + strconv.FormatInt(int64(c.took), 10) + "\n")
	}
	races.Keep(s.info.String(), text.String())
}

// forget has all measured anew, where that may be why something fails: a driver may not compile what it did.
func (s *session) forget(err error) bool {
	if len(s.recalled) == 0 || s.ended || s.lost != nil || errors.Is(err, core.ErrNoRoom) || errors.Is(err, context.Canceled) {
		return false
	}
	clear(s.recalled)
	clear(s.choices)
	s.pace = pace{}
	return true
}

// raceKey is a kernel over the end of a page.
func raceKey(k kernels.Kernel) string {
	own := kernels.Shaders(k)[0]
	return fmt.Sprint(own.Name, own.Constants)
}
