package onnx

import (
	"strings"

	"segfault/core"
)

// layout is how an array is an image's: its axes by their initials.
type layout string

// arrange brings a value to N×C×H×W.
func (l layout) arrange(x *core.Node) *core.Node {
	switch s := x.Shape; l {
	case "NHWC":
		return core.Transpose(x, 0, 3, 1, 2)
	case "NHW":
		return core.Reshape(x, s[0], 1, s[1], s[2])
	case "CHW":
		return core.Reshape(x, 1, s[0], s[1], s[2])
	case "HWC":
		return core.Reshape(core.Transpose(x, 2, 0, 1), 1, s[2], s[0], s[1])
	case "HW":
		return core.Reshape(x, 1, 1, s[0], s[1])
	}
	return x
}

// channels is how many an array of the layout has.
func (l layout) channels(s core.Shape) int {
	if i := strings.IndexByte(string(l), 'C'); i >= 0 {
		return s[i]
	}
	return 1
}

// disarrange is the other way round.
func (l layout) disarrange(x *core.Node) *core.Node {
	switch s := x.Shape; l {
	case "NHWC":
		return core.Transpose(x, 0, 2, 3, 1)
	case "NHW", "CHW":
		return core.Reshape(x, s[0]*s[1], s[2], s[3])
	case "HWC":
		return core.Transpose(core.Reshape(x, s[0]*s[1], s[2], s[3]), 1, 2, 0)
	case "HW":
		return core.Reshape(x, s[0]*s[1]*s[2], s[3])
	}
	return x
}

// words are a layout as people write it.
func (l layout) words() string {
	text := ""
	for i, axis := range string(l) {
		if i > 0 {
			text += "×"
		}
		text += string(axis)
	}
	return text
}

// layoutOf finds how an array is of an image of a size, or of one that is smaller
// by a stride. One that is like the input's is preferred.
func layoutOf(s core.Shape, height, width int, input layout) (l layout, stride int) {
	candidates := []layout{"NCHW", "NHWC"}
	if input == "NHWC" {
		candidates = []layout{"NHWC", "NCHW"}
	}
	switch len(s) {
	case 3:
		candidates = []layout{"NHW", "HWC"}
		if s[0] > 1 {
			candidates = []layout{"CHW", "HWC"}
		}
	case 2:
		candidates = []layout{"HW"}
	case 4:
	default:
		return "", 0
	}
	for _, l := range candidates {
		at := strings.IndexByte(string(l), 'H')
		h, w := s[at], s[at+1]
		if h > 1 && w > 1 && height%h == 0 && width%w == 0 && height/h == width/w {
			if n := height / h; stride == 0 || n < stride {
				return l, n
			}
		}
	}
	return "", 0
}
