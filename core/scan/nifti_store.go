package scan

import (
	"bytes"
	"fmt"
)

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

func (n niftiStore) save(s *Scan, values []float32, how Saving) ([]Saved, error) {
	saved := Saved{Name: "adversarial.nii", Gzip: isGzip(n.file)}
	content, err := n.content()
	if err != nil {
		return nil, err
	}
	if saved.Gzip {
		saved.Name += ".gz"
	}
	volume := content[n.offset+int64(n.volume)*n.volumeBytes():]
	for i, v := range values {
		if v != s.Values[i] {
			n.put(volume[n.at(s, i):], v)
		}
	}
	if saved.Data = content; !how.Identity {
		saved.Data = append(n.anonymous(), content[n.offset:n.offset+n.fileBytes()]...)
	}
	return []Saved{saved}, nil
}

// content is a copy of the file, unpacked.
func (n niftiStore) content() ([]byte, error) {
	if !isGzip(n.file) {
		return bytes.Clone(n.file), nil
	}
	length := n.offset + n.fileBytes()
	if length > 4*maxValues {
		return nil, fmt.Errorf("scan: unpacked, the NIfTI file takes %d bytes, but copies of at most %d are written; take the volume out of it first", length, 4*maxValues)
	}
	file, err := newInflater(n.file)
	if err != nil {
		return nil, err
	}
	return file.next(length)
}

// at is the position of the scan's i-th value within its volume.
func (h *niftiHeader) at(s *Scan, i int) int {
	return s.stored(i) * h.sample.bytes
}
