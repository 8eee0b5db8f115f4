package formats

import (
	"fmt"
	"math"

	"segfault/core/scan"
)

// segmentation is how a file's frames are to be read: each is a segment's, or holds labels.
type segmentation struct {
	file    *dicomFile
	grid    *sliceGrid
	pixels  *dicomPixels // nil of one bit a pixel
	packed  []byte       // of one bit a pixel, frame after frame
	stride  int          // bits from one of those frames to the next
	width   int
	height  int
	frames  int
	labels  bool
	least   float64 // from which on a fraction counts
	padding int     // a label that is none, −1 for none
}

// segments reads a segmentation.
func (f *dicomFile) segments(grid *sliceGrid, codec Codec) (*scan.Mask, error) {
	if !f.found || f.pixels.length == 0 {
		return nil, fmt.Errorf("scan: the DICOM segmentation has no pixels; export it again")
	}
	s := &segmentation{file: f, grid: grid, padding: -1, least: 1}
	if err := s.layout(codec); err != nil {
		return nil, err
	}
	mask := grid.on.NewMask()
	outside, off := 0, math.Inf(1)
	for frame := range s.frames {
		k, place, far, err := s.place(frame)
		if err != nil {
			return nil, err
		}
		if place == nil {
			outside, off = outside+1, min(off, far)
			continue
		}
		class, _ := f.number16(tagSegmentNumber, frame)
		if !s.labels && (class < 1 || class > 255) {
			return nil, fmt.Errorf("scan: frame %d of the DICOM segmentation is of segment %d; expected numbers from 1 to 255", frame+1, class)
		}
		if err := s.add(mask, frame, k, class, place); err != nil {
			return nil, err
		}
	}
	if outside == s.frames {
		return nil, grid.elsewhere("mask lies", off)
	}
	if outside > 0 {
		mask.LeftOut = append(mask.LeftOut, fmt.Sprintf("%d of %d frames of the mask lie on none of the scan's slices and are left out.", outside, s.frames))
	}
	return mask, nil
}

// number16 is a whole number of 16 bits, of a frame or of all.
func (f *dicomFile) number16(t tag, frame int) (v int, there bool) {
	b := f.field(t, frame)
	if len(b) < 2 {
		return 0, false
	}
	return int(f.order.Uint16(b)), true
}

// layout checks what the file says of its pixels.
func (s *segmentation) layout(codec Codec) error {
	f := s.file
	kind := f.text(tagSegmentation)
	s.labels = kind == "LABELMAP"
	err := s.sizes()
	if err != nil {
		return err
	}
	if most := f.short(tagMostFraction, 0); kind == "FRACTIONAL" && most > 0 {
		s.least = float64(most) / 2
	}
	if v, there := f.number16(tagPadding, 0); there && s.labels {
		s.padding = v
	}
	switch {
	case !s.bits():
		s.pixels, err = f.unpack(codec)
	case f.syntax.packing != native:
		err = s.decompressBits(codec)
	default:
		s.stride = s.width * s.height
		s.packed, err = f.uncompressed(s.bytes())
	}
	return err
}

// decompressBits unpacks compressed pixels of one bit. A code gives each a byte of its own; other frames are as they would be uncompressed, but begin with a byte each.
func (s *segmentation) decompressBits(codec Codec) error {
	p := &dicomPixels{order: s.file.order, frames: s.frames, samples: 1, photometric: "MONOCHROME2", allocated: 8}
	if s.file.syntax.packing == coded {
		if err := scan.CheckSize("DICOM", int64(s.width), int64(s.height), int64(s.frames)); err != nil {
			return err
		}
		p.width, p.height, p.stored = s.width, s.height, 1
		s.pixels = p
		return s.file.decompress(p, codec)
	}
	p.width, p.height, p.stored = (s.width*s.height+7)/8, 1, 8
	err := s.file.decompress(p, codec)
	s.packed, s.stride = p.data, 8*p.width
	return err
}

// sizes checks how many pixels there are.
func (s *segmentation) sizes() error {
	f := s.file
	s.width, s.height = f.short(tagColumns, 0), f.short(tagRows, 0)
	var err error
	if s.frames, err = f.declaredFrames(); err != nil {
		return err
	}
	if !s.bits() {
		return scan.CheckSize("DICOM", int64(s.width), int64(s.height), int64(s.frames))
	}
	if err := scan.CheckSize("DICOM", int64(s.width), int64(s.height), 1); err != nil {
		return err
	}
	if s.frames > mostBits/(s.width*s.height) {
		return fmt.Errorf("scan: the DICOM segmentation has %d frames of %d×%d pixels, but at most %d pixels are read; cut it into parts", s.frames, s.width, s.height, mostBits)
	}
	return nil
}

// mostBits is how many pixels of one bit are read: frames are of one class each, so that there are far more of them than slices.
const mostBits = 8 * scan.MaxValues

