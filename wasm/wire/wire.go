// Package wire is how the engine and the module that reads and writes files tell each other of scans: in bytes, whose order both ends have
// from here. Both are built together.
package wire

import (
	"encoding/binary"
	"math"

	"segfault/core/scan"
)

// Pack writes what is known of a scan but for its values and its file.
func Pack(s *scan.Scan) []byte {
	c := &coder{writes: true}
	c.scan(s)
	return c.data
}

// Unpack is the scan of which Pack wrote.
func Unpack(data []byte) *scan.Scan {
	s := &scan.Scan{}
	(&coder{data: data}).scan(s)
	return s
}

// coder goes over variables in one order, and writes or reads them.
type coder struct {
	data   []byte
	writes bool
}

func (c *coder) scan(s *scan.Scan) {
	c.text(&s.Format, &s.Type)
	c.flag(&s.Identifiable, &s.Detector, &s.Inverted, &s.Coloured, &s.ColoursKept, &s.Normalised)
	c.whole(&s.Width, &s.Height, &s.Slices, &s.Channels, &s.Volumes, &s.Volume, &s.Bits, &s.NonFinite)
	c.whole(&s.LeftOut.Apart, &s.LeftOut.Copies, &s.LeftOut.NoPictures, &s.LeftOut.Others, &s.LeftOut.Unread)
	c.number(&s.Slope, &s.Intercept)
	c.numbers(s.Spacing[:], s.Window[:])
	c.orientation(&s.Orientation)
	c.affine(&s.Affine)
	placed := s.Space != nil
	if c.flag(&placed); !placed {
		return
	}
	if !c.writes {
		s.Space = &scan.Space{}
	}
	c.space(s.Space)
}

func (c *coder) space(p *scan.Space) {
	c.affine(&p.Affine)
	c.orientation(&p.Turn)
	c.whole(&p.Width, &p.Height)
	count := len(p.Origins)
	if c.whole(&count); !c.writes && count > 0 {
		p.Origins = make([][3]float64, count)
	}
	for i := range p.Origins {
		c.numbers(p.Origins[i][:])
	}
}

func (c *coder) orientation(o *scan.Orientation) { c.flag(&o.Transpose, &o.FlipX, &o.FlipY) }

func (c *coder) affine(a *[4][4]float64) {
	for i := range a {
		c.numbers(a[i][:])
	}
}

func (c *coder) numbers(lists ...[]float64) {
	for _, list := range lists {
		for i := range list {
			c.number(&list[i])
		}
	}
}

func (c *coder) number(variables ...*float64) {
	for _, v := range variables {
		if c.writes {
			c.data = binary.LittleEndian.AppendUint64(c.data, math.Float64bits(*v))
		} else {
			*v = math.Float64frombits(binary.LittleEndian.Uint64(c.take(8)))
		}
	}
}

func (c *coder) whole(variables ...*int) {
	for _, v := range variables {
		number := float64(*v) // exact below 2^53
		c.number(&number)
		*v = int(number)
	}
}

func (c *coder) flag(variables ...*bool) {
	for _, v := range variables {
		number := 0
		if *v {
			number = 1
		}
		c.whole(&number)
		*v = number == 1
	}
}

func (c *coder) text(variables ...*string) {
	for _, v := range variables {
		length := len(*v)
		c.whole(&length)
		if c.writes {
			c.data = append(c.data, *v...)
		} else {
			*v = string(c.take(length))
		}
	}
}

// take reads so many bytes.
func (c *coder) take(n int) []byte {
	taken := c.data[:n]
	c.data = c.data[n:]
	return taken
}
