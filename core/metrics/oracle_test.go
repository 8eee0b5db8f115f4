package metrics_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"segfault/core/coretest"
	"segfault/core/metrics"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// number is a number of the oracle's, which writes those that JSON has not as text.
type number float64

func (n *number) UnmarshalJSON(text []byte) (err error) {
	if text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	v, err := strconv.ParseFloat(string(text), 64)
	*n = number(v)
	return err
}

type oracleCase struct {
	Name                  string
	Spacing               [2]float64
	Prediction, Reference []string
	Expect                struct {
		Dice, IoU number
		HD95      number      `json:"hd95_max_of_directed"`
		Mean      number      `json:"assd_pooled"`
		Volume    [2]number   `json:"volume"`
		Relative  *number     `json:"volume_relative"`
		Lesions   oracleParts `json:"lesions_8"`
	}
}

type oracleParts struct {
	Found, Missed int
	Invented      int `json:"false_alarms"`
}

// mask reads rows of # and dots.
func mask(rows []string) (planes []uint8, g metrics.Grid) {
	for _, row := range rows {
		for _, c := range row {
			v := uint8(0)
			if c == '#' {
				v = 1
			}
			planes = append(planes, v)
		}
	}
	return planes, metrics.Grid{Size: [3]int{1, len(rows), len(rows[0])}, Spacing: [3]float64{1, 1, 1}}
}

func same(t *testing.T, want number, got float64, what string) {
	t.Helper()
	switch w := float64(want); {
	case math.IsNaN(w):
		assert.True(t, math.IsNaN(got), "%s is %v; expected NaN", what, got)
	case math.IsInf(w, 0):
		assert.Equal(t, w, got, what)
	default:
		assert.InDelta(t, w, got, 1e-6*max(1, w), what)
	}
}

func TestMeasuresAreTheOracles(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(coretest.Shared(t, "oracle-attacks"), "metrics.json"))
	require.NoError(t, err)
	var cases []oracleCase
	require.NoError(t, json.Unmarshal(text, &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			prediction, grid := mask(c.Prediction)
			reference, _ := mask(c.Reference)
			grid.Spacing[1], grid.Spacing[2] = c.Spacing[0], c.Spacing[1]
			o := metrics.Compare(prediction, reference, 1)
			for what, one := range map[string]float64{"the class's Dice": o.Dice[0], "the union's": o.Union, "the true class's": o.True, "the exact one": o.Exact} {
				assert.InDelta(t, float64(c.Expect.Dice), one, 1e-9, what)
			}
			assert.InDelta(t, float64(c.Expect.IoU), o.IoU[0], 1e-9)
			surface := metrics.Surfaces(prediction, reference, grid)
			same(t, c.Expect.HD95, surface.HD95, "HD95")
			same(t, c.Expect.Mean, surface.Mean, "the mean surface distance")
			volume := metrics.Volumes(prediction, reference, grid)
			same(t, c.Expect.Volume[0], volume.Found, "the predicted volume")
			same(t, c.Expect.Volume[1], volume.Wanted, "the reference's volume")
			change, ok := volume.Change()
			require.Equal(t, c.Expect.Relative != nil, ok)
			if ok {
				same(t, *c.Expect.Relative, change, "the volume's change")
			}
			assert.Equal(t, c.Expect.Lesions, oracleParts(metrics.Detect(prediction, reference, grid)))
		})
	}
}
