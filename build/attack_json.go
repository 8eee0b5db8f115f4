package main

import (
	"encoding/json"
	"math"
)

// json is metrics.json, named and nested as fault.metrics of the JavaScript
// module is.
func (r *result) json() ([]byte, error) {
	m := r.metrics
	type pair struct {
		Before float64 `json:"before"`
		After  float64 `json:"after"`
	}
	type overlap struct {
		Before []float64 `json:"before"`
		After  []float64 `json:"after"`
		Mean   pair      `json:"mean"`
		Union  *pair     `json:"union,omitempty"`
	}
	var psnr *float64 // null where nothing changed: JSON has no infinity
	if !math.IsInf(m.PSNR, 0) {
		psnr = &m.PSNR
	}
	return json.MarshalIndent(map[string]any{
		"attack": map[string]any{
			"epsilon": r.attack.Epsilon, "step": r.attack.Step, "steps": max(r.attack.Steps, 1), "loss": r.attack.Loss, "swapped": r.attack.Swapped,
			"scheme": r.attack.Scheme, "label": r.attack.Label, "shared": r.attack.Shared,
		},
		"scan":      r.scanJSON(),
		"classes":   r.model.Classes,
		"width":     r.width,
		"height":    r.height,
		"reference": m.Reference,
		"dice": overlap{m.Before.Dice, m.After.Dice, pair{m.Before.MeanDice, m.After.MeanDice},
			&pair{m.Before.Union, m.After.Union}},
		"iou":          overlap{m.Before.IoU, m.After.IoU, pair{m.Before.MeanIoU, m.After.MeanIoU}, nil},
		"drop":         m.Drop,
		"success":      m.Success,
		"flipped":      m.Flipped,
		"elements":     m.Elements,
		"loss":         m.Loss,
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
