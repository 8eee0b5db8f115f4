//go:build js && wasm

package main

import (
	"encoding/json"
	"math"
	"syscall/js"
	"testing"

	"segfault/core/attack"
	"segfault/core/lab"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// someFault has a value of its own everywhere.
func someFault() *lab.Fault {
	half, third := 0.5, 1.0/3
	scores := attack.PerClass{Before: []*float64{&half, nil}, After: []*float64{&third, nil}, Mean: attack.Pair{Before: &half, After: &third}}
	f := &lab.Fault{ID: 3, Image: []float32{0.25}, Before: lab.Prediction{Logits: []float32{1.5, -2}, Mask: []uint8{1, 0}}}
	f.Width, f.Height, f.Classes = 4, 5, []string{"a", "b"}
	f.Attack = lab.SliceAttack{Model: "small", Slice: 2, How: lab.Paper().Explicit()}
	f.Attack.Seed = 1 << 52
	f.Scan = &lab.AttackedSlice{Values: []float32{1, 2}, Unit: 255, Epsilon: 2.295, LInf: 2}
	f.Milliseconds = lab.Milliseconds{Plan: 1, Run: 2, Read: 3, Total: 6}
	f.Painted.Region = &lab.PaintedMask{Runs: []int{4, 0, 2, 1}, Named: true}
	f.Metrics = lab.Metrics{
		Reference: attack.Truth, Dice: lab.Dice{PerClass: scores, Union: attack.Pair{Before: &half}}, IoU: scores, Drop: &third, Success: true,
		Threshold: 0.5, Pixels: lab.Pixels{Reference: 7, Before: []int{1, 2}, After: []int{0, 3}}, Missed: attack.Pair{Before: &half, After: &third},
		Invented: attack.Pair{After: &third}, Flipped: 9, Elements: 40, Loss: 0.125, Steps: []attack.Point{{Loss: 1, Dice: 0.5}, {Loss: 2, Dice: 0.25}},
		Changes: lab.Changes{Limit: 0.009, Counts: []int{1, 2, 3}}, LInf: 0.009, L2: 0.5, PSNR: lab.Decibels(math.Inf(1)), SSIM: 0.99,
		Radiology: lab.Radiology{Length: lab.Millimetre, Volume: lab.Millilitre, Classes: []lab.Clinical{{
			HD95: attack.Pair{Before: &half}, Volume: lab.Amounts{Reference: 2, After: 1}, Lesions: lab.Detections{After: &lab.Lesions{Missed: 1}},
		}}},
	}
	return f
}

// parsed is what JSON says.
func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

// What a page gets of a fault is, in names and values, what a command writes down, and a recipe of the one is one of the other.
func TestAFaultsNumbersAreMetricsJSON(t *testing.T) {
	f := someFault()
	var e encoder
	fault := e.encode(f)
	written, err := json.Marshal(f.Numbers())
	require.NoError(t, err)
	numbers := parsed(t, string(written)).(map[string]any)
	stringify := func(v js.Value) any { return parsed(t, js.Global().Get("JSON").Call("stringify", v).String()) }
	told := stringify(fault.Get("metrics")).(map[string]any)
	fault.Get("scan").Delete("values")
	for _, name := range []string{"width", "height", "classes", "attack", "scan", "milliseconds"} {
		told[name] = stringify(fault.Get(name))
	}
	assert.Equal(t, numbers, told)
	assert.Nil(t, numbers["psnr"], "nothing changed")
}

func TestArraysAreHandedOverAndWhatIsNotThereIsNullOrAbsent(t *testing.T) {
	f := someFault()
	f.Scan = nil
	var e encoder
	v := e.encode(f)
	assert.Len(t, e.transfer, 7)
	assert.Equal(t, -2.0, v.Get("before").Get("logits").Index(1).Float())
	assert.Equal(t, "Float32Array", v.Get("image").Get("constructor").Get("name").String())
	assert.Equal(t, "Uint8Array", v.Get("before").Get("mask").Get("constructor").Get("name").String())
	assert.Equal(t, 0.009, v.Get("attack").Get("epsilon").Float(), "as a person would write it")
	assert.True(t, v.Get("scan").IsNull())
	assert.True(t, v.Get("painted").Get("truth").IsNull())
	assert.True(t, v.Get("info").IsUndefined())
	assert.True(t, math.IsInf(v.Get("metrics").Get("psnr").Float(), 1))
	info := e.encode(&lab.Info{Models: []lab.ModelInfo{{Name: "m"}}})
	assert.True(t, info.Get("models").Index(0).Get("lost").IsUndefined())
	drawn := e.encode(&lab.Rendered{Pictures: map[string]lab.RGBA{"scan": {255}}, Outlines: map[string]string{"truth": "M0 0"}})
	assert.Equal(t, "Uint8ClampedArray", drawn.Get("pictures").Get("scan").Get("constructor").Get("name").String())
	assert.Equal(t, "M0 0", drawn.Get("outlines").Get("truth").String())
	assert.True(t, e.encode(nil).IsNull())
}
