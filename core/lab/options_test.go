package lab

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnknownOptionsAreRefusedWithTheNearest(t *testing.T) {
	for _, test := range []struct{ method, option, want string }{
		{"attack", "epsilom", `segfault: attack has no option "epsilom"; did you mean epsilon?`},
		{"attack", "Loss", `segfault: attack has no option "Loss"; did you mean loss?`},
		{"attackVolume", "slices", `segfault: attackVolume has no option "slices"; expected model, epsilon, loss, swapped, scheme, label, gradient, on or where`},
		{"load", "wobble", `segfault: load has no option "wobble"; expected volume`},
		{"use", "model", `segfault: use has no option "model"; it has none but signal and onProgress`},
	} {
		assert.EqualError(t, CheckOptions(test.method, []string{test.option}), test.want)
	}
	for method, names := range options {
		assert.NoError(t, CheckOptions(method, names), method)
	}
}
