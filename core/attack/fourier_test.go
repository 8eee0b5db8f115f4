package attack

import (
	"testing"

	"github.com/stretchr/testify/assert"
	gonum "gonum.org/v1/gonum/dsp/fourier"
)

func TestTransformsOfAnyLengthAreGonums(t *testing.T) {
	for _, n := range []int{1, 2, 7, 12, 30, 49, 128} {
		line := make([]complex128, n)
		for i := range line {
			line[i] = complex(float64(i*i%11), float64(i%3))
		}
		there := fourier(line, -1)
		for i, want := range gonum.NewCmplxFFT(n).Coefficients(nil, line) {
			assert.InDelta(t, real(want), real(there[i]), 1e-9, "%d of %d", i, n)
			assert.InDelta(t, imag(want), imag(there[i]), 1e-9, "%d of %d", i, n)
		}
		for i, back := range fourier(there, 1) {
			assert.InDelta(t, float64(n)*real(line[i]), real(back), 1e-8, "back, %d of %d", i, n)
		}
	}
}
