package formats

import (
	"bytes"
	"fmt"
	"math"

	"segfault/core/scan"
)

// Round implements [scan.Store].
func (s *dicomSeries) Round(slice int, old, values []float32) {
	at := s.slices[slice]
	hold(old, values, func(pixel int, v float32) float32 {
		return finite(at.unit(at.pixels.meaning(at.samplesFor(pixel, v))), new(int))
	})
}

// Step implements [scan.Store].
func (s *dicomSeries) Step(slice int) float64 {
	at := s.slices[slice]
	if at.pixels.float || at.pixels.table != nil {
		return 0
	}
	return math.Abs(at.slope)
}

// samplesFor are the samples to store for a pixel of a value.
func (s dicomSlice) samplesFor(pixel int, v float32) [3]float64 {
	if l := s.pixels.table; l != nil {
		first, _ := s.pixels.sampleAt(s.frame, pixel)
		return [3]float64{l.nearest(float64(v), s.pixels.value(first))}
	}
	return s.pixels.samplesFor(s.frame, pixel, (float64(v)-s.intercept)/s.slope)
}

// save implements writer: as many files as there were, each with its own header.
func (s *dicomSeries) save(_ *scan.Scan, change Change, how Saving) ([]Saved, error) {
	changed := map[*dicomFile]*dicomPixels{}
	var files []*dicomFile
	for k, slice := range s.slices {
		p := changed[slice.file]
		if p == nil {
			copied := *slice.pixels
			copied.data = bytes.Clone(copied.data)
			p = &copied
			changed[slice.file] = p
			files = append(files, slice.file)
		}
		change.each(k, func(i int, v float32) {
			p.put(slice.frame, i, slice.samplesFor(i, v))
		})
	}
	ids := newIdentifiers()
	var saved []Saved
	for i, f := range files {
		data, err := f.rewrite(changed[f], ids, how)
		if err != nil {
			return nil, err
		}
		name := "adversarial.dcm"
		if len(files) > 1 {
			name = fmt.Sprintf("adversarial-%04d.dcm", i+1)
		}
		saved = append(saved, Saved{Name: name, Data: data})
	}
	return saved, nil
}

// samplesFor are the samples to store for a pixel of a certain grey, in stored units: of a colour, all are moved alike.
func (p *dicomPixels) samplesFor(frame, pixel int, grey float64) (samples [3]float64) {
	if p.float {
		return [3]float64{grey}
	}
	low, high := p.storedRange()
	fit := func(v float64) float64 { return min(max(math.RoundToEven(v), low), high) }
	if p.inverted() {
		grey = low + high - grey
	}
	if p.samples == 1 {
		samples[0] = fit(grey)
		return samples
	}
	at, step := p.sampleAt(frame, pixel)
	for c := range samples {
		samples[c] = p.value(at + c*step)
	}
	if p.photometric != "RGB" { // the first sample is the luma itself
		samples[0] = fit(grey)
		return samples
	}
	move := math.RoundToEven(grey - p.meaning(samples))
	for c := range samples {
		samples[c] = fit(samples[c] + move)
	}
	return samples
}

// put stores a pixel's samples. The bits around them are kept.
func (p *dicomPixels) put(frame, pixel int, samples [3]float64) {
	at, step := p.sampleAt(frame, pixel)
	if p.float {
		p.sample().write(p.order, p.data[at*p.allocated/8:], samples[0])
		return
	}
	mask := uint32(1<<p.stored-1) << p.shift
	for c := range p.samples {
		i := at + c*step
		p.set(i, p.raw(i)&^mask|uint32(int64(samples[c]))<<p.shift&mask)
	}
}

// set stores all allocated bits of the i-th sample.
func (p *dicomPixels) set(i int, raw uint32) {
	switch p.allocated {
	case 8:
		if p.swapped {
			i ^= 1
		}
		p.data[i] = byte(raw)
	case 16:
		p.order.PutUint16(p.data[2*i:], uint16(raw))
	case 32:
		p.order.PutUint32(p.data[4*i:], raw)
	}
}
