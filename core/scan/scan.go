package scan

import (
	"fmt"
)

// Scan is a decoded picture or volume: values in the scan's own units, upright, with what is needed to show them
// and to map them back to the file.
type Scan struct {
	Format string // "png", "jpeg", "npy", "nifti" or "dicom"

	Width, Height int // pixels of one upright slice
	Slices        int // number of slices: 1 for a picture, the frames of a DICOM, the third axis of a NIfTI
	Channels      int // 1, or C for a C×H×W NPY (Slices is then 1)
	Volumes       int // number of volumes in the file: more than 1 only for a 4-D NIfTI
	Volume        int // which of them Values holds, from 0

	Spacing [3]float64 // mm between pixel centres along x, y and between slices; 0 where the file does not say
	Window  [2]float64 // lower and upper value for display, in the scan's own units: the file's, or robust percentiles

	Type      string  // type of a stored value: "uint8", "int16", "float32", …
	Bits      int     // how many of that type's bits carry the value: 12 for many a DICOM of type "uint16"
	Slope     float64 // value = stored·Slope + Intercept; 1 where the file has none
	Intercept float64
	Inverted  bool // DICOM MONOCHROME1, stored dark for bright: see decodeDICOM for how it was turned over
	NonFinite int  // how many NaN and infinite values became 0

	Values     []float32 // Slices×Height×Width, or Channels×Height×Width, in the scan's own units
	Normalised bool      // a C×H×W float32 NPY within [0, 1], which is to be used as it is, unresized

	Orientation Orientation   // how a stored slice became an upright one; zero for all formats but NIfTI
	Affine      [4][4]float64 // NIfTI: stored voxel (i, j, k, 1) → mm toward the patient's right, front and head; else zero
}

// Decode reads a scan of any supported format. The content decides which; name only sharpens the error when
// nothing matches. Of a 4-D NIfTI it takes the first volume.
func Decode(name string, data []byte) (*Scan, error) {
	return DecodeVolume(name, data, 0)
}

// DecodeVolume is [Decode] for a chosen volume of a 4-D file, counted from 0. Formats without volumes have one.
func DecodeVolume(name string, data []byte, volume int) (*Scan, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("scan: the file is empty; choose %s", readable)
	}
	format := sniff(data)
	if format != "nifti" && volume != 0 {
		return nil, fmt.Errorf("scan: volume %d was asked for, but only a 4-D NIfTI file has more than volume 0", volume)
	}
	switch format {
	case "png":
		return decodePNG(data)
	case "jpeg":
		return decodeJPEG(data)
	case "npy":
		return decodeNPY(data)
	case "nifti":
		return decodeNIfTI(data, volume)
	case "dicom":
		return decodeDICOM(data)
	}
	return nil, unreadable(name, data)
}

// Slice returns a copy of the Height×Width values of slice i, counted from 0, ready to show: row 0 is the top.
//
// Pictures and arrays are as stored, and so are DICOM frames. Of a NIfTI it is the slice through the third axis as
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

// picture returns a one-slice scan with everything set but Values, Window and what is peculiar to its format.
func picture(format, kind string, bits, width, height int) *Scan {
	return &Scan{
		Format: format, Width: width, Height: height, Slices: 1, Channels: 1, Volumes: 1,
		Type: kind, Bits: bits, Slope: 1,
	}
}
