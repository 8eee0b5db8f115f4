package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"segfault/core/scan"
)

// voxels are those of a research file, NRRD, MetaImage or MGH: of three axes, of which the first runs fastest, perhaps several volumes of them.
type voxels struct {
	format, title string
	sample        sample
	order         binary.ByteOrder
	size          [3]int64
	volumes       int64
	interleaved   bool          // a voxel's values of all volumes lie together
	affine        [4][4]float64 // to mm toward right, front and head; zero where the file does not say
	placed        bool          // the file says where the voxels lie
	spacing       [3]float64
	data          []byte // of all volumes, unpacked
	write         func(data []byte) Saved
}

// check refuses sizes that cannot be, before anything is unpacked.
func (v *voxels) check() error {
	if err := scan.CheckSize(v.title+" file", v.size[0], v.size[1], v.size[2]); err != nil {
		return err
	}
	if v.volumes < 1 || v.volumes > scan.MaxValues/v.count() {
		return fmt.Errorf("scan: the %s file declares %d volumes of %d values, but at most %d values are read; cut it into parts", v.title, v.volumes, v.count(), scan.MaxValues)
	}
	return nil
}

func (v *voxels) count() int64 { return v.size[0] * v.size[1] * v.size[2] }

// bytes is how many the values of all volumes take.
func (v *voxels) bytes() int64 { return v.volumes * v.count() * int64(v.sample.bytes) }

// at is where the i-th voxel of a volume lies.
func (v *voxels) at(volume, i int) int {
	if v.interleaved {
		return (i*int(v.volumes) + volume) * v.sample.bytes
	}
	return (volume*int(v.count()) + i) * v.sample.bytes
}

// scan is one of the volumes, its slices upright.
func (v *voxels) scan(volume int) (*scan.Scan, error) {
	if volume < 0 || int64(volume) >= v.volumes {
		return nil, fmt.Errorf("scan: volume %d was asked for, but the %s file has %d, counted from 0", volume, v.title, v.volumes)
	}
	turn := scan.Upright(v.affine)
	s := picture(v.format, v.sample.name, 8*v.sample.bytes, int(v.size[0]), int(v.size[1]))
	s.Slices, s.Volumes, s.Volume = int(v.size[2]), int(v.volumes), volume
	s.Spacing, s.Affine, s.Orientation = v.spacing, v.affine, turn
	if turn.Transpose {
		s.Width, s.Height = s.Height, s.Width
		s.Spacing[0], s.Spacing[1] = s.Spacing[1], s.Spacing[0]
	}
	n := s.Width * s.Height
	s.Values = make([]float32, 0, n*s.Slices)
	read := v.sample.read(v.order)
	for k := range s.Slices {
		turn.Walk(s.Width, s.Height, func(at int) {
			s.Values = append(s.Values, finite(read(v.data[v.at(volume, k*n+at):]), &s.NonFinite))
		})
	}
	if v.placed && v.affine[3][3] == 1 {
		s.Space = &scan.Space{Affine: v.affine, Turn: turn, Width: s.Width, Height: s.Height}
	}
	s.Window = scan.RobustWindow(s.Values)
	s.Store = voxelStore{cell{v.sample, v.order, 1, 0}, v, volume}
	return s, nil
}

// mask takes the labels of the only volume. Of as many volumes as the scan's file has, it is the one of the scan's; else each is a class.
func (v *voxels) mask(on *scan.Scan) (*scan.Mask, error) {
	if v.volumes > 1 && v.volumes == int64(on.Volumes) {
		s, err := v.scan(on.Volume)
		if err != nil {
			return nil, err
		}
		return labelMap(s)
	}
	return labelMaps(v.title, int(v.volumes), v.scan)
}

// settle reckons the spacing from the affine, and forgets an affine with numbers that are no places.
func (v *voxels) settle() {
	for _, row := range v.affine {
		for _, x := range row {
			if !isPlace(x) {
				v.affine, v.placed = [4][4]float64{}, false
				return
			}
		}
	}
	for i := range 3 {
		if mm := norm([3]float64{v.affine[0][i], v.affine[1][i], v.affine[2][i]}); mm > 0 {
			v.spacing[i] = mm
		}
	}
}

// voxelStore holds the values of one volume.
type voxelStore struct {
	cell
	*voxels
	volume int
}

// save implements writer. Texts of the file are left out, whoever wants a copy.
func (v voxelStore) save(s *scan.Scan, change Change, _ Saving) ([]Saved, error) {
	data := bytes.Clone(v.data)
	for k := range s.Slices {
		change.each(k, func(i int, x float32) {
			v.put(data[v.at(v.volume, stored(s, k*s.Width*s.Height+i)):], x)
		})
	}
	return []Saved{v.voxels.write(data)}, nil
}

// beside finds a file that a header names among those that were given with it. It must lie in the same folder.
func beside(title, name string, files []File) ([]byte, error) {
	if name == "" || name == "." || name == ".." || bytes.ContainsAny([]byte(name), `/\`) && !isLocal(name) {
		return nil, fmt.Errorf("scan: the %s header says that its data are in %.60q, but they must lie beside it; put both files into one folder and drop them together", title, name)
	}
	for _, f := range files {
		if lastPart(f.Name) == lastPart(name) {
			return f.Data, nil
		}
	}
	return nil, fmt.Errorf("scan: the %s header says that its data are in %.60q, which is missing; drop both files together", title, name)
}
