package scan

import (
	"fmt"
)

// Scan is a decoded picture or volume: values in the scan's own units, upright, with what is needed to show them
// and to map them back to the file.
type Scan struct {
	Format string // "png", "jpeg", "tiff", "npy", "nifti" or "dicom"

	Width, Height int // pixels of one upright slice
	Slices        int // number of slices: 1 for a picture, the frames of a DICOM series, the third axis of a NIfTI
	Channels      int // 1, or C for a C×H×W NPY (Slices is then 1)
	Volumes       int // number of volumes in the file: more than 1 only for a 4-D NIfTI or DICOM series
	Volume        int // which of them Values holds, from 0

	Spacing  [3]float64 // mm between pixel centres along x, y and between slices; 0 where the file does not say
	Detector bool       // Spacing is that of a projection's detector, where things are larger than they are
	Window   [2]float64 // lower and upper value for display, in the scan's own units: the file's, or robust percentiles

	Type      string  // type of a stored value: "uint8", "int16", "float32", …
	Bits      int     // how many of that type's bits carry the value: 12 for many a DICOM of type "uint16"
	Slope     float64 // value = stored·Slope + Intercept; 1 where the file has none; of a DICOM series, the first slice's
	Intercept float64
	Inverted  bool    // DICOM MONOCHROME1, stored dark for bright: see decodeDICOM for how it was turned over
	Coloured  bool    // of a PNG, JPEG or TIFF, whose colours became luma; a copy of it is grey
	NonFinite int     // how many NaN and infinite values became 0
	LeftOut   LeftOut // of several files, those that are no part of it

	Values     []float32 // Slices×Height×Width, or Channels×Height×Width, in the scan's own units
	Normalised bool      // a C×H×W float32 NPY within [0, 1], which is to be used as it is, unresized

	Orientation Orientation   // how a stored slice became an upright one: of NIfTI, TIFF and EXIF
	Affine      [4][4]float64 // stored voxel (i, j, k, 1) → mm toward the patient's right, front and head; zero where the file does not say

	space *space // where the voxels lie; nil where the file does not say
	store store  // how the file holds the values; nil where no copy of it can be written
}

// File is the bytes of a file. Its name is only a hint, which sharpens errors.
type File struct {
	Name string
	Data []byte
}

// Reader reads scans. The zero value takes the first volume and refuses DICOM that only a [Codec] can decompress.
type Reader struct {
	Volume int // of a 4-D NIfTI or DICOM series, from 0
	Codec  Codec
}

// Decode reads a scan of any supported format from one file, with a zero [Reader].
func Decode(name string, data []byte) (*Scan, error) {
	return Reader{}.Read(File{name, data})
}

// Read reads a scan of any supported format from one file, or from the several DICOM files of a series. The content
// decides which format it is.
func (r Reader) Read(files ...File) (*Scan, error) {
	if len(files) > 1 {
		return r.series(files)
	}
	if len(files) == 0 || len(files[0].Data) == 0 {
		return nil, fmt.Errorf("scan: the file is empty; choose %s", readable)
	}
	name, data := files[0].Name, files[0].Data
	format := sniff(data)
	if format != "nifti" && format != "dicom" && r.Volume != 0 {
		return nil, fmt.Errorf("scan: volume %d was asked for, but only NIfTI and DICOM have more than volume 0", r.Volume)
	}
	switch format {
	case "png":
		return decodePNG(data)
	case "jpeg":
		return decodeJPEG(data)
	case "tiff":
		return decodeTIFF(data)
	case "npy":
		return decodeNPY(data)
	case "zip":
		return decodeNPZ(data)
	case "nifti":
		return decodeNIfTI(data, r.Volume)
	case "dicom":
		return decodeDICOM([][]byte{data}, r.Volume, r.Codec)
	}
	return nil, unreadable(name, data)
}

// series reads several files, which must be DICOM.
func (r Reader) series(files []File) (*Scan, error) {
	var data [][]byte
	for _, f := range files {
		data = append(data, f.Data)
	}
	return decodeDICOM(data, r.Volume, r.Codec)
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

// picture returns a one-slice scan with everything set but Values, Window and what is peculiar to its format.
func picture(format, kind string, bits, width, height int) *Scan {
	return &Scan{
		Format: format, Width: width, Height: height, Slices: 1, Channels: 1, Volumes: 1,
		Type: kind, Bits: bits, Slope: 1,
	}
}
