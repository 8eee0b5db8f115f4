//go:build js && wasm

package webgpu

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/kernels"
)

// layer is a convolution of 3×3.
func layer(channels, side int) kernels.Conv2D {
	return kernels.Conv2D{N: 1, Ca: channels, H: side, W: side, Up: 1, Cout: channels, KH: 3, KW: 3, Stride: 1, Pad: 1, Groups: 1}
}

// raced is a session that has measured layers; similar tells the variant of another.
func raced(winners map[kernels.Conv2D]string) (similar func(kernels.Conv2D) string) {
	s := &session{choices: map[kernels.Kernel]choice{}}
	for k, name := range winners {
		s.choices[k] = choice{name: name, family: family(kernels.Variants(k)), of: extentOf(k), raced: true}
	}
	return func(k kernels.Conv2D) string {
		c, _ := s.similar(k, kernels.Variants(k))
		s.choices[k] = c
		return c.name
	}
}

func TestLargeImagesFollowLargeImages(t *testing.T) {
	similar := raced(map[kernels.Conv2D]string{layer(256, 6): "for small images", layer(8, 96): "for large ones"})
	assert.Equal(t, "for large ones", similar(layer(64, 96)))
	assert.Equal(t, "for small images", similar(layer(256, 8)))
}

func TestOnlyMeasuredKernelsAreFollowed(t *testing.T) {
	similar := raced(map[kernels.Conv2D]string{layer(256, 6): "for small images", layer(8, 96): "for large ones"})
	for _, k := range []kernels.Conv2D{layer(128, 12), layer(64, 24), layer(32, 48), layer(16, 96)} { // each near the one before
		similar(k)
	}
	assert.Equal(t, "for large ones", similar(layer(16, 160)))
}
