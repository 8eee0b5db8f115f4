package main

import (
	"encoding/json"
	"math"

	"segfault/core/attack"
)

// json is metrics.json, named and nested as fault.metrics of the JavaScript
// module is.
func (r *result) json() ([]byte, error) {
	m := r.metrics
	type overlap struct {
		Before []*float64   `json:"before"`
		After  []*float64   `json:"after"`
		Mean   attack.Pair  `json:"mean"`
		Union  *attack.Pair `json:"union,omitempty"`
	}
	scores := m.Score()
	var psnr *float64 // null where nothing changed: JSON has no infinity
	if !math.IsInf(m.PSNR, 0) {
		psnr = &m.PSNR
	}
	return json.MarshalIndent(map[string]any{
		"attack": struct {
			attack.Method
			Shared bool `json:"shared"`
		}{r.attack.Explicit(), r.attack.Grey},
		"scan":         r.scanJSON(),
		"classes":      r.model.Classes,
		"width":        r.width,
		"height":       r.height,
		"reference":    m.Reference,
		"dice":         overlap{scores.Dice.Before, scores.Dice.After, scores.Dice.Mean, &scores.Union},
		"iou":          overlap{scores.IoU.Before, scores.IoU.After, scores.IoU.Mean, nil},
		"drop":         scores.Union.Drop(),
		"success":      m.Success,
		"flipped":      m.Flipped,
		"elements":     m.Elements,
		"loss":         m.Loss,
		"steps":        append([]attack.Point{}, r.fault.Points...),
		"linf":         m.LInf,
		"l2":           m.L2,
		"psnr":         psnr,
		"ssim":         m.SSIM,
		"milliseconds": r.milliseconds,
	}, "", "  ")
}

// scanJSON is fault.scan of the JavaScript module without the values: the attack in the scan's own units, or null.
func (r *result) scanJSON() any {
	if r.own == nil {
		return nil
	}
	return map[string]any{"unit": r.own.Unit, "epsilon": float64(r.attack.Epsilon) * r.own.Unit, "linf": r.own.LInf}
}