// bits tells whether a pixel has one bit, and stays in the file until it is asked for.
func (s *segmentation) bits() bool { return s.file.short(tagBitsAllocated, 0) == 1 }

// bytes is how many all frames take.
func (s *segmentation) bytes() int64 {
	return (int64(s.width)*int64(s.height)*int64(s.frames)*int64(s.file.short(tagBitsAllocated, 0)) + 7) / 8
}

// value is a pixel's.
func (s *segmentation) value(frame, pixel int) float64 {
	if s.pixels != nil {
		return s.pixels.value(frame*s.width*s.height + pixel)
	}
	at := frame*s.stride + pixel
	return float64(s.packed[at/8] >> (at % 8) & 1)
}

// blank tells whether nothing is in the next eight of some pixels of one bit, which is so of most of a segment's.
func (s *segmentation) blank(frame, pixel int) bool {
	at := frame*s.stride + pixel
	return s.pixels == nil && at%8 == 0 && s.width*s.height-pixel >= 8 && s.packed[at/8] == 0
}

// lie is where a frame's pixels are on a slice: its first, and the steps to the next column and row.
type lie struct{ x, y, cx, cy, rx, ry int }

// place finds the slice on which a frame lies, and how; nil where there is none, with how far the nearest is.
func (s *segmentation) place(frame int) (k int, at *lie, off float64, err error) {
	var position [3]float64
	var turn [6]float64
	var spacing [2]float64
	there, err := s.file.numbers(tagPosition, frame, position[:])
	turned, also := s.file.numbers(tagOrientation, frame, turn[:])
	spaced, too := s.file.numbers(tagPixelSpacing, frame, spacing[:])
	if err != nil || also != nil || too != nil || !there || !turned || !spaced {
		return 0, nil, 0, fmt.Errorf("scan: the DICOM segmentation does not say where its frame %d lies; export it again", frame+1)
	}
	first := inRAS(position)
	var right, down [3]float64
	for i := range 3 {
		right[i], down[i] = position[i]+turn[i]*spacing[1], position[i]+turn[3+i]*spacing[0]
	}
	k, off, found := s.grid.slice(first)
	if !found {
		return 0, nil, off, nil
	}
	x, y := s.grid.pixel(first, k)
	rightX, rightY := s.grid.pixel(inRAS(right), k)
	downX, downY := s.grid.pixel(inRAS(down), k)
	at = &lie{x: int(math.Round(x)), y: int(math.Round(y)), cx: int(math.Round(rightX - x)), cy: int(math.Round(rightY - y)), rx: int(math.Round(downX - x)), ry: int(math.Round(downY - y))}
	exact := math.Abs(x-float64(at.x)) < 0.25 && math.Abs(y-float64(at.y)) < 0.25
	for _, v := range [][2]float64{{rightX - x, float64(at.cx)}, {rightY - y, float64(at.cy)}, {downX - x, float64(at.rx)}, {downY - y, float64(at.ry)}} {
		exact = exact && math.Abs(v[0]-v[1]) < 0.01
	}
	if at.cx*at.cx+at.cy*at.cy != 1 || at.rx*at.rx+at.ry*at.ry != 1 || at.cx*at.rx+at.cy*at.ry != 0 || !exact {
		return 0, nil, 0, fmt.Errorf("scan: the mask's pixels are not the scan's: the mask is %d×%d pixels of %.3g×%.3g mm, the scan %d×%d of %.3g×%.3g mm, or it lies turned or in between; resample it to the scan",
			s.width, s.height, spacing[1], spacing[0], s.grid.on.Width, s.grid.on.Height, s.grid.on.Spacing[0], s.grid.on.Spacing[1])
	}
	return k, at, 0, nil
}

// add lays a frame on its slice. What lies beyond it is left out. It goes over no more than the frame, which may be far smaller than the slice.
func (s *segmentation) add(mask *scan.Mask, frame, k, class int, at *lie) error {
	n := s.width * s.height
	for i := 0; i < n; i++ {
		if s.blank(frame, i) {
			i += 7
			continue
		}
		v := s.value(frame, i)
		if v < s.least || s.labels && int(v) == s.padding {
			continue
		}
		c, r := i%s.width, i/s.width
		x, y := at.x+c*at.cx+r*at.rx, at.y+c*at.cy+r*at.ry
		if x < 0 || y < 0 || x >= mask.Width || y >= mask.Height {
			continue
		}
		voxel := (k*mask.Height+y)*mask.Width + x
		if !s.labels {
			mask.Put(uint8(class), voxel)
			continue
		}
		if v > 255 {
			return fmt.Errorf("scan: the DICOM segmentation has label %d; a mask has at most 255 classes", int(v))
		}
		mask.Layers[0][voxel] = uint8(v)
	}
	return layered(mask)
}
