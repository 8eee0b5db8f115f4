package lab

import (
	"context"
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAVolumeIsItsSlices(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 3)
	paint(t, l, id, "truth", 1, 1)
	p := NewVolumeAttack(id)
	p.Epsilon = 0.05
	v, err := l.AttackVolume(background, p)
	require.NoError(t, err)
	require.Len(t, v.Slices, 3)
	for k, row := range v.Slices {
		f := attacked(t, l, id, k)
		assert.Equal(t, SliceNumbers{k, f.Metrics.Dice.Union, f.Metrics.Dice.True, f.Metrics.Ending, f.Metrics.Pixels.Reference, f.Metrics.Flipped, f.Metrics.LInf}, row)
	}
	assert.Len(t, v.Painted.Truth.Slices, 3)
	assert.Equal(t, attack.Truth, v.Reference)
	whole, err := l.Save(background, &SaveParams{v.ID, SaveOptions{What: "scan"}})
	require.NoError(t, err)
	copied, err := l.host.Read(background, []File{fileOf(whole.Name, whole.Bytes.([]byte))}, 0)
	require.NoError(t, err)
	for k := range 3 {
		f := attacked(t, l, id, k)
		values, err := copied.Slice(k)
		require.NoError(t, err)
		assert.Equal(t, f.Scan.Values, values)
	}
	for _, what := range []string{"before", "after", "truth"} {
		_, err = l.Save(background, &SaveParams{v.ID, SaveOptions{What: what, Format: "nifti"}})
		assert.NoError(t, err, what)
	}
	_, err = l.Save(background, &SaveParams{v.ID, SaveOptions{What: "region", Format: "nifti"}})
	assert.EqualError(t, err, `segfault: there is no mask "region" to save`)
}

func TestASliceOfAVolumeWithNothingToSwapIsLeftAsItIs(t *testing.T) {
	for _, on := range []Ground{OnScan, OnInput} {
		for _, method := range []string{"fgsm", "apgd", "square"} {
			t.Run(string(on)+" "+method, func(t *testing.T) {
				whole := func(l *Lab) []any {
					p := volumeAttack(t, l, 3, method, on)
					paint(t, l, p.Scan, "truth", 1, 2)
					paint(t, l, p.Scan, "truth", 2, 1)
					p.Target, p.Class = attack.Swap, 1
					return outcome(t, l, p)
				}
				alone, _ := opened(t)
				told := whole(alone)
				rows := told[1].(*VolumeFault).Slices
				require.Len(t, rows, 3)
				for k, moved := range []bool{false, true, false} {
					assert.Equal(t, moved, rows[k].LInf > 0, "slice %d", k)
					if !moved {
						assert.Equal(t, attack.Held, rows[k].Ending, "slice %d", k)
						assert.Zero(t, rows[k].Flipped, "slice %d", k)
					}
				}
				l, _ := helped(t, 2)
				defer busy(l)()
				assert.Equal(t, told, whole(l), "by helpers")
			})
		}
	}
}

func TestAVolumeIsAttackedAsItWasWhenItBegan(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 2)
	paint(t, l, id, "truth", 0, 1)
	paint(t, l, id, "truth", 1, 1)
	want, err := l.AttackVolume(background, NewVolumeAttack(id))
	require.NoError(t, err)
	l.gradients = nil
	var painted error
	done := 0
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(stage string, at, _ int) {
		if stage == "slice" && at == 1 && done == 0 { // others have the lab between slices
			done++
			_, painted = l.Paint(background, &PaintParams{id, PaintOptions{Slice: 1, Label: 2, Points: [][2]float64{{16, 16}}, Radius: 20}})
		}
	}})
	got, err := l.AttackVolume(ctx, NewVolumeAttack(id))
	require.NoError(t, err)
	require.NoError(t, painted)
	assert.Equal(t, 1, done)
	assert.Equal(t, want.Slices, got.Slices)
	assert.Equal(t, want.Dice, got.Dice)
	assert.Empty(t, h.forgotten)
}

func TestACancelledVolumeEndsAndLeavesTheLabFree(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 3)
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	ctx = Watched(ctx, Watch{Begun: func() {}, Progress: func(stage string, done, _ int) {
		if stage == "slice" && done == 1 {
			cancel()
		}
	}})
	_, err := l.AttackVolume(ctx, NewVolumeAttack(id))
	assert.ErrorIs(t, err, context.Canceled)
	attacked(t, l, id, 0)
}
