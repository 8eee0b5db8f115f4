package attack_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/lab"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"
)

// oracleMethod is what an independent implementation found: of every image after each step.
type oracleMethod struct {
	Loss      [][]float64
	UnionDice [][]float64 `json:"union_dice"`
}

// oracleTensors reads a safetensors file that holds bytes, too.
func oracleTensors(t *testing.T, path string) map[string][]float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	size := binary.LittleEndian.Uint64(data)
	header := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(data[8:8+size], &header))
	delete(header, "__metadata__")
	tensors := map[string][]float32{}
	for name, text := range header {
		var entry struct {
			DType   string
			Offsets [2]int `json:"data_offsets"`
		}
		require.NoError(t, json.Unmarshal(text, &entry))
		raw := data[8+size:][entry.Offsets[0]:entry.Offsets[1]]
		read := map[string]func() float32{
			"F32": func() float32 { return math.Float32frombits(binary.LittleEndian.Uint32(raw)) },
			"F16": func() float32 { return float16.Frombits(binary.LittleEndian.Uint16(raw)).Float32() },
			"U8":  func() float32 { return float32(raw[0]) },
		}[entry.DType]
		for ; len(raw) > 0; raw = raw[map[string]int{"F32": 4, "F16": 2, "U8": 1}[entry.DType]:] {
			tensors[name] = append(tensors[name], read())
		}
	}
	return tensors
}

// The oracle's numbers are of grey images of 128×128 pixels and of the quarter-width U-Net; its README has the tolerances.
func TestIterationsAreTheOracles(t *testing.T) {
	const side, steps = 128, 20
	dir := coretest.Shared(t, "oracle-attacks")
	tensors := oracleTensors(t, filepath.Join(dir, "steps.safetensors"))
	text, err := os.ReadFile(filepath.Join(dir, "steps.json"))
	require.NoError(t, err)
	var numbers struct{ Methods map[string]oracleMethod }
	require.NoError(t, json.Unmarshal(text, &numbers))

	weights, err := os.ReadFile(filepath.Join("..", "..", "weights", "brain-unet-vgg13-w4.safetensors"))
	require.NoError(t, err)
	model, err := lab.ReadModel(weights)
	require.NoError(t, err)
	s, err := attack.NewSession(core.NewCPU(0), model.Net, side, side)
	require.NoError(t, err)
	defer s.Close()

	const n = side * side
	bim := attack.FGSM()
	bim.Grey, bim.Steps = true, steps
	l2 := bim
	l2.Norm, l2.Epsilon = attack.L2, 1.152
	for name, m := range map[string]attack.Method{"bim": bim, "pgd_l2": l2} {
		want := numbers.Methods[name]
		require.NotEmpty(t, want.Loss)
		m = m.Explicit() // fewer steps are the first ones
		for i := range 3 {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				grey := tensors["image"][i*n:][:n]
				p := attack.Problem{Image: slices.Repeat(grey, 3)}
				for _, v := range tensors["truth"][3*i*n:][:3*n] {
					p.Truth = append(p.Truth, uint8(v))
				}
				_, f, err := s.Run(context.Background(), p, m, nil)
				require.NoError(t, err)
				end, dice := 3e-3, 0.01
				if m.Norm == attack.L2 { // whose losses of the first steps agree to five digits, and then go up and down from step to step
					end, dice = 0.05, 0.04
				}
				for k, tolerance := range map[int]float64{0: 1e-5, 1: 2e-5, 2: 2e-5, 5: 1e-4, steps: end} {
					assert.InEpsilon(t, want.Loss[k][i], f.Points[k].Loss, tolerance, "the loss after %d steps", k)
				}
				assert.InDelta(t, want.UnionDice[0][i], f.Points[0].Dice, 1e-4)
				assert.InDelta(t, want.UnionDice[steps][i], f.Reached.Dice, dice)
				for k, share := range map[int]float64{1: 0.995, 2: 0.975, 5: 0.9} {
					change := tensors[fmt.Sprintf("%s.step%d", name, k)]
					m := m
					m.Steps = k
					_, f, err := s.Run(context.Background(), p, m, nil)
					require.NoError(t, err)
					near, largest := 0, 0.0
					for j := range n {
						largest = max(largest, math.Abs(float64(change[i*n+j])))
					}
					tolerance := float64(m.Step) / 4
					if m.Norm == attack.L2 {
						tolerance = 0.02 * largest
					}
					for j := range n {
						if math.Abs(float64(f.Adversarial[j]-grey[j]-change[i*n+j])) <= tolerance {
							near++
						}
					}
					assert.GreaterOrEqual(t, float64(near)/n, share, "the image after %d steps", k)
				}
			})
		}
	}
}
