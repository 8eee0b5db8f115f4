package core

import (
	"errors"
	"fmt"
	"runtime"
)

// ErrNoRoom is what errors are of a Load for which there is not enough memory: who closes other programs may try again.
var ErrNoRoom = errors.New("core: there is not enough memory")

// NoRoom is an ErrNoRoom that says more.
type NoRoom string

// Error implements error.
func (e NoRoom) Error() string { return string(e) }

// Is implements the interface of errors.Is.
func (e NoRoom) Is(target error) bool { return target == ErrNoRoom }

// fit refuses a plan for which there is no room, before anything is allocated:
// WebAssembly that runs out of memory ends, and the page's engine with it.
func fit(p *Plan, room uint64) error {
	need := uint64(p.Bytes(Input) + p.Bytes(Computed))
	if need > room { // or the sum might overflow
		return tooLarge(need, room)
	}
	if used() > room-need {
		runtime.GC()
	}
	if free := room - min(room, used()); need > free {
		return tooLarge(need, free)
	}
	return nil
}

// used is the memory that holds something, or might.
func used() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapIdle
}

func tooLarge(need, free uint64) error {
	return NoRoom(fmt.Sprintf("core: this plan needs %.1f GB of memory, but %.1f GB are left: use a smaller image or model", float64(need)/1e9, float64(free)/1e9))
}
