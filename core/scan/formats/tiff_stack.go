package formats

import (
	"bytes"
	"strconv"

	"segfault/core/scan"
)

// stack makes pages of a single one that is the first of a stack as ImageJ writes it: uncompressed pictures one behind another, of which
// only the first has a directory, whose description tells their number.
func (p *tiffPage) stack() ([]*tiffPage, error) {
	pages := []*tiffPage{p}
	count := p.imageJ()
	offsets := p.field(tiffStripOffsets)
	if count < 2 || p.compression != tiffPlain || p.planar || offsets.count() == 0 {
		return pages, nil
	}
	each := p.height * p.rowBytes(p.width)
	have := int64(len(p.data)) - offsets.at(0)
	if have < 2*each { // a page that was taken out of a stack, with its description
		return pages, nil
	}
	if err := scan.CheckSize("TIFF", p.width, p.height, count); err != nil {
		return nil, err
	}
	if count*each > have {
		return nil, truncated("TIFF", count*each, have)
	}
	for i := int64(1); i < count; i++ {
		next := *p
		next.shift = i * each
		pages = append(pages, &next)
	}
	return pages, nil
}

// imageJ is the number of pictures that a description by ImageJ tells of, or 0.
func (p *tiffPage) imageJ() int64 {
	text, ok := bytes.CutPrefix(p.field(tiffDescription).values, []byte("ImageJ="))
	_, text, found := bytes.Cut(text, []byte("\nimages="))
	if !ok || !found {
		return 0
	}
	number, _, _ := bytes.Cut(text, []byte("\n"))
	count, err := strconv.ParseInt(string(bytes.TrimRight(number, "\r\x00")), 10, 64)
	if err != nil {
		return 0
	}
	return count
}
