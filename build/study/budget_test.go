package study

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBudgetsAreReadAsTheyAreWritten(t *testing.T) {
	for _, b := range []Budget{{0.009, OfInput}, {2. / 255, OfScan}, {2, Levels}} {
		list, err := ParseBudgets(digits(float64(b.Epsilon)), string(b.Of))
		require.NoError(t, err)
		again, err := parseBudget(list[0].String())
		require.NoError(t, err)
		assert.Equal(t, list[0], again, "a study that goes on knows its rows")
	}
	for text, of := range map[string]string{"2": "scan", "0": "levels", "-1": "input", "1": "pixels", "x": "levels"} {
		_, err := ParseBudgets(text, of)
		assert.Error(t, err, "%s of %s", text, of)
	}
}

// posed is a made slice as a problem of one step.
func posed(t *testing.T, c *Suite, b Budget) (moved []float64, method attack.Method) {
	t.Helper()
	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	i, m := item{pairs[0], 0}, c.Models[0]
	s, err := c.open(i.pair)
	require.NoError(t, err)
	image, err := s.Image(0, m.Model)
	require.NoError(t, err)
	truth, err := s.Planes(0, m.Model, nil)
	require.NoError(t, err)
	method = attack.FGSM()
	p, err := b.pose(s, i, m, image, truth, &method)
	require.NoError(t, err)
	session, err := attack.NewSession(core.NewCPU(1), m.Net, side, side)
	require.NoError(t, err)
	defer session.Close()
	_, f, err := session.Run(context.Background(), p, method, nil)
	require.NoError(t, err)
	own, err := s.Settle(0, m.Model, method, f.Moved)
	require.NoError(t, err)
	before, err := s.Scan.Slice(0)
	require.NoError(t, err)
	for k, v := range own.Values {
		moved = append(moved, float64(v)-float64(before[k]))
	}
	return moved, method
}

func TestLevelsAreThoseOfTheFile(t *testing.T) {
	c := &Suite{Config: config(t, 1)}
	moved, method := posed(t, c, Budget{2, Levels})
	most := 0.0
	for _, v := range moved {
		assert.Zero(t, v-math.Round(v), "a file of 8 bits holds whole levels")
		most = max(most, math.Abs(v))
	}
	assert.EqualValues(t, 2, most)
	_, other := posed(t, c, Budget{method.Epsilon, OfScan})
	assert.Equal(t, method.Epsilon, other.Epsilon, "of the range as it stands")
}

func TestRowsOfEachMeasureAreTheirOwn(t *testing.T) {
	methods, err := ParseMethods("fgsm")
	require.NoError(t, err)
	rows := 0
	c := &Suite{Config: config(t, 1), Methods: methods}
	for _, of := range []Measure{OfInput, OfScan, OfScan, Levels} {
		if c.Budgets, err = ParseBudgets("0.9", string(of)); of == Levels {
			c.Budgets, err = ParseBudgets("2", string(of))
		}
		require.NoError(t, err)
		got, err := c.Run(context.Background())
		require.NoError(t, err)
		if rows == 0 || len(got) > rows {
			rows = len(got)
		}
		assert.Contains(t, c.Table(got), "ε = "+c.Budgets[0].String()+"**")
	}
	assert.Equal(t, 3*len(c.Models), rows, "what was attacked is not attacked again")
}

// floats are an array of numbers up to n, in NumPy's format.
func floats(n int) []byte {
	text := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", side, n/side)
	text += strings.Repeat(" ", 64-(len(text)+11)%64) + "\n"
	content := append([]byte("\x93NUMPY\x01\x00"), append([]byte{byte(len(text)), 0}, text...)...)
	for i := range n {
		content = binary.LittleEndian.AppendUint32(content, math.Float32bits(float32(i)*1.25))
	}
	return content
}

func TestLevelsOfAFileThatHasNoneAreRefused(t *testing.T) {
	c := &Suite{Config: config(t, 1)}
	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	mask, err := os.ReadFile(pairs[0].Mask)
	require.NoError(t, err)
	c.Data = t.TempDir()
	for path, content := range map[string][]byte{"images/test_00_gl_ax.npy": floats(side * side), "masks/test_00_gl_ax.png": mask} {
		path = filepath.Join(c.Data, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o644))
	}
	pairs, err = data.List(c.Data)
	require.NoError(t, err)
	s, err := c.open(pairs[0])
	require.NoError(t, err)
	method := attack.FGSM()
	_, err = Budget{1, Levels}.pose(s, item{pairs[0], 0}, c.Models[0], nil, nil, &method)
	assert.ErrorContains(t, err, "test_00_gl_ax.npy holds any number, not whole levels")
}
