//go:build !wasm

package core

import "math"

// room is left to the operating system.
const room = math.MaxUint64
