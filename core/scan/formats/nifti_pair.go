package formats

import (
	"bytes"
	"fmt"
	"math"

	"segfault/core/scan"
)

// headsPair knows the header of a NIfTI or Analyze pair, perhaps gzipped, whose values are in a file of their own.
func headsPair(data []byte) bool {
	head, err := headOfPair(data)
	layout, _ := niftiKind(head)
	if err != nil || layout == nil || int64(len(head)) < layout.size {
		return false
	}
	magic := head[layout.magic:]
	return bytes.HasPrefix(magic, []byte("ni")) || !layout.wide && !bytes.HasPrefix(magic, []byte("n+"))
}

// headOfPair is what a header's file holds, at most so much as that of a version takes that is here.
func headOfPair(data []byte) ([]byte, error) {
	if !isGzip(data) {
		return data[:min(int64(len(data)), nifti2.size)], nil
	}
	file, err := newInflater(data)
	if err != nil {
		return nil, err
	}
	return nextHead(file)
}

// oneNIfTI is the single file that NIfTI files are: the only one, or a header and its values put into one. What else the header's file holds is left out.
func oneNIfTI(files []File) ([]byte, error) {
	if len(files) == 1 {
		return files[0].Data, nil
	}
	var pair []File
	for i, f := range files {
		if headsPair(f.Data) {
			pair = append([]File{f}, files[:i]...)
			pair = append(pair, files[i+1:]...)
		}
	}
	if len(pair) != 2 {
		return nil, fmt.Errorf("scan: a NIfTI pair is a header (.hdr) and the file of its values (.img), and %d files were given; choose one scan", len(files))
	}
	head, err := headOfPair(pair[0].Data)
	if err != nil {
		return nil, err
	}
	layout, order := niftiKind(head)
	out := bytes.Clone(head[:layout.size])
	out = append(out, 0, 0, 0, 0) // no extension follows
	f := niftiFields{out, layout, order}
	from := f.start()
	if !(from >= 0 && from <= math.MaxInt32) {
		return nil, fmt.Errorf("scan: the NIfTI header puts the values at byte %g, which is impossible; export the file again", from)
	}
	f.single()
	h, err := parseNIfTI(out, 0)
	if err != nil {
		return nil, err
	}
	if h.fileBytes() > 4*scan.MaxValues {
		return nil, fmt.Errorf("scan: the NIfTI file's values take %d bytes, but of a pair at most %d are read; save it as one .nii file", h.fileBytes(), 4*scan.MaxValues)
	}
	packing := ""
	if isGzip(pair[1].Data) {
		packing = "gzip"
	}
	stored, err := (&voxels{title: "NIfTI"}).unpacked(pair[1].Data, packing, int64(from), h.fileBytes())
	if err != nil {
		return nil, err
	}
	return append(out, stored...), nil
}

// single makes the header of a pair that of a single file. Where Analyze has words of its own in place of fields of NIfTI's, these say nothing.
func (f niftiFields) single() {
	if magic := f.header[f.layout.magic:]; !bytes.HasPrefix(magic, []byte("ni")) {
		for _, words := range [][2]int{{56, 70}, {120, 124}, {252, 348}} { // of units, of dates and people
			clear(f.header[words[0]:words[1]])
		}
	}
	mark := "n+1\x00"
	if f.layout.wide {
		mark = "n+2\x00"
	}
	copy(f.header[f.layout.magic:], mark)
	f.begin(len(f.header))
}
