//go:build !js

package coretest

import "testing"

// In WebAssembly the scalar loops would take minutes; they are the same code.
func TestOracleVGG13Scalar(t *testing.T) { vgg13(t).Check(t, Scalar()) }
