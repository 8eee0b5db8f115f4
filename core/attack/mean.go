package attack

// Mean is that of scores, of those that there are. The zero value is of none.
type Mean struct {
	sum   float64
	count int
}

// Add takes a score; nil is none.
func (m *Mean) Add(score *float64) {
	if score != nil {
		m.sum, m.count = m.sum+*score, m.count+1
	}
}

// Value is the mean; nil of no scores.
func (m *Mean) Value() *float64 {
	if m.count == 0 {
		return nil
	}
	mean := m.sum / float64(m.count)
	return &mean
}
