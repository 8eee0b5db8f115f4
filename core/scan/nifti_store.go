package scan

import "bytes"

// niftiStore is a NIfTI file as it came, perhaps gzipped.
type niftiStore struct {
	cell
	*niftiHeader
	file   []byte
	volume int
}

// keep makes a scan's copies possible; those of coloured files are not.
func (h *niftiHeader) keep(s *Scan, file []byte) *Scan {
	if h.sample.name[0] != 'r' {
		s.store = niftiStore{cell{h.sample, h.order, h.slope, h.intercept}, h, file, s.Volume}
	}
	return s
}

func (n niftiStore) save(s *Scan, values []float32, _ Saving) ([]Saved, error) {
	saved := Saved{Name: "adversarial.nii", Gzip: isGzip(n.file)}
	if saved.Gzip {
		saved.Name += ".gz"
		file, err := newInflater(n.file)
		if err != nil {
			return nil, err
		}
		if saved.Data, err = file.next(n.offset + n.fileBytes()); err != nil {
			return nil, err
		}
	} else {
		saved.Data = bytes.Clone(n.file)
	}
	volume := saved.Data[n.offset+int64(n.volume)*n.volumeBytes():]
	for i, v := range values {
		if v != s.Values[i] {
			n.put(volume[n.at(s, i):], v)
		}
	}
	return []Saved{saved}, nil
}

// at is the position of the scan's i-th value within its volume.
func (h *niftiHeader) at(s *Scan, i int) int {
	x, y, k := i%s.Width, i/s.Width%s.Height, i/(s.Width*s.Height)
	column, row := s.Orientation.Stored(x, y, s.Width, s.Height)
	return ((k*int(h.nj)+row)*int(h.ni) + column) * h.sample.bytes
}
