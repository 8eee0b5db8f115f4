package lab

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnknownOptionsAreRefusedWithTheNearest(t *testing.T) {
	for _, test := range []struct{ method, option, want string }{
		{"attack", "epsilom", `segfault: there is no option "epsilom"; did you mean epsilon?`},
		{"attack", "Loss", `segfault: there is no option "Loss"; did you mean loss?`},
		{"predict", "onprogress", `segfault: there is no option "onprogress"; did you mean onProgress?`},
		{"load", "wobble", `segfault: there is no option "wobble"; expected volume, signal or onProgress`},
		{"use", "model", `segfault: there is no option "model"; expected signal or onProgress`},
	} {
		assert.EqualError(t, Given{[]Option{{Name: test.option, Odd: "a function"}}}.Check(test.method), test.want)
	}
}

func TestOptionsThatNoneCanBeAreRefusedByName(t *testing.T) {
	assert.EqualError(t, Given{[]Option{{Name: "loss"}, {Name: "epsilon", Odd: "null"}}}.Check("attack"),
		"segfault: the option epsilon is null; leave it out, or give what its type says")
	for method, names := range options {
		for _, name := range names {
			assert.NoError(t, Given{[]Option{{Name: name}}}.Check(method), method)
		}
	}
}

func TestANumberThatIsNotWholeOrBeyondLimitsIsRefusedByName(t *testing.T) {
	assert.NoError(t, Whole("seed", 3, 0, MaxSeed))
	assert.EqualError(t, Whole("slice", 1.5, 0, 9), "segfault: slice should be a whole number, found 1.5")
	assert.EqualError(t, Whole("slice", math.NaN(), 0, 9), "segfault: slice should be a whole number, found NaN")
	assert.EqualError(t, Whole("seed", -1, 0, 9), "segfault: a seed of -1; expected a whole number from 0 to 9")
}
