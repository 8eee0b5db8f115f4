package lab

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bundled is the oracles' quarter-width U-Net and a session of it.
func bundled(t *testing.T) (*Model, *attack.Session) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "coretest", "testdata", "unet-vgg13-w4.safetensors"))
	require.NoError(t, err)
	m, err := ReadModel(data)
	require.NoError(t, err)
	session, err := attack.NewSession(core.NewCPU(0), m.Net, m.Size, m.Size)
	require.NoError(t, err)
	t.Cleanup(session.Close)
	return m, session
}

// Of files of whole numbers fewer than one pixel in a thousand differs, and by one grey level; of others by float32's rounding.
func TestOneStepOfRealScansIsThatOfTheHost(t *testing.T) {
	m, session := bundled(t)
	var files []string
	for _, pattern := range []string{coretest.Shared(t, "data", "brain", "test", "images") + "/*.jpg",
		coretest.Shared(t, "data", "formats", "dicom") + "/*", coretest.Shared(t, "data", "formats", "nifti") + "/*"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found[:min(len(found), 12)]...)
	}
	pixels, apart, tried := 0, 0, 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil { // a folder
			continue
		}
		file, err := formats.Decode(path, data)
		if err != nil || !file.Saveable() || file.Normalised {
			continue
		}
		tried++
		s, slice := &Subject{Scan: file}, file.Slices/2
		clean, err := s.Image(slice, m)
		require.NoError(t, err)
		values, err := file.Slice(slice)
		require.NoError(t, err)
		for _, a := range []attack.Method{method(0.003, attack.Additive), method(0.009, attack.Blend)} {
			g, _, own, err := attackOn(s, session, slice, m, clean, a, OnScan, false)
			require.NoError(t, err)
			assert.LessOrEqual(t, own.LInf, a.Reach()*own.Unit*1.01, "%s: the budget, and the rounding of float32", path)
			want := moveOnHost(t, s, slice, m, slices.Clone(values), g.Values, a, float64(a.Epsilon), nil)
			file.Round(slice, want)
			level := max(file.Step(slice), 1e-6*own.Unit)
			for i, v := range own.Values {
				off := math.Abs(float64(v) - float64(want[i]))
				if pixels++; off > 0 && file.Step(slice) > 0 {
					apart++
				}
				if off > 1.001*level {
					require.Fail(t, "more than a grey level", "%s, pixel %d: %v and %v", path, i, v, want[i])
				}
			}
		}
	}
	assert.Greater(t, tried, 15)
	assert.Less(t, float64(apart), 0.001*float64(pixels), "of all pixels")
}

// method is a step of ε on the model's own prediction.
func method(epsilon float32, rule attack.Rule) attack.Method {
	m := attack.FGSM()
	m.Epsilon, m.Rule, m.Target = epsilon, rule, attack.Prediction
	return m
}
