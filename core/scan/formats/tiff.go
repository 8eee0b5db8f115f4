package formats

import (
	"fmt"

	"segfault/core/names"
	"segfault/core/scan"
)

// tiffPage is one picture of a TIFF.
type tiffPage struct {
	tiffDirectory
	shift                  int64 // where its values are behind those that its directory tells of
	width, height          int64 // as stored
	samples                int64 // a pixel
	bits                   int64 // a sample, as stored
	sample                 sample
	unit                   float64 // of the brightness of grey of less than 8 bits
	photometric            int64
	compression, predictor int64
	planar                 bool // a pixel's samples lie apart
	reversed               bool // the first bit of a byte is its lowest
	turn                   scan.Orientation
	chroma                 bool // a JPEG's colours are YCbCr until it is decoded
	indices                bool // of a palette are what matters, as in a label map
	coloured               bool // known once the pixels are read
}

func tiffFormat() format {
	return format{
		name: "tiff", title: "TIFF",
		about:   "Also BigTIFF, 1 to 64 bits; pages are slices.",
		endings: []string{".tif", ".tiff"}, identifiable: true,
		sniff: isTIFF, read: alone(decodeTIFF), readMask: tiffMask,
	}
}

// isTIFF knows TIFF and BigTIFF, in both byte orders.
var isTIFF = begins("II*\x00", "MM\x00*", "II+\x00", "MM\x00+")

// decodeTIFF reads a TIFF or BigTIFF of 1 to 64 bits a sample, grey, coloured (which becomes luma) or with a palette, uncompressed or
// compressed by LZW, Deflate, PackBits, JPEG or as by fax machines. Its pages are slices. Grey of less than 8 bits is stretched to 0…255.
func decodeTIFF(data []byte) (*scan.Scan, error) { return readTIFF(data, false) }

// tiffMask reads labels, or colours as those of a PNG are read.
func tiffMask(_ Reader, files []File, _ *scan.Scan) (*scan.Mask, error) {
	s, err := readTIFF(files[0].Data, true)
	if err != nil {
		return nil, err
	}
	if s.Coloured {
		return &scan.Mask{Width: s.Width, Height: s.Height, Slices: s.Slices, Layers: [][]uint8{pictureLabels(s.Values)}}, nil
	}
	return labelMap(s)
}

// readTIFF is decodeTIFF or, of labels, with grey of less than 8 bits and the indices of a palette of colours as they are.
func readTIFF(data []byte, labels bool) (*scan.Scan, error) {
	pages, err := tiffPages(data)
	if err != nil {
		return nil, err
	}
	first := pages[0]
	if err := scan.CheckSize("TIFF", first.width, first.height, int64(len(pages))); err != nil {
		return nil, err
	}
	most := int64(len(data)) // that a file of this length can hold
	switch {
	case first.fax():
		most *= 8 * min(first.rowBytes(first.width), maxDeflate) // a row like the one above takes a bit
	case first.compression != tiffPlain:
		most *= maxDeflate
	}
	for _, p := range pages {
		if p.unit, p.indices = 1, labels; !labels && p.bits < 8 {
			p.unit = 255 / float64(int(1)<<p.bits-1)
		}
		if labels && p.compression == tiffJPEG {
			return nil, fmt.Errorf("scan: a TIFF that is compressed as JPEG cannot hold a mask, because its compression blurs labels; save the mask with another")
		}
		if p.width != first.width || p.height != first.height || p.sample != first.sample || p.bits != first.bits || p.samples != first.samples || p.turn != first.turn {
			return nil, fmt.Errorf("scan: the TIFF's pages differ, %d×%d pixels of %s and %d×%d of %s, or are turned differently; save those of one kind as a file of their own",
				first.width, first.height, first.sample.name, p.width, p.height, p.sample.name)
		}
	}
	need := int64(len(pages)) * first.height * first.rowBytes(first.width)
	if need > most {
		return nil, truncated("TIFF", need, int64(len(data)))
	}
	s := picture("tiff", first.sample.name, 8*first.sample.bytes, int(first.width), int(first.height))
	s.Slices = len(pages)
	n := s.Width * s.Height
	s.Values = make([]float32, s.Slices*n)
	work := newBudget("TIFF", need)
	for k, p := range pages {
		if err := p.values(s.Values[k*n:(k+1)*n], &s.NonFinite, work); err != nil {
			return nil, err
		}
		s.Coloured = s.Coloured || p.coloured
	}
	turn(s, first.turn)
	s.Store = tiffStore{cell{first.sample, first.order, 1, 0}, pages}
	if s.Window = scan.RobustWindow(s.Values); s.Type == "uint8" {
		s.Window = [2]float64{0, 255}
	}
	return s, nil
}

