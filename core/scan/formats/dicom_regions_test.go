package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scaled is a region of a picture of ultrasound: the kind of picture and of what it shows, and how far apart its pixels are in units of theirs.
func scaled(format, shows, units uint16, x, y float64) []byte {
	return dicomBytes(le, true, dicomElement{tagRegionFormat, "US", format}, dicomElement{tagRegionType, "US", shows}, dicomElement{0x0018_6016, "UL", encode(le, uint32(0))},
		dicomElement{tagRegionUnitsX, "US", units}, dicomElement{tagRegionUnitsY, "US", units},
		dicomElement{tagRegionDeltaX, "FD", encode(le, x)}, dicomElement{tagRegionDeltaY, "FD", encode(le, y)})
}

// ultrasound is a picture with such regions, and what it says beside.
func ultrasound(more []dicomElement, regions ...[]byte) []byte {
	return dicomFileOf(explicitLE, append(append([]dicomElement{listed(tagRegions, regions...)}, more...), greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{1, 2}})...)...)
}

func TestUltrasoundIsSpacedAsItsRegionOfTissueSays(t *testing.T) {
	tissue := scaled(1, 1, 3, 0.03, 0.02)
	doppler, flow := scaled(3, 3, 4, 0.5, 0.5), scaled(1, 2, 3, 0.03, 0.02)
	for name, c := range map[string]struct {
		regions [][]byte
		want    [3]float64
	}{
		"tissue":                     {[][]byte{tissue}, [3]float64{0.3, 0.2, 0}},
		"beside a spectrum and flow": {[][]byte{doppler, tissue, flow}, [3]float64{0.3, 0.2, 0}},
		"counting upward":            {[][]byte{scaled(1, 1, 3, 0.03, -0.02)}, [3]float64{0.3, 0.2, 0}},
		"twice":                      {[][]byte{tissue, scaled(1, 1, 3, 0.06, 0.04)}, [3]float64{}},
		"a spectrum alone":           {[][]byte{doppler}, [3]float64{}},
		"over time":                  {[][]byte{scaled(2, 1, 4, 0.03, 0.02)}, [3]float64{}},
		"in seconds":                 {[][]byte{scaled(1, 1, 4, 0.03, 0.02)}, [3]float64{}},
		"of no width":                {[][]byte{scaled(1, 1, 3, 0, 0.02)}, [3]float64{}},
		"too wide to be":             {[][]byte{scaled(1, 1, 3, 5e8, 0.02)}, [3]float64{}},
		"cut off":                    {[][]byte{tissue[:len(tissue)-3]}, [3]float64{}},
		"short":                      {[][]byte{dicomBytes(le, true, dicomElement{tagRegionFormat, "US", []byte{}}, dicomElement{tagRegionType, "US", uint16(1)})}, [3]float64{}},
		"none":                       {nil, [3]float64{}},
		"too many to look into":      {append(make([][]byte, 1<<16), tissue), [3]float64{}},
	} {
		assert.InDeltaSlice(t, c.want[:], decode(t, ultrasound(nil, c.regions...)).Spacing[:], 1e-9, name)
	}
	s := decode(t, ultrasound([]dicomElement{{tagPixelSpacing, "DS", `0.5\0.4`}}, tissue))
	assert.Equal(t, [3]float64{0.4, 0.5, 0}, s.Spacing, "what the file says of all pixels counts before")
}

func TestCopiesOfUltrasoundAreSpacedAsBefore(t *testing.T) {
	place := dicomBytes(le, true, dicomElement{0x0018_6018, "UL", encode(le, uint32(1))}, dicomElement{0x0018_601A, "UL", "SCRE"}, dicomElement{0x0018_6030, "LO", mark})
	s := decode(t, ultrasound(nil, scaled(3, 3, 4, 0.5, 0.5), append(scaled(1, 1, 3, 0.03, 0.02), place...)))
	for _, identity := range []bool{true, false} {
		assert.Equal(t, s.Spacing, savedAs(t, s, identity).Spacing, "identity %t", identity)
	}
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.Contains(t, string(saved[0].Data), "\x18\x00\x18\x60UL\x04\x00\x01\x00", "where the region begins")
	assert.NotContains(t, string(saved[0].Data), mark)
	assert.NotContains(t, string(saved[0].Data), "SCRE", "what is no place in a picture")
}
