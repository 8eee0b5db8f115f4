package formats

import (
	"bytes"
	"fmt"

	"segfault/core/scan"
)

// niftiStore is a NIfTI file as it came, perhaps gzipped.
type niftiStore struct {
	cell
	*niftiHeader
	file   []byte
	volume int
}

// keep makes a scan's copies possible; those of coloured files are not.
func (h *niftiHeader) keep(s *scan.Scan, file []byte) *scan.Scan {
	if h.sample.name[0] != 'r' {
		s.Store = niftiStore{cell{h.sample, h.order, h.slope, h.intercept}, h, file, s.Volume}
	}
	return s
}

// save implements writer.
func (n niftiStore) save(s *scan.Scan, change Change, how Saving) ([]Saved, error) {
	saved := Saved{Name: "adversarial.nii", Gzip: isGzip(n.file)}
	content, err := n.content()
	if err != nil {
		return nil, err
	}
	if saved.Gzip {
		saved.Name += ".gz"
	}
	volume := content[n.offset+int64(n.volume)*n.volumeBytes():]
	for k := range s.Slices {
		change.each(k, func(i int, v float32) {
			n.put(volume[stored(s, k*s.Width*s.Height+i)*n.cell.sample.bytes:], v)
		})
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
	if length > 4*scan.MaxValues {
		return nil, fmt.Errorf("scan: unpacked, the NIfTI file takes %d bytes, but copies of at most %d are written; take the volume out of it first", length, 4*scan.MaxValues)
	}
	file, err := newInflater(n.file)
	if err != nil {
		return nil, err
	}
	return file.next(length)
}
