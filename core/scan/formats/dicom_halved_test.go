package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// halved is a DICOM of 4×2 pixels of which two share their colours.
func halved(uid, vr string, columns int, pixels []byte) []byte {
	return dicomFileOf(uid, dicomElement{tagSamplesPerPixel, "US", uint16(3)}, dicomElement{tagPhotometric, "CS", "YBR_FULL_422"},
		dicomElement{tagPlanarConfiguration, "US", uint16(0)}, dicomElement{tagRows, "US", uint16(2)}, dicomElement{tagColumns, "US", uint16(columns)},
		dicomElement{tagBitsAllocated, "US", uint16(8)}, dicomElement{tagPixelData, vr, pixels})
}

func TestDICOMOfWhichTwoPixelsShareTheirColoursIsReadAndCopiedWithWholeOnes(t *testing.T) {
	pixels := []byte{10, 20, 128, 100, 30, 40, 129, 101, 50, 60, 130, 102, 70, 80, 131, 103}
	swapped := make([]byte, len(pixels))
	for i, v := range pixels {
		swapped[i^1] = v
	}
	for name, file := range map[string][]byte{
		"little endian": halved(explicitLE, "OB", 4, pixels),
		"words":         halved(explicitLE, "OW", 4, pixels),
		"big endian":    halved(explicitBE, "OW", 4, swapped),
	} {
		t.Run(name, func(t *testing.T) {
			s := decode(t, file)
			require.Equal(t, []float32{10, 20, 30, 40, 50, 60, 70, 80}, s.Values)
			changed := []float32{11, 20, 30, 40, 50, 60, 70, 79}
			for _, identity := range []bool{true, false} {
				saved, err := Encode(s, changed, Saving{Identity: identity})
				require.NoError(t, err)
				f, err := parseDICOM(saved[0].Data)
				require.NoError(t, err)
				assert.Equal(t, "YBR_FULL", f.text(tagPhotometric))
				p, err := f.unpack(nil)
				require.NoError(t, err)
				for pixel, v := range changed {
					pair := pixel / 2 * 4
					for c, want := range []float64{float64(v), float64(pixels[pair+2]), float64(pixels[pair+3])} {
						at, step := p.sampleAt(0, pixel)
						assert.Equal(t, want, p.value(at+c*step), "sample %d of pixel %d", c, pixel)
					}
				}
				assert.Equal(t, changed, again(t, saved).Values)
			}
		})
	}
	_, err := Decode("", halved(explicitLE, "OB", 4, pixels[:14]))
	assert.EqualError(t, err, "scan: the DICOM is truncated: it needs 16 bytes of data and holds 14; copy or export it again")
	_, err = Decode("", halved(explicitLE, "OB", 3, pixels))
	assert.ErrorContains(t, err, "export it as grey", "of an odd width no two pixels would share the last")
}
