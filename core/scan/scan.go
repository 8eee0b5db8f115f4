package scan

import "fmt"

// Scan is a decoded picture or volume: values in the scan's own units, upright, with what is needed to show them
// and to map them back to the file.
type Scan struct {
	Format       string // the name of a kind of file, such as "nifti"
	Identifiable bool   // files of the kind can say who was scanned, and where and when; a copy leaves that out unless it is asked for

	Width, Height int // pixels of one upright slice
	Slices        int // number of slices: 1 for a picture, the frames of a DICOM series, the third axis of a NIfTI
	Channels      int // 1, or C for a C×H×W NPY (Slices is then 1)
	Volumes       int // number of volumes in the file: more than 1 only for a 4-D NIfTI or DICOM series
	Volume        int // which of them Values holds, from 0

	Spacing  [3]float64 // mm between pixel centres along x, y and between slices; 0 where the file does not say
	Detector bool       // Spacing is that of a projection's detector, where things are larger than they are
	Window   [2]float64 // lower and upper value for display, in the scan's own units: the file's, or robust percentiles

	Type        string  // type of a stored value: "uint8", "int16", "float32", …
	Bits        int     // how many of that type's bits carry the value: 12 for many a DICOM of type "uint16"
	Slope       float64 // value = stored·Slope + Intercept; 1 where the file has none; of a DICOM series, the first slice's
	Intercept   float64
	Inverted    bool    // DICOM MONOCHROME1, stored dark for bright, and turned over
	Coloured    bool    // it has colours, which became luma
	ColoursKept bool    // by its copies, which move all three of a pixel alike; else they are grey
	NonFinite   int     // how many NaN and infinite values became 0
	LeftOut     LeftOut // of several files, those that are no part of it

	Values     []float32 // Slices×Height×Width, or Channels×Height×Width, in the scan's own units
	Normalised bool      // a C×H×W float32 NPY within [0, 1], which is to be used as it is, unresized

	Orientation Orientation   // how a stored slice became an upright one: of NIfTI, TIFF and EXIF
	Affine      [4][4]float64 // stored voxel (i, j, k, 1) → mm toward the patient's right, front and head; zero where the file does not say

	Space *Space // where the voxels lie; nil where the file does not say
	Store Store  // how the file holds the values; nil where no copy of it can be written
}

// Slice returns a copy of the Height×Width values of slice i, counted from 0, ready to show: row 0 is the top.
//
// Arrays are as stored, and so are DICOM frames; pictures are turned as TIFF or EXIF says. Of a NIfTI it is the slice through the third axis as
// a radiologist expects it: the patient's right (or, seen from the side, the front) on the left of the picture, the
// head (or, in an axial slice, the front) at the top. Oblique axes count as the nearest straight one. Of a C×H×W
// array it is the first channel.
func (s *Scan) Slice(i int) ([]float32, error) {
	if i < 0 || i >= s.Slices {
		return nil, fmt.Errorf("scan: slice %d was asked for, but the scan has %d, counted from 0", i, s.Slices)
	}
	n := s.Width * s.Height
	return append([]float32(nil), s.Values[i*n:(i+1)*n]...), nil
}
