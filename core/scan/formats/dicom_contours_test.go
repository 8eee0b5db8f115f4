package formats

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stack is a series of n square slices, 1 mm a pixel and 2 mm apart, the first pixel at the origin.
func stack(t *testing.T, side uint16, n int) *scan.Scan {
	t.Helper()
	var series []File
	for k := range n {
		series = append(series, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"},
			{tagPosition, "DS", fmt.Sprintf(`0\0\%d`, 2*k)}, {tagOrientation, "DS", `1\0\0\0\1\0`}, {tagPixelSpacing, "DS", `1\1`}},
			greyDICOM(side, side, 8, dicomElement{tagPixelData, "OB", make([]byte, int(side)*int(side))})...)...)})
	}
	s, err := Reader{}.Read(series...)
	require.NoError(t, err)
	return s
}

// listed is a sequence of items.
func listed(t tag, items ...[]byte) dicomElement {
	var all []byte
	for _, i := range items {
		all = append(all, dicomBytes(binary.LittleEndian, true, dicomElement{tagItem, "", i})...)
	}
	return dicomElement{t, "SQ", all}
}

// inside is the content of an item.
func inside(elements ...dicomElement) []byte {
	return dicomBytes(binary.LittleEndian, true, elements...)
}

// contour is a file of one closed contour of region 1.
func contour(points string) []byte {
	return dicomFileOf(explicitLE, append([]dicomElement{{tagModality, "CS", "RTSTRUCT"}}, drawn(points)...)...)
}

// drawn is one closed contour of region 1.
func drawn(points string) []dicomElement {
	contours := listed(tagContours, inside(dicomElement{tagContourKind, "CS", "CLOSED_PLANAR"}, dicomElement{tagContourPoints, "DS", points}))
	return []dicomElement{listed(tagROIs, inside(dicomElement{tagROINumber, "IS", "1"})),
		listed(tagROIContours, inside(contours, dicomElement{tagContouredRegion, "IS", "1"}))}
}

func TestContoursThatReachBeyondWholeNumbersEncloseWhatTheyDo(t *testing.T) {
	s := stack(t, 4, 1)
	for points, want := range map[string]int{
		`1\1\0\3\1\0\3\3\0\1\3\0`:                                     4,
		`-1e300\1\0\1e300\1\0\1e300\3\0\-1e300\3\0`:                   8,
		`1\-1e300\0\3\-1e300\0\3\1e300\0\1\1e300\0`:                   8,
		`1\1e300\0\2\1e300\0\3\1e300\0`:                               0,
		`1e300\0\0\2e300\0\0\2e300\4\0\1e300\4\0`:                     0,
		`-1e300\-1e300\0\1e300\-1e300\0\1e300\1e300\0\-1e300\1e300\0`: 16,
	} {
		mask, err := maskOn(s, contour(points))
		require.NoError(t, err, points)
		_, pixels := mask.Count()
		assert.Equal(t, want, pixels, points)
	}
}

func TestContoursOfAllOfASliceAgainAndAgainAreRefused(t *testing.T) {
	all := inside(dicomElement{tagContourKind, "CS", "CLOSED_PLANAR"}, dicomElement{tagContourPoints, "DS", `0\0\0\64\0\0\64\64\0\0\64\0`})
	file := dicomFileOf(explicitLE, dicomElement{tagModality, "CS", "RTSTRUCT"}, listed(tagROIs, inside(dicomElement{tagROINumber, "IS", "1"})),
		listed(tagROIContours, inside(listed(tagContours, slices.Repeat([][]byte{all}, 3000)...), dicomElement{tagContouredRegion, "IS", "1"})))
	_, err := maskOn(stack(t, 64, 1), file)
	assert.ErrorContains(t, err, "asks for far more work than its picture is large")
}

func TestDeflatedContoursAreInflatedToTheirEnd(t *testing.T) {
	s := stack(t, 4, 1)
	random := rand.New(rand.NewPCG(1, 2))
	long := make([]byte, 17<<20)
	for i := range long {
		long[i] = byte(random.Uint32())
	}
	body := inside(append([]dicomElement{{tagModality, "CS", "RTSTRUCT"}, {0x0029_1010, "OB", long}}, drawn(`1\1\0\3\1\0\3\3\0\1\3\0`)...)...)
	mask, err := maskOn(s, append(dicomFileOf(deflatedLE), deflate(body)...))
	require.NoError(t, err)
	_, pixels := mask.Count()
	assert.Equal(t, 4, pixels)
}

func TestNamesOfRegionsAreReadInLatinLettersToo(t *testing.T) {
	s := stack(t, 4, 1)
	for _, name := range []string{"Größe", "Gr\xf6\xdfe"} {
		file := dicomFileOf(explicitLE, dicomElement{tagModality, "CS", "RTSTRUCT"},
			listed(tagROIs, inside(dicomElement{tagROINumber, "IS", "1"}, dicomElement{tagROIName, "LO", name})),
			listed(tagROIContours, inside(listed(tagContours,
				inside(dicomElement{tagContourKind, "CS", "CLOSED_PLANAR"}, dicomElement{tagContourPoints, "DS", `1\1\0\3\1\0\3\3\0\1\3\0`}),
				inside(dicomElement{tagContourKind, "CS", "POINT"}, dicomElement{tagContourPoints, "DS", `1\1\0`})), dicomElement{tagContouredRegion, "IS", "1"})))
		m, err := ReadMask(s, File{Data: file})
		require.NoError(t, err)
		assert.Equal(t, []string{`Left out, as they are open or points, which enclose nothing: 1 contour of "Größe".`}, m.LeftOut)
	}
}
