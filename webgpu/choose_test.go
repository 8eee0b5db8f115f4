//go:build js && wasm

package webgpu

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/core"
	"segfault/kernels"
)

// layer is a convolution of 3×3.
func layer(channels, side int) kernels.Conv2D {
	return kernels.Conv2D{N: 1, Ca: channels, H: side, W: side, Up: 1, Cout: channels, Window: square(3, 3, 1, 1), Groups: 1}
}

// raced is a session that has measured layers; similar tells the variant of another.
func raced(winners map[kernels.Conv2D]string) (similar func(kernels.Conv2D) string) {
	s := &session{choices: map[kernels.Kernel]choice{}}
	for k, name := range winners {
		s.choices[k] = choice{name: name, split: k.Workgroups()[2], family: family(kernels.Shaders(k)), of: extentOf(k), raced: true}
	}
	return func(k kernels.Conv2D) string {
		c := s.similar(k, kernels.Shaders(k))
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

// offered are the names of the shaders that a session may use for a layer.
func offered(s *session) (names []string) {
	s.usable = map[kernels.Kernel][]kernels.Shader{}
	for _, shader := range s.shaders(layer(16, 32)) {
		names = append(names, shader.Name)
	}
	return names
}

// specification is what every device allows.
var specification = Limits{Buffer: 256 << 20, Binding: 128 << 20, Memory: 16 << 10, Invocations: 256, Bindings: 8, Groups: 65535}

func TestGPUsAndProcessorsHaveTheirOwnShaders(t *testing.T) {
	assert.Equal(t, []string{"conv2d", "conv2d_tall"}, offered(&session{limits: specification, software: true}))
	for _, name := range offered(&session{limits: specification}) {
		assert.Contains(t, name, "conv2d_tile")
	}
}

func TestShadersThatTheDeviceCannotRunAreLeftOut(t *testing.T) {
	little := specification
	little.Memory = 1 << 10
	assert.Equal(t, []string{"conv2d"}, offered(&session{limits: little}), "of too little memory, the kernel's own is left")
	few := specification
	few.Invocations = 32
	assert.Equal(t, []string{"conv2d"}, offered(&session{limits: few}), "of too few invocations")
	few = specification
	few.Bindings = 5
	assert.Equal(t, []string{"conv2d"}, offered(&session{limits: few}), "of too few bindings")
}

// spacious is a kernel of which one shader leaves much between its parts, and another wants many workgroups.
type spacious struct{ copying }

func (k spacious) Workgroups() [3]int { return [3]int{k.Count, 1, 1} }
func (k spacious) Others() []kernels.Shader {
	return []kernels.Shader{{Name: "in parts", Scratch: k.Count, Groups: [3]int{1, 1, 1}, Software: true}}
}

func TestAPlanIsRefusedOnlyWhereNoShaderFitsTheDevice(t *testing.T) {
	for _, c := range []struct {
		count   int
		binding int64
		names   []string
		says    string
	}{
		{100, 400, []string{"copying", "in parts"}, ""},
		{100, 300, []string{"copying"}, ""},
		{70000, 1 << 20, []string{"in parts"}, ""},
		{70000, 1 << 10, []string{"copying"}, "needs 70000 workgroups in one dimension"},
	} {
		few := specification
		few.Binding = c.binding
		s := &session{limits: few, software: true, usable: map[kernels.Kernel][]kernels.Shader{}}
		k := spacious{copying{c.count}}
		var names []string
		for _, v := range s.shaders(k) {
			names = append(names, v.Name)
		}
		assert.Equal(t, c.names, names)
		err := s.admit(&core.Plan{Buffers: make([]core.Buffer, 2), Steps: []core.Step{{Kernel: k, Bind: []int{0, 1}}}})
		if c.says == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, c.says)
		}
	}
}

// copying is a kernel with several shaders that multiplies and adds nothing.
type copying struct{ Count int }

func (copying) Name() string                                       { return "copying" }
func (k copying) Workgroups() [3]int                               { return kernels.Affine{Count: k.Count}.Workgroups() }
func (copying) Bind(*kernels.Workers, [][]float32) []kernels.Stage { return nil }
func (copying) Others() []kernels.Shader {
	return []kernels.Shader{{Name: "one way"}, {Name: "another"}}
}

func TestKernelsWithoutOperationsFollowOthers(t *testing.T) {
	s := &session{choices: map[kernels.Kernel]choice{}}
	k := copying{1000}
	s.choices[k] = choice{name: "another", family: family(kernels.Shaders(k)), of: extentOf(k), raced: true}
	next := copying{2000}
	assert.Equal(t, "another", s.similar(next, kernels.Shaders(next)).name)
}
