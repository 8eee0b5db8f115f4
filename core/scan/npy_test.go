package scan

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNPYReadsEveryTypeInBothOrders(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	for descr, body := range map[string][]byte{
		"|b1": {0, 1}, "|u1": {0, 1}, "|i1": {0, 1},
		"<u2": encode(le, []uint16{0, 1}), ">u2": encode(be, []uint16{0, 1}),
		"<i2": encode(le, []int16{0, 1}), ">i2": encode(be, []int16{0, 1}),
		"<u4": encode(le, []uint32{0, 1}), ">i4": encode(be, []int32{0, 1}),
		"<u8": encode(le, []uint64{0, 1}), ">i8": encode(be, []int64{0, 1}),
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
	a.store, b.store = nil, nil // which remember their files
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

func TestNPYErrorsSayWhatIsWrong(t *testing.T) {
	body := make([]byte, 600)
	for want, file := range map[string][]byte{
		`scan: the NPY has dtype "<c8", but bool, integers, float32 and float64 are read; convert it with astype("float32")`: npyFile("<c8", "False", "(2, 2)", body),
		"scan: the NPY has shape (4), but H×W, slices×H×W or C×H×W is needed; select one image first":                        npyFile("<f4", "False", "(4,)", body),
		"scan: the NPY has shape (9×9×3), which looks like H×W×C; transpose it to C×H×W":                                     npyFile("|u1", "False", "(9, 9, 3)", body),
		"scan: the NPY is truncated: it needs 40000 bytes of data and holds 600; copy or export it again":                    npyFile("<f4", "False", "(100, 100)", body),
		"scan: the NPY's shape cannot be read; save it again with numpy.save":                                                npyFile("<f4", "False", "(2, x)", body),
		"scan: the NPY is 9000000000×1 pixels, but at most 8192 per side are read; scale it down first":                      npyFile("<f4", "False", "(1, 9000000000)", body),
		"scan: the NPY has 100000 slices of 100×100 pixels, but at most 268435456 values are read; cut it into parts":        npyFile("<f4", "False", "(100000, 100, 100)", body),
		"scan: the NPY declares 0×2 pixels in 1 slices, but each must be at least 1; export it again":                        npyFile("<f4", "False", "(2, 0)", body),
	} {
		_, err := Decode("", file)
		assert.EqualError(t, err, want)
	}
}
