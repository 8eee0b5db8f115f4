package formats

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strconv"
	"strings"

	"segfault/core/scan"
)

// dicomSeries is the slices of one or several files, in the scan's order.
type dicomSeries struct {
	slices   []dicomSlice
	parallel bool // and with known positions
}

// dicomSlice is one frame of a file.
type dicomSlice struct {
	*dicomPlane
	file   *dicomFile
	pixels *dicomPixels
	frame  int
}

// unit is a stored grey in the modality's units.
func (s dicomSlice) unit(grey float64) float64 {
	if l := s.pixels.table; l != nil {
		return l.of(grey)
	}
	return grey*s.slope + s.intercept
}

// dicomImage is a file that holds pictures.
type dicomImage struct {
	file   *dicomFile
	pixels *dicomPixels
	planes []*dicomPlane // of its frames
}

func frames(images []*dicomImage) (n int) {
	for _, image := range images {
		n += image.pixels.frames
	}
	return n
}

// readSeries reads files that make up one scan. Of several, those that are no part of it are left out and counted.
func readSeries(files [][]byte, codec Codec) (s *dicomSeries, left scan.LeftOut, err error) {
	images, left, err := readImages(files, codec)
	if err != nil {
		return nil, left, err
	}
	if images, err = oneStack(images, &left); err != nil {
		return nil, left, err
	}
	s = &dicomSeries{slices: make([]dicomSlice, 0, frames(images))}
	for _, image := range images {
		for i, plane := range image.planes {
			s.slices = append(s.slices, dicomSlice{plane, image.file, image.pixels, i})
		}
	}
	s.sort()
	return s, left, nil
}

// readImages reads the pictures among some files. The error is that of the first file which should be one and is not, where none is.
func readImages(files [][]byte, codec Codec) (images []*dicomImage, left scan.LeftOut, err error) {
	copies, series := map[string]bool{}, map[string]bool{}
	total := int64(0)
	for _, data := range files {
		if kind, known := sniff(data); kind.name != "dicom" {
			if known {
				left.Others++
			} else {
				left.NoPictures++
			}
			continue
		}
		f, problem := parseDICOM(data)
		if f != nil && problem == nil && f.noPicture() != nil {
			left.NoPictures++
			err = cmp.Or(err, f.noPicture())
			continue
		}
		image := &dicomImage{file: f}
		var key string
		if problem == nil {
			if key = f.instance(data); copies[key] {
				left.Copies++
				continue
			}
			image.pixels, problem = f.unpack(codec)
		}
		if problem == nil {
			image.planes, problem = f.planes(image.pixels.frames)
		}
		if problem == nil {
			problem = image.unfold()
		}
		if problem != nil {
			left.Unread++
			err = cmp.Or(err, problem)
			continue
		}
		p := image.pixels
		if total += int64(p.frames) * int64(p.width*p.height); total > scan.MaxValues {
			return nil, left, fmt.Errorf("scan: the series has more than %d values, which is the most that is read; choose fewer files", scan.MaxValues)
		}
		copies[key], series[f.text(tagSeries)] = true, true
		images = append(images, image)
	}
	switch {
	case len(images) == 0 && left.Others == len(files):
		return nil, left, fmt.Errorf("scan: none of the %d files is DICOM, and only the DICOM files of a series make up a scan together; choose the scan alone, "+
			"and then by itself what is its mask", len(files))
	case len(images) == 0 && err != nil:
		return nil, left, err
	case len(images) == 0:
		return nil, left, fmt.Errorf("scan: none of the %d files is a DICOM image; only DICOM files make up a scan together", len(files))
	case len(series) > 1:
		return nil, left, fmt.Errorf("scan: the %d files belong to %d different series; choose the files of one", len(images), len(series))
	}
	return images, left, nil
}

var fileHash = maphash.MakeSeed()

