package formats

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNPYReadsEveryTypeInBothOrders(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	for descr, body := range map[string][]byte{
		"|b1": {0, 1}, "|u1": {0, 1}, "|i1": {0, 1},
		"<u2": encode(le, []uint16{0, 1}), ">u2": encode(be, []uint16{0, 1}),
		"<i2": encode(le, []int16{0, 1}), ">i2": encode(be, []int16{0, 1}),
		"<u4": encode(le, []uint32{0, 1}), ">i4": encode(be, []int32{0, 1}),
		"<u8": encode(le, []uint64{0, 1}), ">i8": encode(be, []int64{0, 1}),
		"<f2": {0, 0, 0, 0x3c}, ">f2": {0, 0, 0x3c, 0}, "float16": {0, 0, 0, 0x3c}, "uint8": {0, 1},
		"<f4": encode(le, []float32{0, 1}), ">f4": encode(be, []float32{0, 1}),
		"<f8": encode(le, []float64{0, 1}), ">f8": encode(be, []float64{0, 1}),
	} {
		s := decode(t, npyFile(descr, "False", "(1, 2)", body))
		assert.Equal(t, []float32{0, 1}, s.Values, descr)
	}
	s := decode(t, npyFile("<i2", "False", "(1, 2)", encode(le, []int16{-5, 300})))
	assert.Equal(t, []float32{-5, 300}, s.Values, "signs")
}

func TestNPYInFortranOrderIsTheSameArray(t *testing.T) {
	// a[p, y, x] = 100p + 10y + x, of shape 2×3×4
	var c, f []int16
	for p := range 2 {
		for y := range 3 {
			for x := range 4 {
				c = append(c, int16(100*p+10*y+x))
			}
		}
	}
	for x := range 4 {
		for y := range 3 {
			for p := range 2 {
				f = append(f, int16(100*p+10*y+x))
			}
		}
	}
	le := binary.LittleEndian
	a := decode(t, npyFile("<i2", "False", "(2, 3, 4)", encode(le, c)))
	b := decode(t, npyFile("<i2", "True", "(2, 3, 4)", encode(le, f)))
	assert.Equal(t, []int{2, 3, 4}, []int{a.Slices, a.Height, a.Width})
	a.Store, b.Store = nil, nil // which remember their files
	assert.Equal(t, a, b)
	slice, err := a.Slice(1)
	assert.NoError(t, err)
	assert.Equal(t, float32(123), slice[2*4+3])
}

func TestNPYWithinZeroAndOneIsUsedAsItIs(t *testing.T) {
	le := binary.LittleEndian
	values := []float32{0, 0.25, 0.5, 1, 0.75, 0.125}
	for shape, channels := range map[string]int{"(3, 1, 2)": 3, "(1, 3, 1, 2)": 3, "(1, 2, 3)": 1} {
		s := decode(t, npyFile("<f4", "False", shape, encode(le, values)))
		assert.True(t, s.Normalised, shape)
		assert.Equal(t, []int{channels, 1}, []int{s.Channels, s.Slices}, shape)
		assert.Equal(t, values, s.Values, shape)
	}
	for name, file := range map[string][]byte{
		"above 1":     npyFile("<f4", "False", "(2, 1, 2)", encode(le, []float32{0, 1, 2, 3})),
		"two axes":    npyFile("<f4", "False", "(2, 2)", encode(le, values[:4])),
		"other type":  npyFile("<f8", "False", "(2, 1, 2)", encode(le, []float64{0, 1, 0, 1})),
		"many planes": npyFile("<f4", "False", "(6, 1, 1)", encode(le, values)),
	} {
		assert.False(t, decode(t, file).Normalised, name)
	}
}

func TestNotANumberBecomesZeroAndIsCounted(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	s := decode(t, npyFile("<f8", "False", "(1, 5)", encode(binary.LittleEndian, []float64{nan, inf, -inf, 1e300, 7})))
	assert.Equal(t, []float32{0, 0, 0, 0, 7}, s.Values)
	assert.Equal(t, 4, s.NonFinite)
}

// npyText is an array of 3×2 of uint8 in Fortran order under a header of any text.
func npyText(text string) []byte {
	head := append([]byte("\x93NUMPY\x02\x00"), encode(le, uint32(len(text)))...)
	return append(append(head, text...), 1, 2, 3, 4, 5, 6)
}

func TestNPYHeaderIsAnyDictionaryOfPython(t *testing.T) {
	for _, text := range []string{
		"{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), }\n",
		"{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2)}",
		"{'shape': (3, 2), 'fortran_order': True, 'descr': '|u1'}",
		`{"shape":(3,2,),"descr":"|u1","fortran_order":True}`,
		"{ 'descr' :\t'|u1' ,\n 'fortran_order' : True , 'shape' : ( 3 , 2 ) , }   \n",
		"{'descr': '|u1', 'fortran_order': True, 'shape': (3L, 2L)}",
		"{u'descr': b'|u1', u'fortran_order': True, u'shape': (3, 2)}",
		"{'descr': 'uint8', 'fortran_order': True, 'shape': (0x3, 2), }\x00\x00",
	} {
		s, err := Decode("", npyText(text))
		if assert.NoError(t, err, text) {
			assert.Equal(t, []float32{1, 4, 2, 5, 3, 6}, s.Values, text)
		}
	}
}

func TestNPYHeaderThatIsAmbiguousIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "{", "{}", "{'descr': '|u1', 'shape': (3, 2)}", "{'descr': '|u1', 'fortran_order': 1, 'shape': (3, 2)}",
		"{'descr': '|u1', 'fortran_order': True, 'shape': 6}", "{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), 'more': 1}",
		"{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2)} and more", "{'descr': '|u1' 'fortran_order': True, 'shape': (3, 2)}",
		"{'descr': [('a', '|u1')], 'fortran_order': True, 'shape': (3, 2)}", "{'descr': '|u1', 'fortran_order': True, 'shape': (3, True)}",
		"{'descr': '|u1', 'fortran_order': True, 'shape': ((((((3, 2))))))}", "{'descr: '|u1', 'fortran_order': True, 'shape': (3, 2)}",
		"{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2" + strings.Repeat("(", 60000),
	} {
		_, err := Decode("", npyText(text))
		checkError(t, err, text)
	}
}

func TestHalvesAreRoundedAndClampedToWhatTheyHold(t *testing.T) {
	s := decode(t, npyFile("<f2", "False", "(1, 3)", []byte{0, 0x3c, 0, 0x3c, 0, 0x3c}))
	values := []float32{1.0004, 1.0011, 1e6}
	s.Round(0, values)
	assert.Equal(t, []float32{1, 1 + 1.0/1024, 65504}, values)
}

func TestNPYCopyLeavesOutWhatFollowsTheArray(t *testing.T) {
	file := npyFile("|u1", "False", "(1, 2)", []byte{1, 2})
	saved, err := Encode(decode(t, append(bytes.Clone(file), "SECRET"...)), []float32{1, 2}, Saving{})
	assert.NoError(t, err)
	assert.Equal(t, file, saved[0].Data)
}

func TestNPYErrorsSayWhatIsWrong(t *testing.T) {
	body := make([]byte, 600)
	for want, file := range map[string][]byte{
		`scan: the NPY has dtype "<c8", but bool, integers, float16, float32 and float64 are read; convert it with astype("float32")`: npyFile("<c8", "False", "(2, 2)", body),
		"scan: the NPY has shape (4), but H×W, slices×H×W or C×H×W is needed; select one image first":                                 npyFile("<f4", "False", "(4,)", body),
		"scan: the NPY has shape (9×9×3), which looks like H×W×C; transpose it to C×H×W":                                              npyFile("|u1", "False", "(9, 9, 3)", body),
		"scan: the NPY is truncated: it needs 40000 bytes of data and holds 600; copy or export it again":                             npyFile("<f4", "False", "(100, 100)", body),
		"scan: the NPY's shape cannot be read; save it again with numpy.save":                                                         npyFile("<f4", "False", "(2, -1)", body),
		"scan: the NPY's header is not the dictionary that NumPy writes; save it again with numpy.save":                               npyFile("<f4", "False", "(2, x)", body),
		"scan: the NPY is 9000000000×1 pixels, but at most 8192 per side are read; scale it down first":                               npyFile("<f4", "False", "(1, 9000000000)", body),
		"scan: the NPY has 100000 slices of 100×100 pixels, but at most 268435456 values are read; cut it into parts":                 npyFile("<f4", "False", "(100000, 100, 100)", body),
		"scan: the NPY declares 0×2 pixels in 1 slice, but each must be at least 1; export it again":                                  npyFile("<f4", "False", "(2, 0)", body),
	} {
		_, err := Decode("", file)
		assert.EqualError(t, err, want)
	}
}

func TestNPYOfOneColourBehindItsSidesIsAPicture(t *testing.T) {
	body := make([]byte, 35)
	for i := range body {
		body[i] = byte(i)
	}
	for _, fortran := range []string{"False", "True"} {
		plain := decode(t, npyFile("|u1", fortran, "(5, 7)", body))
		for _, shape := range []string{"(5, 7, 1)", "(1, 5, 7, 1)"} {
			s := decode(t, npyFile("|u1", fortran, shape, body))
			assert.Equal(t, []int{7, 5, 1}, []int{s.Width, s.Height, s.Slices}, shape)
			assert.Equal(t, plain.Values, s.Values, shape)
		}
	}
	s := decode(t, npyFile("|u1", "False", "(5, 1, 7, 1)", body))
	assert.Equal(t, []int{7, 1, 5}, []int{s.Width, s.Height, s.Slices})
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.Equal(t, s.Values, again(t, saved).Values)
}
