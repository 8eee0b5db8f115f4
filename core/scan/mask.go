package scan

import (
	"fmt"
	"slices"

	"segfault/core/names"
)

// Mask is a segmentation that is held to be true: where in each slice each class is. Classes may overlap.
type Mask struct {
	Width, Height, Slices int

	// Classes is how many there are, where that is known, though the last may be nowhere; 0 where only labels tell.
	Classes int

	// Layers are label maps, Slices×Height×Width each: 0 where nothing is, else the number of a class. There are as many as classes lie over
	// each other, most often one; a class may be in several.
	Layers [][]uint8

	Names []string // of the classes, where they are known

	Space *Space // where they lie; nil where the file does not say

	LeftOut []string // what of the file is not in it, in sentences
}

// NewMask is an empty mask of labels with a scan's geometry.
func (s *Scan) NewMask() *Mask {
	return &Mask{Width: s.Width, Height: s.Height, Slices: s.Slices, Layers: [][]uint8{make([]uint8, s.Slices*s.Width*s.Height)}, Space: s.Space}
}

// Clone is a copy whose labels are its own.
func (m *Mask) Clone() *Mask {
	copied := *m
	copied.Layers = make([][]uint8, len(m.Layers))
	for i, layer := range m.Layers {
		copied.Layers[i] = slices.Clone(layer)
	}
	return &copied
}

// Add puts a class where a plane, Height×Width, of a slice is not 0, over what is there already.
func (m *Mask) Add(class uint8, slice int, plane []uint8) {
	first := slice * m.Width * m.Height
	for i, present := range plane {
		if present != 0 {
			m.Put(class, first+i)
		}
	}
}

// Put puts a class at the voxel of a place in the layers, over others that are there already.
func (m *Mask) Put(class uint8, at int) {
	for _, layer := range m.Layers {
		if layer[at] == 0 || layer[at] == class {
			layer[at] = class
			return
		}
	}
	layer := make([]uint8, m.Slices*m.Width*m.Height)
	layer[at] = class
	m.Layers = append(m.Layers, layer)
}

// Overlaps tells whether classes lie over each other.
func (m *Mask) Overlaps() bool { return len(m.Layers) > 1 }

// Highest is the greatest class that is anywhere; 0 of an empty mask.
func (m *Mask) Highest() (highest uint8) {
	for _, layer := range m.Layers {
		for _, label := range layer {
			highest = max(highest, label)
		}
	}
	return highest
}

// Count lists the classes that are anywhere, and counts the pixels that have any.
func (m *Mask) Count() (classes []int, pixels int) {
	var seen [256]bool
	for i := range m.Slices * m.Width * m.Height {
		any := false
		for _, layer := range m.Layers {
			label := layer[i]
			seen[label] = true
			any = any || label != 0
		}
		if any {
			pixels++
		}
	}
	for class := 1; class < len(seen); class++ {
		if seen[class] {
			classes = append(classes, class)
		}
	}
	return classes, pixels
}

// Renumber is the mask with class classes[label-1] where it has a label, and with none where that is 0 or there is none.
func (m *Mask) Renumber(classes []uint8) *Mask {
	renumbered := m.Clone()
	renumbered.Classes, renumbered.Names = 0, nil
	for _, layer := range renumbered.Layers {
		for i, label := range layer {
			if layer[i] = 0; label > 0 && int(label) <= len(classes) {
				layer[i] = classes[label-1]
			}
		}
	}
	return renumbered
}

// Check refuses a mask that is not one of so many classes.
func (m *Mask) Check(classes int) error {
	if m.Classes > 0 && m.Classes != classes {
		return fmt.Errorf("scan: the mask has %s, but the model has %d; choose the mask that belongs to it", names.Counted(m.Classes, "class"), classes)
	}
	if highest := int(m.Highest()); highest > classes {
		return fmt.Errorf("scan: the mask has label %d, but the model has %s; choose the mask that belongs to it", highest, names.Counted(classes, "class"))
	}
	return nil
}

// slice is a layer's part of slice i, Height×Width.
func (m *Mask) slice(layer []uint8, i int) []uint8 {
	n := m.Width * m.Height
	return layer[i*n : (i+1)*n]
}

func (m *Mask) checkSlice(i int) error {
	if i < 0 || i >= m.Slices {
		return fmt.Errorf("scan: slice %d of the mask was asked for, but it has %d, counted from 0", i, m.Slices)
	}
	return nil
}

// Flat returns slice i's labels, Height×Width; where classes overlap, the last counts.
func (m *Mask) Flat(i int) ([]uint8, error) {
	if err := m.checkSlice(i); err != nil {
		return nil, err
	}
	flat := make([]uint8, m.Width*m.Height)
	for _, layer := range m.Layers {
		for at, label := range m.slice(layer, i) {
			if label > 0 {
				flat[at] = label
			}
		}
	}
	return flat, nil
}

// Planes returns slice i as classes×Height×Width of 0 and 1: plane c is 1 where class c+1 is. It fails if the mask has another number of
// classes, or the slice one beyond.
func (m *Mask) Planes(i, classes int) ([]uint8, error) {
	if err := m.checkSlice(i); err != nil {
		return nil, err
	}
	part := &Mask{Width: m.Width, Height: m.Height, Slices: 1, Classes: m.Classes}
	for _, layer := range m.Layers {
		part.Layers = append(part.Layers, m.slice(layer, i))
	}
	if err := part.Check(classes); err != nil {
		return nil, err
	}
	n := m.Width * m.Height
	planes := make([]uint8, classes*n)
	for _, layer := range part.Layers {
		for at, label := range layer {
			if label > 0 {
				planes[int(label-1)*n+at] = 1
			}
		}
	}
	return planes, nil
}