// instance tells files apart: by their own identifier and where they lie, since some remove names by giving all the same one.
func (f *dicomFile) instance(data []byte) string {
	uid := f.text(tagInstance)
	if uid == "" {
		return strconv.FormatUint(maphash.Bytes(fileHash, data), 36)
	}
	return uid + " " + cmp.Or(f.text(tagPosition), f.text(tagInstanceNumber))
}

// oneStack keeps the pictures that most frames are alike and parallel to, where those are more than half of all, and counts the others
// as set apart: localizers. Where no such half is, all must be alike.
func oneStack(images []*dicomImage, left *scan.LeftOut) ([]*dicomImage, error) {
	all := len(images)
	var scans []*dicomImage
	for _, image := range images {
		if !strings.Contains(image.file.text(tagImageType), "LOCALIZER") {
			scans = append(scans, image)
		}
	}
	if len(scans) > 0 {
		images = scans
	}
	var stacks [][]*dicomImage
	var most []*dicomImage
	for _, image := range images {
		at := 0
		for at < len(stacks) && !(stacks[at][0].pixels.alike(image.pixels) && stacks[at][0].planes[0].parallel(image.planes[0])) {
			at++
		}
		if at == len(stacks) {
			stacks = append(stacks, nil)
		}
		stacks[at] = append(stacks[at], image)
	}
	for _, stack := range stacks {
		if frames(stack) > frames(most) {
			most = stack
		}
	}
	if 2*frames(most) > frames(images) {
		images = most
	}
	for _, image := range images {
		if first := images[0].pixels; !first.alike(image.pixels) {
			return nil, fmt.Errorf("scan: the files differ: one holds %s, another %s; choose the files of one series", first, image.pixels)
		}
	}
	left.Apart += all - len(images)
	return images, nil
}

// sort puts the slices in order of their position along their common normal, which is by how far they are from the patient's
// right, front and feet; those at the same position, such as the phases of a cine, in the order of a multi-frame file's dimensions or of acquisition, of
// those without numbers by what they are of. Where
// positions are not known or the slices not parallel, the order of acquisition alone counts.
func (s *dicomSeries) sort() {
	first := s.slices[0]
	normal := cross(first.rows, first.columns)
	s.parallel = true
	for _, slice := range s.slices {
		s.parallel = s.parallel && slice.placed && first.parallel(slice.dicomPlane)
	}
	slices.SortStableFunc(s.slices, func(a, b dicomSlice) int {
		if along := dot(a.position, normal) - dot(b.position, normal); s.parallel && math.Abs(along) > samePlace {
			return cmp.Compare(along, 0)
		}
		if a.indices != nil && b.indices != nil && s.parallel {
			if order := slices.Compare(a.indices, b.indices); order != 0 {
				return order
			}
		}
		return cmp.Or(cmp.Compare(a.number, b.number), slices.Compare(a.phase, b.phase))
	})
}

// choose keeps the slices of one volume and returns how many there are. Where a sorted series has several slices at each of several
// positions, such as echoes or phases of a contrast agent, the first ones are volume 0, the second ones volume 1, and so on.
func (s *dicomSeries) choose(volume int) (volumes int, err error) {
	normal := cross(s.slices[0].rows, s.slices[0].columns)
	var counts []int // of slices at each position
	for i, slice := range s.slices {
		if i == 0 || dot(slice.position, normal)-dot(s.slices[i-1].position, normal) > samePlace {
			counts = append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	volumes = 1
	if s.parallel && len(counts) > 1 {
		if fewest, most := slices.Min(counts), slices.Max(counts); fewest < most {
			return 0, fmt.Errorf("scan: the series has %d of its slices at one position and %d at another; choose the files of one volume", fewest, most)
		}
		volumes = counts[0]
	}
	if volume < 0 || volume >= volumes {
		return 0, fmt.Errorf("scan: volume %d was asked for, but the DICOM series has %d, counted from 0", volume, volumes)
	}
	kept := 0
	for i := volume; i < len(s.slices); i += volumes {
		s.slices[kept] = s.slices[i]
		kept++
	}
	s.slices = s.slices[:kept]
	return volumes, nil
}
