package scan

import "fmt"

// Runs writes a slice's labels short, row by row: how many pixels, of which label, how many of the next, and so on. Where classes overlap,
// the last counts.
func (m *Mask) Runs(slice int) ([]int, error) {
	labels, err := m.Flat(slice)
	if err != nil {
		return nil, err
	}
	var runs []int
	for i, label := range labels {
		if i == 0 || label != labels[i-1] {
			runs = append(runs, 0, int(label))
		}
		runs[len(runs)-2]++
	}
	return runs, nil
}

// SetRuns gives a slice of a mask of labels what [Mask.Runs] wrote.
func (m *Mask) SetRuns(slice int, runs []int) error {
	_, err := m.Repaint(slice, runs)
	return err
}

// Repaint does so in a stroke.
func (m *Mask) Repaint(slice int, runs []int) (*Stroke, error) {
	n := m.Width * m.Height
	labels := make([]uint8, 0, n)
	for i := 0; i+1 < len(runs); i += 2 {
		count, label := runs[i], runs[i+1]
		if count < 1 || count > n-len(labels) || label < 0 || label > 255 {
			return nil, fmt.Errorf("scan: %d pixels of label %d after %d others are no part of a mask of %s", count, label, len(labels), grid3(m.Width, m.Height, 1))
		}
		for range count {
			labels = append(labels, uint8(label))
		}
	}
	if len(labels) != n {
		return nil, fmt.Errorf("scan: the painted mask has %d labels, but the slice has %s", len(labels), grid3(m.Width, m.Height, 1))
	}
	s := &Stroke{mask: m}
	for i, label := range labels {
		s.dab(slice*n+i, label)
	}
	return s, nil
}
