package formats

import (
	"encoding/binary"
	"fmt"

	"segfault/core/scan"
)

func dicomFormat() format {
	return format{
		name: "dicom", title: "DICOM",
		about:   "A file, a series or a folder, compressed or not; phases and echoes are volumes. Masks are segmentations (SEG) and contours (RTSTRUCT).",
		endings: []string{".dcm", ".dicom"}, several: isDICOM, volumes: true, identifiable: true,
		sniff: isDICOM, read: readDICOM, readMask: readDICOMMask, writeMask: writeDICOMMask,
	}
}

// isDICOM knows a file by its mark, or one without by its first element: of the file's own group, or of the group that begins every data set.
func isDICOM(data []byte) bool {
	if marked(data) {
		return true
	}
	if len(data) < 16 || data[1] != 0 || data[3] != 0 || data[0] != 2 && data[0] != 8 {
		return false
	}
	if knownVR(string(data[4:6])) {
		return true
	}
	length := binary.LittleEndian.Uint32(data[4:])
	return data[0] == 8 && length < 256 && int(length)+16 <= len(data) && data[8+length] == 8 && data[9+length] == 0
}

// marked tells whether a file has the preamble and mark with which DICOM should begin.
func marked(data []byte) bool { return len(data) >= 132 && string(data[128:132]) == "DICM" }

func readDICOM(r Reader, files []File) (*scan.Scan, error) {
	var data [][]byte
	for _, f := range files {
		data = append(data, f.Data)
	}
	return decodeDICOM(data, r.Volume, r.Codec)
}

// decodeDICOM reads a volume of one DICOM file, or of several that are a series, with the modality rescale applied. Each frame is a
// slice as it is stored; slices are in the order of their position where files tell it (see [dicomSeries.sort]).
// Colours become luma.
//
// MONOCHROME1 stores dark for bright. Such frames are turned over, so that bright is always high: a stored value
// becomes the one as far from the other end of its range (for 12 unsigned bits 4095 − stored), then follows the
// rescale; a table's entry the one as far from the other end of the table's. The window is turned over with them.
func decodeDICOM(files [][]byte, volume int, codec Codec) (*scan.Scan, error) {
	series, left, err := readSeries(files, codec)
	if err != nil {
		return nil, err
	}
	volumes, err := series.choose(volume)
	if err != nil {
		return nil, err
	}
	first := series.slices[0]
	p := first.pixels
	kind := "uint"
	switch {
	case p.float:
		kind = "float"
	case p.signed:
		kind = "int"
	}
	s := picture("dicom", fmt.Sprintf("%s%d", kind, p.allocated), p.stored, p.width, p.height)
	s.Slices, s.Inverted, s.LeftOut = len(series.slices), p.inverted() || p.table != nil && p.table.dark, left
	s.Volumes, s.Volume = volumes, volume
	s.Slope, s.Intercept = first.slope, first.intercept
	var window [2]float64
	if !p.coloured() {
		if window, err = first.file.window(first.frame); err != nil {
			return nil, err
		}
	}
	if err := series.geometry(s); err != nil {
		return nil, err
	}
	if p.palette == nil {
		s.Store = series
	}
	s.Values = make([]float32, 0, s.Slices*s.Width*s.Height)
	for _, slice := range series.slices {
		for i := range s.Width * s.Height {
			s.Values = append(s.Values, finite(slice.unit(slice.pixels.grey(slice.frame, i)), &s.NonFinite))
			s.Coloured = s.Coloured || slice.pixels.tinted(slice.frame, i)
		}
	}
	s.ColoursKept = s.Coloured && s.Store != nil
	if s.Window = window; s.Window[0] == s.Window[1] {
		s.Window = scan.RobustWindow(s.Values)
	} else if s.Inverted {
		low, high := p.storedRange()
		sum := (low+high)*s.Slope + 2*s.Intercept
		if p.table != nil {
			sum = p.table.ends()
		}
		s.Window = [2]float64{sum - s.Window[1], sum - s.Window[0]}
	}
	return s, nil
}
