package lab

import (
	"segfault/core/attack"
	"segfault/core/scan"
)

// Labels brings a prediction, logits of Classes×height×width on the model's grid, to a slice's own: Height×Width of class numbers,
// 0 where no class is found. Where several are, the likeliest counts.
func (s *Subject) Labels(m *Model, logits []float32) ([]uint8, error) {
	n := s.Scan.Width * s.Scan.Height
	labels, best := make([]uint8, n), make([]float32, n)
	back := func(dst, src []float32) { copy(dst, src) }
	if !s.Scan.Normalised {
		grid, err := scan.NewGrid(s.Scan.Width, s.Scan.Height, m.Size)
		if err != nil {
			return nil, err
		}
		back = grid.Back
	}
	own := make([]float32, n)
	odds := attack.Odds(m.Net.Shape(), logits)
	pixels := len(odds) / len(m.Classes)
	for k := range m.Classes {
		back(own, odds[k*pixels:(k+1)*pixels])
		for i, v := range own {
			if v > best[i] {
				best[i], labels[i] = v, uint8(k+1)
			}
		}
	}
	return labels, nil
}
