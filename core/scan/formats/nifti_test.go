package formats

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNIfTIReadsEveryTypeInBothOrders(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for datatype, body := range map[int16][]byte{
			2: {3, 200}, 256: {3, 100}, 4: encode(order, []int16{3, -200}), 512: encode(order, []uint16{3, 60000}),
			8: encode(order, []int32{3, -200}), 768: encode(order, []uint32{3, 200}), 1024: encode(order, []int64{3, -200}),
			1280: encode(order, []uint64{3, 200}), 16: encode(order, []float32{3, -200}), 64: encode(order, []float64{3, 0.5}),
			128: {3, 3, 3, 255, 0, 0}, 2304: {3, 3, 3, 255, 255, 0, 0, 255},
		} {
			want := map[int16]float32{2: 200, 256: 100, 512: 60000, 768: 200, 1280: 200, 64: 0.5, 128: 0.299 * 255, 2304: 0.299 * 255}[datatype]
			if want == 0 {
				want = -200
			}
			// Analyze's axes: left, then front; the two rows are turned over to put the front at the top.
			s := decode(t, niftiFile(order, []int16{1, 2, 1}, datatype, body, nil))
			assert.InDelta(t, 3, s.Values[1], 1e-5, "datatype %d", datatype)
			assert.InDelta(t, want, s.Values[0], 1e-5, "datatype %d", datatype)
		}
	}
}

func TestNIfTISaysThatItHasColours(t *testing.T) {
	for datatype, size := range map[int16]int{128: 3, 2304: 4} {
		body := make([]byte, 2*size)
		file := func() []byte { return niftiFile(le, []int16{2, 1, 1}, datatype, body, nil) }
		assert.False(t, decode(t, file()).Coloured, "datatype %d of grey alone", datatype)
		body[size+1] = 9
		assert.True(t, decode(t, file()).Coloured, "datatype %d", datatype)
	}
}

func TestNIfTIScalesItsValues(t *testing.T) {
	for name, c := range map[string]struct {
		slope, intercept float32
		want             float32
	}{
		"both":            {2, -1, 13},
		"slope 0 is none": {0, 5, 7},
		"slope NaN":       {float32(math.NaN()), 5, 7},
	} {
		s := decode(t, niftiFile(binary.LittleEndian, []int16{1, 1, 1}, 2, []byte{7}, func(h []byte) {
			binary.LittleEndian.PutUint32(h[112:], math.Float32bits(c.slope))
			binary.LittleEndian.PutUint32(h[116:], math.Float32bits(c.intercept))
		}))
		assert.Equal(t, c.want, s.Values[0], name)
	}
}

func TestNIfTIVolumeIsChosen(t *testing.T) {
	file := niftiFile(binary.LittleEndian, []int16{1, 1, 2, 3}, 2, []byte{1, 2, 3, 4, 5, 6}, nil)
	for _, file := range [][]byte{file, gzipFile(file)} {
		s, err := Reader{Volume: 2}.Read(File{Data: file})
		require.NoError(t, err)
		assert.Equal(t, []float32{5, 6}, s.Values)
		assert.Equal(t, []int{3, 2, 2}, []int{s.Volumes, s.Volume, s.Slices})
		for _, volume := range []int{-1, 3} {
			_, err = Reader{Volume: volume}.Read(File{Data: file})
			assert.ErrorContains(t, err, "but the NIfTI file has 3, counted from 0")
		}
	}
	_, err := Reader{Volume: 1}.Read(File{Data: pngFile(greyImage(1, 1, 0))})
	assert.EqualError(t, err, "scan: volume 1 was asked for, but only DICOM, MGH, NIfTI, NRRD or MetaImage files have more than volume 0")
}

// codes describes stored axes as nibabel does: the letter toward which each runs.
func affineOf(codes string) (m [4][4]float64) {
	for column, letter := range codes {
		row := map[rune]int{'R': 0, 'L': 0, 'A': 1, 'P': 1, 'S': 2, 'I': 2}[letter]
		m[row][column] = 1
		if letter == 'L' || letter == 'P' || letter == 'I' {
			m[row][column] = -1
		}
	}
	m[3][3] = 1
	return m
}

