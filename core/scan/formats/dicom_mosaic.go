package formats

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A mosaic, as Siemens' scanners write a volume: its slices are tiles of one picture, as many across as down, row by row, and the last may be
// empty. How many there are, and toward which side they go on, is in private elements.
const (
	mosaicWord    = "MOSAIC" // among the words of the image's type
	mostTiles     = 1 << 12
	leastTile     = 8       // pixels across and down
	leastGuessed  = 3       // tiles across, as one that is twice as wide as was acquired may be a slice that was interpolated
	mostSearched  = 1 << 22 // bytes before the pixels, which a hostile file could fill with elements
	csaGroup      = 0x0029
	csaCreator    = "SIEMENS CSA HEADER"
	csaImage      = 0x10 // the image's own header
	mosaicGroup   = 0x0019
	mosaicCreator = "SIEMENS MR HEADER"
	mosaicImages  = 0x0A // the same number by itself
	csaImages     = "NumberOfImagesInMosaic"
	csaNormal     = "SliceNormalVector"
)

// unfold makes of a mosaic its slices; of other images nothing changes.
func (i *dicomImage) unfold() error {
	f, p := i.file, i.pixels
	if p.frames != 1 || p.samples != 1 || len(f.frames) > 0 || !slices.Contains(strings.Split(f.text(tagImageType), `\`), mosaicWord) {
		return nil
	}
	count, normal := f.mosaic()
	if count == 0 {
		count = f.guessed(p)
	}
	tiles := int(math.Ceil(math.Sqrt(float64(count))))
	if tiles < 2 || p.width%tiles != 0 || p.height%tiles != 0 || min(p.width, p.height) < leastTile*tiles {
		return nil
	}
	mm, _, err := f.spacing()
	if err != nil {
		return err
	}
	whole := [2]int{p.width, p.height}
	p.tiles, p.frames, p.width, p.height = tiles, count, p.width/tiles, p.height/tiles
	first := *i.planes[0]
	first.placed = first.placed && mm[0] > 0 && mm[1] > 0 && mm[2] > 0
	step := cross(first.rows, first.columns)
	if len(normal) == 3 && dot([3]float64(normal), step) < 0 {
		step = cross(first.columns, first.rows)
	}
	for axis := range step { // the file says where the whole picture would begin, if it lay around the first slice's middle
		first.position[axis] += first.rows[axis]*mm[0]*float64(whole[0]-p.width)/2 + first.columns[axis]*mm[1]*float64(whole[1]-p.height)/2
		step[axis] *= mm[2]
	}
	i.planes = nil
	for k := range count {
		plane := first
		for axis := range step {
			plane.position[axis] += float64(k) * step[axis]
		}
		i.planes = append(i.planes, &plane)
	}
	return nil
}

// mosaic is how many slices a mosaic has, 0 where it does not say, and toward which side they go on, where it says that in three numbers.
func (f *dicomFile) mosaic() (count int, normal []float64) {
	if f.pixelHead > mostSearched {
		return 0, nil
	}
	parts, err := split(f.data, 0, f.pixelHead, f.syntax.plain())
	if err != nil {
		return 0, nil
	}
	header := private(parts, csaGroup, csaCreator, csaImage)
	if images := csaNumbers(header, csaImages); len(images) > 0 && images[0] >= 0 && images[0] <= mostTiles {
		count = int(images[0])
	} else if v := private(parts, mosaicGroup, mosaicCreator, mosaicImages); len(v) >= 2 && f.order.Uint16(v) <= mostTiles {
		count = int(f.order.Uint16(v))
	}
	return count, csaNumbers(header, csaNormal)
}

// guessed is how many slices a mosaic has of which only the matrix of acquisition tells how large they are, as where all that is private was removed: up to
// the last tile that is not empty. It is 0 where that does not fit.
func (f *dicomFile) guessed(p *dicomPixels) int {
	matrix := f.fields.of(tagAcquisitionMatrix) // of rows and columns along frequency, then along phase, of which two are 0
	if len(matrix) < 8 {
		return 0
	}
	side := func(i int) int { return int(max(f.order.Uint16(matrix[2*i:]), f.order.Uint16(matrix[2*i+4:]))) }
	height, width := side(0), side(1)
	if min(height, width) < leastTile {
		return 0
	}
	tiles, last := p.width/width, 0
	if tiles < leastGuessed || tiles*tiles > mostTiles || p.width != tiles*width || p.height != tiles*height {
		return 0
	}
	for i := range p.width * p.height {
		if p.value(i) != 0 {
			last = max(last, i/p.width/height*tiles+i%p.width/width)
		}
	}
	if count := last + 1; count > (tiles-1)*(tiles-1) {
		return count
	}
	return 0
}

// private is an element of a block of a group that its creator has reserved, nil where it is not there.
func private(parts []part, group tag, creator string, element tag) []byte {
	for _, p := range parts {
		if block := p.tag & 0xFFFF; p.tag>>16 == group && block >= 0x10 && block <= 0xFF && string(bytes.Trim(p.bytes[p.head:], " \x00")) == creator {
			return valueOf(parts, group<<16|block<<8|element)
		}
	}
	return nil
}

// The heads of what a header of Siemens' own is made of: of all, of an element with its name first, and of one of its items.
const (
	csaMark    = "SV10"
	csaHead    = 16
	csaName    = 64
	csaElement = 84
	csaItem    = 16
	csaCheck   = 77 // stands in each
	csaDigits  = 20 // of a value as it is written here
)

// csaNumbers are the first numbers of an element of such a header, at most three; none where it is not there or damaged.
func csaNumbers(header []byte, name string) (list []float64) {
	le := binary.LittleEndian
	if len(header) < csaHead || !bytes.HasPrefix(header, []byte(csaMark)) {
		return nil
	}
	rest := header[csaHead:]
	for count := le.Uint32(header[8:]); count > 0 && len(rest) >= csaElement; count-- {
		called, _, _ := bytes.Cut(rest[:csaName], []byte{0})
		wanted := string(called) == name
		items := le.Uint32(rest[csaName+12:])
		rest = rest[csaElement:]
		for ; items > 0; items-- {
			if len(rest) < csaItem {
				return nil
			}
			length := int64(le.Uint32(rest[4:]))
			padded := (length + 3) / 4 * 4
			if rest = rest[csaItem:]; padded > int64(len(rest)) {
				return nil
			}
			text, _, _ := bytes.Cut(rest[:min(length, maxNumber)], []byte{0})
			if v, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64); wanted && err == nil && isPlace(v) && len(list) < 3 {
				list = append(list, v)
			}
			rest = rest[padded:]
		}
		if wanted {
			return list
		}
	}
	return nil
}

// keepMosaic writes into a copy of a mosaic what is read of its private elements.
func (w *dicomWriter) keepMosaic(f *dicomFile, p *dicomPixels) {
	if p.tiles == 0 {
		return
	}
	le := binary.LittleEndian
	_, normal := f.mosaic()
	header := le.AppendUint32(le.AppendUint32([]byte(csaMark+"\x04\x03\x02\x01"), 3), csaCheck)
	element := func(name, vr string, values ...string) {
		header = append(append(header, name...), make([]byte, csaName-len(name))...)
		header = append(le.AppendUint32(header, uint32(len(values))), vr+"\x00\x00"...)
		for _, v := range [3]int{0, len(values), csaCheck} {
			header = le.AppendUint32(header, uint32(v))
		}
		for _, value := range values {
			for _, v := range [4]int{csaDigits, csaDigits, csaCheck, csaDigits} {
				header = le.AppendUint32(header, uint32(v))
			}
			header = append(append(header, value...), make([]byte, csaDigits-len(value))...)
		}
	}
	element("AcquisitionMatrixText", "SH", strconv.Itoa(p.height)+"*"+strconv.Itoa(p.width)) // which others ask for
	element(csaImages, "US", strconv.Itoa(p.frames))
	var digits []string
	for _, v := range normal {
		digits = append(digits, decimal(v))
	}
	element(csaNormal, "FD", digits...)
	w.set(csaGroup<<16|0x10, "LO", []byte(csaCreator))
	w.set(csaGroup<<16|0x1000|csaImage, "OB", header)
}
