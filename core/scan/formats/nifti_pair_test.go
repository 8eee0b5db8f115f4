package formats

import (
	"encoding/binary"
	"math"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asPair parts a single file, whose header takes so many bytes, with a gap before the values. An Analyze header has texts where NIfTI has none.
func asPair(file []byte, size int, gap int, magic string) (header, values File) {
	head := append([]byte(nil), file[:size]...)
	if size == 540 {
		copy(head[4:], magic)
		binary.LittleEndian.PutUint64(head[168:], uint64(gap))
	} else {
		copy(head[344:], magic)
		binary.LittleEndian.PutUint32(head[108:], math.Float32bits(float32(gap)))
	}
	return File{"a.hdr", head}, File{"a.img", append(make([]byte, gap), file[size+4:]...)}
}

func TestNIfTIPairsAreReadAsTheSingleFileIs(t *testing.T) {
	le, body := binary.LittleEndian, encode(binary.LittleEndian, []int16{1, 2, 3, 4, 5, 600})
	placed := func(h []byte) {
		le.PutUint16(h[254:], 1)
		for i, v := range []float32{0, -2, 0, 5, 3, 0, 0, 6, 0, 0, 4, 7} {
			le.PutUint32(h[280+4*i:], math.Float32bits(v))
		}
	}
	one, wide := niftiFile(le, []int16{3, 2, 1}, 4, body, placed), nifti2File([]int64{3, 2, 1}, 4, body)
	for name, c := range map[string]struct {
		file  []byte
		size  int
		gap   int
		magic string
	}{
		"NIfTI-1":            {one, 348, 0, "ni1\x00"},
		"values behind more": {one, 348, 16, "ni1\x00"},
		"NIfTI-2":            {wide, 540, 0, "ni2\x00"},
	} {
		header, values := asPair(c.file, c.size, c.gap, c.magic)
		want := decode(t, c.file)
		packed := func(f File) File { return File{f.Name + ".gz", gzipFile(f.Data)} }
		for _, files := range [][]File{{header, values}, {values, header}, {header, packed(values)}, {packed(header), packed(values)}} {
			s, err := Reader{}.Read(files...)
			require.NoError(t, err, name)
			assert.Equal(t, []any{want.Values, want.Affine, want.Orientation, want.Spacing}, []any{s.Values, s.Affine, s.Orientation, s.Spacing}, name)
			saved, err := Encode(s, moved(s), Saving{})
			require.NoError(t, err, name)
			assert.Equal(t, moved(s), again(t, saved).Values, name)
			mask, err := ReadMask(want, files...)
			assert.Nil(t, mask, name)
			assert.ErrorContains(t, err, "a mask holds whole numbers from 0 to 255", name)
		}
	}
}

func TestAnalyzesOwnWordsAreTakenForNothing(t *testing.T) {
	le := binary.LittleEndian
	file := niftiFile(le, []int16{2, 2, 1}, 2, []byte{1, 2, 3, 4}, nil)
	header, values := asPair(file, 348, 0, "\x00\x00\x00\x00")
	for _, at := range []int{56, 62, 120, 252, 262, 283, 300, 338} { // units, a table, an orientation, who was scanned and when
		copy(header.Data[at:min(at+6, 348)], mark)
	}
	want := decode(t, file)
	s, err := Reader{}.Read(header, values)
	require.NoError(t, err)
	assert.Equal(t, []any{want.Values, want.Affine, want.Spacing, (*scan.Space)(nil)}, []any{s.Values, s.Affine, s.Spacing, s.Space})
	saved, err := Encode(s, moved(s), Saving{})
	require.NoError(t, err)
	assert.NotContains(t, string(saved[0].Data), mark)
	mask, err := ReadMask(want, header, values)
	require.NoError(t, err)
	assert.Equal(t, uint8(4), mask.Highest())
}

func TestHalfAPairIsRefusedInWords(t *testing.T) {
	header, values := asPair(niftiFile(binary.LittleEndian, []int16{2, 2, 1}, 2, []byte{1, 2, 3, 4}, nil), 348, 0, "ni1\x00")
	far, large, vast := append([]byte(nil), header.Data...), append([]byte(nil), header.Data...), append([]byte(nil), header.Data...)
	binary.LittleEndian.PutUint32(far[108:], math.Float32bits(float32(math.NaN())))
	binary.LittleEndian.PutUint16(large[42:], 4000)
	vast[40] = 4
	for i := range 4 {
		binary.LittleEndian.PutUint16(vast[42+2*i:], 600)
	}
	for want, files := range map[string][]File{
		"choose both files together":                        {header},
		"and 3 files were given; choose one scan":           {header, values, values},
		"the NIfTI file is truncated: it needs 4 bytes":     {header, {"a.img", values.Data[:3]}},
		"the NIfTI file is truncated: it needs 8000 bytes":  {{"a.hdr", large}, {"a.img.gz", gzipFile(values.Data)}},
		"puts the values at byte NaN, which is impossible":  {{"a.hdr", far}, values},
		"but of a pair at most 1073741824 are read; save i": {{"a.hdr", vast}, values},
		"scan: the gzip file is":                            {header, {"a.img.gz", []byte("\x1f\x8b\x08")}},
	} {
		_, err := Reader{}.Read(files...)
		checkError(t, err, want)
		assert.ErrorContains(t, err, want)
	}
}