func TestSlicesStandUprightWhateverTheStoredAxes(t *testing.T) {
	for codes, want := range map[string]scan.Orientation{
		"LPS": {},                                          // axial, stored as shown
		"RAS": {FlipX: true, FlipY: true},                  // axial, as most NIfTI files
		"LAS": {FlipY: true},                               //
		"ALS": {Transpose: true, FlipY: true},              // axial, columns run to the front
		"RSA": {FlipX: true, FlipY: true},                  // coronal
		"IRP": {Transpose: true, FlipX: true},              //
		"ASR": {FlipX: true, FlipY: true},                  // sagittal, the face to the left
		"SAR": {Transpose: true, FlipX: true, FlipY: true}, //
		"PIR": {},
	} {
		assert.Equal(t, want, scan.Upright(affineOf(codes)), codes)
	}
	oblique := affineOf("RAS")
	oblique[0][1], oblique[1][0] = -0.6, 0.6
	assert.Equal(t, scan.Orientation{FlipX: true, FlipY: true}, scan.Upright(oblique), "oblique")
	assert.Equal(t, scan.Orientation{}, scan.Upright([4][4]float64{}), "unknown")
}

func TestTransposedNIfTIExchangesWidthAndSpacing(t *testing.T) {
	le := binary.LittleEndian
	s := decode(t, niftiFile(le, []int16{3, 2, 1}, 2, []byte{1, 2, 3, 4, 5, 6}, func(h []byte) {
		le.PutUint16(h[254:], 1)
		for row, column := range []int{1, 0, 2} { // i runs to the front, j to the right
			le.PutUint32(h[280+16*row+4*column:], math.Float32bits(float32(2+column)))
		}
	}))
	assert.Equal(t, [2]int{2, 3}, [2]int{s.Width, s.Height})
	assert.Equal(t, [3]float64{3, 2, 4}, s.Spacing)
	assert.Equal(t, []float32{6, 3, 5, 2, 4, 1}, s.Values) // front at the top, right at the left
}

func TestQuaternionAffineIsTheRotation(t *testing.T) {
	half := math.Sqrt(0.5) // a quarter turn about the third axis: i runs along +y, j along −x
	m := quaternionAffine(0, 0, half, [3]float64{1, 2, 3}, true)
	want := [3][3]float64{{0, -2, 0}, {1, 0, 0}, {0, 0, -3}}
	for row := range 3 {
		assert.InDeltaSlice(t, want[row][:], m[row][:3], 1e-12)
	}
}

func TestQuaternionLongerThanOneIsAHalfTurn(t *testing.T) {
	m := quaternionAffine(0, 0, 3, [3]float64{1, 2, 3}, false)
	assert.Equal(t, [4][4]float64{{-1, 0, 0}, {0, -2, 0}, {0, 0, 3}}, m)
}

// withForms writes a file of 1×1×1 voxel whose spacing is said to be 2, 3 and 4, with the codes of its qform and sform and the rows of the
// latter; its qform is the half turn about the third axis.
func withForms(qform, sform uint16, rows [12]float32) []byte {
	return niftiFile(le, []int16{1, 1, 1}, 2, []byte{7}, func(h []byte) {
		for i, mm := range []float32{2, 3, 4} {
			le.PutUint32(h[80+4*i:], math.Float32bits(mm))
		}
		le.PutUint16(h[252:], qform)
		le.PutUint16(h[254:], sform)
		le.PutUint32(h[264:], math.Float32bits(1))
		for i, v := range rows {
			le.PutUint32(h[280+4*i:], math.Float32bits(v))
		}
	})
}

func TestSpacingIsTheLengthOfTheAffinesColumns(t *testing.T) {
	oblique := [12]float32{3, 0, 0, 9, 4, 0.5, 0, 9, 0, 0, 0, 9}
	s := decode(t, withForms(1, 1, oblique))
	assert.Equal(t, [3]float64{5, 0.5, 4}, s.Spacing, "that of a column of zeros stands beside the affine")
}

func TestSformOfZerosYieldsToTheQform(t *testing.T) {
	origin := [12]float32{0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7}
	for _, rows := range [][12]float32{{}, origin} {
		s := decode(t, withForms(1, 1, rows))
		assert.Equal(t, [4][4]float64{{-2, 0, 0, 0}, {0, -3, 0, 0}, {0, 0, 4, 0}, {0, 0, 0, 1}}, s.Affine)
		assert.NotNil(t, s.Space)
		s = decode(t, withForms(0, 1, rows))
		assert.Equal(t, [3]float64{2, 3, 4}, s.Spacing)
		assert.Nil(t, s.Space, "of no form is known where it lies")
	}
}

