package study

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// working is a small model with the oracle's weights, and a session of it.
func working(t *testing.T, normalisation scan.Normalisation) (*Model, *attack.Session) {
	t.Helper()
	spec, err := unet.New("vgg11", 3, 2, 8)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 3, HeadGain: 2}
	f := &safetensors.File{Metadata: map[string]string{"classes": "a,b", "size": "32", "normalisation": string(normalisation)}, Tensors: map[string]*core.Tensor{}}
	for _, n := range spec.Tensors() {
		f.Tensors[n.Name] = o.Weight(n.Name, n.Shape)
	}
	data, err := safetensors.Write(f, safetensors.F32)
	require.NoError(t, err)
	m, err := ReadModel(data)
	require.NoError(t, err)
	s, err := attack.NewSession(core.NewCPU(1), m.Net, 32, 32)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return m, s
}

// noise is an 8-bit PNG of the given size.
func noise(t *testing.T, width, height int) *Subject {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(width)))
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(20 + r.IntN(200))
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, img))
	s, err := scan.Decode("", file.Bytes())
	require.NoError(t, err)
	return &Subject{Scan: s}
}

func TestAttackOnTheScanIsWhatASavedCopyIs(t *testing.T) {
	for _, normalisation := range []scan.Normalisation{scan.Max, scan.MinMax, scan.Percentile} {
		m, session := working(t, normalisation)
		for _, size := range [][2]int{{32, 32}, {70, 45}, {13, 20}} {
			for _, steps := range []int{1, 3} {
				s := noise(t, size[0], size[1])
				a := attack.Attack{Epsilon: 0.05, Steps: steps, Loss: core.BCE, Scheme: attack.Additive, Label: attack.Prediction}
				if steps > 1 {
					a.Step = 0.03
				}
				clean, err := s.Image(0, m)
				require.NoError(t, err)
				_, fault, own, err := s.Attack(context.Background(), session, 0, m, clean, nil, a, Scan, nil)
				require.NoError(t, err)
				assert.LessOrEqual(t, own.LInf, 0.05*own.Unit*1.01, "the budget, and the rounding of float32")
				assert.Greater(t, own.LInf, 0.0)

				saved, err := s.Scan.Encode(own.Values, scan.Saving{})
				require.NoError(t, err)
				copied, err := scan.Decode("", saved[0].Data)
				require.NoError(t, err)
				again := &Subject{Scan: copied}
				image, err := again.Image(0, m)
				require.NoError(t, err)
				assert.Equal(t, fault.Adversarial, image, "%s, %v: the copy is what was attacked", normalisation, size)
				logits, err := session.Predict(context.Background(), image)
				require.NoError(t, err)
				assert.Equal(t, fault.Logits, logits, "and predicts the same")
				if normalisation != scan.Percentile { // whose ends many pixels set, not one
					for i, v := range image {
						require.InDelta(t, clean[i], v, 0.05*1.01+1e-6)
					}
				}
			}
		}
	}
}

func TestIteratedBlendOfTheScanIsBounded(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 32, 32)
	clean, err := s.Image(0, m)
	require.NoError(t, err)
	a := attack.Attack{Epsilon: 0.05, Steps: 10, Loss: core.BCE, Scheme: attack.Blend, Label: attack.Prediction}
	_, _, own, err := s.Attack(context.Background(), session, 0, m, clean, nil, a, Scan, nil)
	require.NoError(t, err)
	assert.LessOrEqual(t, own.LInf, 2*0.05*own.Unit*1.01)
}

func TestMoveFollowsTheAdjointGradient(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 32, 32) // of the model's size: the adjoint changes nothing but the sum over channels
	clean, err := s.Image(0, m)
	require.NoError(t, err)
	a := attack.Attack{Epsilon: 0.01, Loss: core.BCE, Scheme: attack.Additive, Label: attack.Prediction}
	g, err := session.Gradient(context.Background(), clean, nil, a)
	require.NoError(t, err)
	moved, err := s.Move(0, m, s.Scan.Values, g.Values, a)
	require.NoError(t, err)
	const n = 32 * 32
	for i, v := range moved {
		slope := g.Values[i] + g.Values[n+i] + g.Values[2*n+i]
		if (v-s.Scan.Values[i])*slope < 0 {
			t.Fatalf("pixel %d moved by %v against a slope of %v", i, v-s.Scan.Values[i], slope)
		}
	}
}

func TestGroundIsTheScanWhereItCanBeSaved(t *testing.T) {
	png := noise(t, 4, 4)
	made := &Subject{Scan: &scan.Scan{Width: 4, Height: 4, Slices: 1}}
	for wish, want := range map[string]Ground{"": Scan, "scan": Scan, "input": Input} {
		got, err := png.Ground(wish)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	got, err := made.Ground("")
	require.NoError(t, err)
	assert.Equal(t, Input, got)
	_, err = made.Ground("scan")
	assert.ErrorContains(t, err, "no pixels of its own")
	_, err = png.Ground("somewhere")
	assert.ErrorContains(t, err, `"somewhere" is unknown; use scan or input`)
}

func TestRegionConfinesAttacksOnEitherGround(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 64, 64) // twice the model's side
	ctx := context.Background()
	_, err := s.Inside(0, m, Scan)
	assert.ErrorContains(t, err, "study: the scan has no region of interest to attack in")
	region := s.Scan.NewMask()
	region.Paint(0, 3, [][2]float64{{16, 16}, {40, 30}}, 8)
	require.NoError(t, s.SetRegion(region))
	clean, err := s.Image(0, m)
	require.NoError(t, err)
	for _, ground := range []Ground{Scan, Input} {
		for _, steps := range []int{1, 3} {
			a := attack.Attack{Epsilon: 0.05, Step: 0.03, Steps: steps, Loss: core.BCE, Scheme: attack.Blend, Label: attack.Prediction}
			a.Region, err = s.Inside(0, m, ground)
			require.NoError(t, err)
			_, fault, own, err := s.Attack(ctx, session, 0, m, clean, nil, a, ground, nil)
			require.NoError(t, err)
			from, to := clean, fault.Adversarial
			if ground == Scan {
				from, to = s.Scan.Values, own.Values
			}
			inside, n := 0, len(a.Region.Inside)
			for i, v := range to {
				if v != from[i] {
					require.EqualValues(t, 1, a.Region.Inside[i%n], "%s: pixel %d", ground, i)
					inside++
				}
			}
			assert.Greater(t, inside, 50, "%s", ground)
		}
	}
	assert.ErrorContains(t, s.SetRegion((&scan.Scan{Width: 3, Height: 4, Slices: 1}).NewMask()), "scan: the mask is 3×4 pixels, but the scan is 64×64 pixels")
}