// tiffPages describes all pictures but reduced copies of others.
func tiffPages(data []byte) ([]*tiffPage, error) {
	directories, err := tiffDirectories(data)
	if err != nil {
		return nil, err
	}
	var pages []*tiffPage
	for _, d := range directories {
		if d.one(tiffSubfile, 0)&1 != 0 {
			continue
		}
		p := &tiffPage{tiffDirectory: d}
		if err := p.describe(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	switch len(pages) {
	case 0:
		return nil, tiffDamaged()
	case 1:
		return pages[0].stack()
	}
	return pages, nil
}

// tiffSampleKinds are the types that are read, by bits and format.
var tiffSampleKinds = map[[2]int64]sample{
	{8, 1}: {"uint8", 1}, {16, 1}: {"uint16", 2}, {32, 1}: {"uint32", 4}, {64, 1}: {"uint64", 8},
	{8, 2}: {"int8", 1}, {16, 2}: {"int16", 2}, {32, 2}: {"int32", 4}, {64, 2}: {"int64", 8},
	{16, 3}: {"float16", 2}, {32, 3}: {"float32", 4}, {64, 3}: {"float64", 8},
}

// describe checks that the page is of a kind that is read.
func (p *tiffPage) describe() error {
	p.width, p.height = p.one(tiffWidth, 0), p.one(tiffHeight, 0)
	if err := scan.CheckSize("TIFF", p.width, p.height, 1); err != nil {
		return err
	}
	p.samples, p.photometric = p.one(tiffSamples, 1), p.one(tiffPhotometric, tiffGrey)
	p.planar = p.samples > 1 && p.one(tiffPlanar, 1) == 2
	p.turn = numberedOrientation(p.one(tiffOrientation, 1))
	if err := p.describeNumbers(); err != nil {
		return err
	}
	if err := p.describeCode(); err != nil {
		return err
	}
	return p.describeColours()
}

// describeNumbers checks how the page stores a number.
func (p *tiffPage) describeNumbers() error {
	bits, format := p.one(tiffBits, 1), p.one(tiffSampleFormat, 1)
	if format == 4 { // undefined, which is taken as what it is where nothing is said
		format = 1
	}
	var ok bool
	width := max(bits, 8)
	if bits > 8 && bits < 16 {
		width = 16
	}
	odd := bits != width // which is read of unsigned grey
	if p.sample, ok = tiffSampleKinds[[2]int64{width, format}]; !ok || bits < 8 && bits != 1 && bits != 2 && bits != 4 || odd && (format != 1 || p.samples != 1) {
		return fmt.Errorf("scan: the TIFF stores %s per value in format %d, but whole numbers of 1, 2, 4, 8 to 16, 32 or 64 bits and floating-point ones of 16 to 64 are read; save it as 16-bit grey", names.Counted(int(bits), "bit"), format)
	}
	p.bits = bits
	return nil
}

// describeCode checks how the page is compressed.
func (p *tiffPage) describeCode() error {
	p.compression, p.predictor = p.one(tiffCompression, tiffPlain), p.one(tiffPredictor, 1)
	p.reversed = p.one(tiffFillOrder, 1) == 2
	switch {
	case p.fax():
		if p.predictor = 1; p.bits != 1 || p.samples != 1 {
			return fmt.Errorf("scan: the TIFF is compressed as by fax machines, which is of one bit a pixel and not of %d in %s; save it uncompressed", p.bits, names.Counted(int(p.samples), "sample"))
		}
	case p.compression == tiffJPEG: // whose bits have an order and differences of their own
		p.predictor, p.reversed = 1, false
		if p.chroma = p.photometric == tiffYCbCr && p.samples == 3 && !p.planar; p.chroma {
			p.photometric = tiffRGB
		}
		if p.sample.name != "uint8" || p.bits != 8 {
			return fmt.Errorf("scan: the TIFF is compressed as JPEG of %d bits, but 8 are read; save it uncompressed", p.bits)
		}
	}
	return nil
}

// fax tells whether the page is compressed as by fax machines.
func (p *tiffPage) fax() bool { return p.compression >= tiffRuns && p.compression <= tiffFax4 }

// rowBytes is what one row of so many pixels takes, which begins with a byte.
func (p *tiffPage) rowBytes(width int64) int64 { return (width*p.samples*p.bits + 7) / 8 }
