package lab

import (
	"context"
	"fmt"

	"segfault/core/picture"
	"segfault/core/scan"
)

// PlanesOptions say which pixel of its slices the planes go through.
type PlanesOptions struct {
	Across int `json:"across"`
	Down   int `json:"down"`
}

// PlanesParams are planes across a scan's slices.
type PlanesParams struct {
	Scan int `json:"scan"`
	PlanesOptions
}

// Plane is what a picture is like across a scan's slices: the first slice is its lowest row.
type Plane struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Aspect float64 `json:"aspect"` // width over height in the patient, or in pixels where the file does not tell
}

// Planes are the two across a scan's slices: along a row of them, and along a column.
type Planes struct {
	Row      Plane           `json:"row"`
	Column   Plane           `json:"column"`
	Pictures map[string]RGBA `json:"pictures"` // of both, by their names
}

// Planes draws what lies across a scan's slices, as bright as its display range has it.
func (l *Lab) Planes(ctx context.Context, p *PlanesParams) (*Planes, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	s, err := c.subject(p.Scan)
	if err != nil {
		return nil, err
	}
	v := s.Scan
	if p.Across < 0 || p.Across >= v.Width || p.Down < 0 || p.Down >= v.Height {
		return nil, fmt.Errorf("segfault: planes through pixel %d, %d were asked for, but the slices have %d×%d, counted from 0", p.Across, p.Down, v.Width, v.Height)
	}
	row, alongRow := across(v, v.Width, v.Spacing[0], func(i int) int { return p.Down*v.Width + i })
	column, alongColumn := across(v, v.Height, v.Spacing[1], func(i int) int { return i*v.Width + p.Across })
	return &Planes{row, column, map[string]RGBA{"row": alongRow, "column": alongColumn}}, nil
}

// across draws a line of each slice, of so many pixels that are so far apart, one over another.
func across(s *scan.Scan, pixels int, spacing float64, at func(i int) int) (Plane, RGBA) {
	low, high := float32(s.Window[0]), float32(s.Window[1])
	grey := make([]float32, 0, pixels*s.Slices)
	for k := s.Slices - 1; k >= 0; k-- {
		slice := s.Values[k*s.Width*s.Height:]
		for i := range pixels {
			v := float32(0)
			if high > low {
				v = min(max((slice[at(i)]-low)/(high-low), 0), 1)
			}
			grey = append(grey, v)
		}
	}
	apart := s.Spacing[2]
	if spacing <= 0 || apart <= 0 {
		spacing, apart = 1, 1
	}
	return Plane{pixels, s.Slices, float64(pixels) * spacing / (float64(s.Slices) * apart)}, picture.Input(grey, 1)
}
