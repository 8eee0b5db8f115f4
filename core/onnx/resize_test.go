package onnx

import (
	"encoding/binary"
	"math"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbersOf is a tensor of some numbers.
func numbersOf(name string, values ...float32) message {
	raw := message{}
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return message{}.number(1, uint64(len(values))).number(2, uint64(float32s)).text(8, name).part(9, raw)
}

// What ONNX Runtime computes of these: in 32 bits 2 / 0.4 is 5, though 0.4 itself is more than that, and 60 × 1.3 is 78.
func TestPixelsAreResampledByScalesAsRuntimesReckonThem(t *testing.T) {
	for name, c := range map[string]struct {
		width             int
		scale             float32
		mode, coordinates string
		nearest           string
		want              []float32 // the first pixels, of an image that counts them
		out               int
	}{
		"to 0.4":             {17, 0.4, "nearest", "asymmetric", "floor", []float32{0, 2, 5, 7, 10, 12}, 6},
		"to 2/3":             {6, 2. / 3, "nearest", "asymmetric", "floor", []float32{0, 1, 3, 4}, 4},
		"to 0.6":             {10, 0.6, "nearest", "half_pixel", "floor", []float32{0, 2, 3, 5, 6, 8}, 6},
		"to 1.3":             {60, 1.3, "nearest", "asymmetric", "floor", []float32{0, 0, 1, 2, 3, 3, 4, 5, 6, 6}, 78},
		"to as many by 1.05": {5, 1.05, "linear", "asymmetric", "floor", []float32{0, 1, 2, 3, 4}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			p := parts{inputs: []message{infoOf("image", 1, 1, 1, c.width)}, outputs: []message{infoOf("y")}, weights: []message{numbersOf("scales", 1, 1, 1, c.scale)}}
			text := func(name, value string) message { return message{}.text(1, name).text(4, value) }
			p.nodes = []message{nodeOf("Resize", "y", []string{"image", "", "scales"}, text("mode", c.mode), text("coordinate_transformation_mode", c.coordinates), text("nearest_mode", c.nearest))}
			f := p.file(t)
			pixels := core.NewTensor(1, 1, 1, c.width)
			for i := range pixels.Data {
				pixels.Data[i] = float32(i)
			}
			r := f.start("NCHW", core.NewParameter("image", pixels), "y")
			defer f.turn.Unlock()
			y, err := r.floats("y")
			require.NoError(t, err)
			require.Equal(t, core.Shape{1, 1, 1, c.out}, y.Shape)
			got, err := evaluate(y)
			require.NoError(t, err)
			assert.InDeltaSlice(t, c.want, got.Data[:len(c.want)], 1e-5)
		})
	}
}