func TestExtentsOfZeroCountAsOne(t *testing.T) {
	s := decode(t, niftiFile(le, []int16{2, 0, 0, 0, 0}, 2, []byte{1, 2}, nil))
	assert.Equal(t, []int{2, 1, 1, 1}, []int{s.Width, s.Height, s.Slices, s.Volumes})
}

func TestGzipEndsWhereItsPartsEnd(t *testing.T) {
	file := niftiFile(le, []int16{2, 1, 1}, 2, []byte{3, 4}, nil)
	packed := gzipFile(file)
	for name, padded := range map[string][]byte{
		"zeros":          append(bytes.Clone(packed), make([]byte, 512)...),
		"anything":       append(bytes.Clone(packed), "anything"...),
		"in two parts":   append(gzipFile(file[:350]), gzipFile(file[350:])...),
		"an empty part":  append(bytes.Clone(packed), gzipFile(nil)...),
		"parts and zero": append(append(gzipFile(file[:353]), gzipFile(file[353:])...), 0),
	} {
		assert.Equal(t, []float32{3, 4}, decode(t, padded).Values, name)
	}
}

func TestVolumesThatTakeLongToUnpackAreMeasuredByTheFilesEnd(t *testing.T) {
	file := gzipFile(niftiFile(le, []int16{1000, 1, 1, 30000}, 2, make([]byte, 30_000_000), nil))
	assert.Equal(t, 30000, decode(t, file).Volumes)
	file[len(file)-4]++
	_, err := Decode("", file)
	checkError(t, err, "another length")
}

func TestValuesFarBehindTheHeaderAreRefused(t *testing.T) {
	file := niftiFile(le, []int16{2, 1, 1}, 2, nil, func(h []byte) { le.PutUint32(h[108:], math.Float32bits(50_000_000)) })
	_, err := Decode("", gzipFile(append(file, make([]byte, 50_000_000)...)))
	assert.EqualError(t, err, "scan: the gzip file asks for far more work than its picture is large, as damaged or hostile files do; export it again")
}

func TestNIfTIErrorsSayWhatIsWrong(t *testing.T) {
	le := binary.LittleEndian
	body := []byte{1, 2, 3, 4}
	dim := []int16{2, 2, 1}
	for want, edit := range map[string]func(h []byte){
		"this is the header of a NIfTI pair":                    func(h []byte) { copy(h[344:], "ni1\x00") },
		"this is an Analyze header without NIfTI's mark":        func(h []byte) { copy(h[344:], "\x00\x00\x00\x00") },
		"the NIfTI header declares 8 axes, but 1 to 7":          func(h []byte) { h[40] = 8 },
		"the NIfTI file declares 0×2 pixels":                    func(h []byte) { h[42] = 0 },
		"stores values of datatype 32, but":                     func(h []byte) { h[70] = 32 },
		"puts the values at byte NaN, which is impossible":      func(h []byte) { le.PutUint32(h[108:], 0x7fc00000) },
		"it needs 4 bytes of data and holds 0":                  func(h []byte) { le.PutUint32(h[108:], math.Float32bits(1e6)) },
		"it needs 32 bytes of data and holds 4":                 func(h []byte) { h[70] = 64 },
		"the NIfTI file declares 2×-1 pixels in 1 slice, but e": func(h []byte) { le.PutUint16(h[44:], 0xffff) },
		"declares an impossible number of volumes":              func(h []byte) { h[40] = 4; le.PutUint16(h[48:], 0xffff) },
	} {
		_, err := Decode("", niftiFile(le, dim, 2, body, edit))
		assert.ErrorContains(t, err, want)
	}
	_, err := Decode("", gzipFile([]byte("nothing of the kind, but long enough to be taken for a header"+string(make([]byte, 400)))))
	assert.ErrorContains(t, err, "scan: the gzip file does not contain a NIfTI scan")
	_, err = Decode("", gzipFile(niftiFile(le, []int16{4000, 4000, 16}, 2, body, nil)))
	assert.ErrorContains(t, err, "it needs 256000000 bytes of data and cannot hold more than")
	file := gzipFile(niftiFile(le, dim, 2, body, nil))
	file[len(file)-8] ^= 1 // the checksum
	_, err = Decode("", file)
	assert.ErrorContains(t, err, "scan: the gzip file is damaged")
}
