package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVolumesOfANIfTIMaskAreTheScansOrClasses(t *testing.T) {
	of := func(volumes int16, body ...byte) []byte {
		return niftiFile(le, []int16{3, 1, 1, volumes}, 2, body, nil)
	}
	series, single := of(2, 9, 8, 7, 6, 5, 4), of(1, 9, 8, 7)
	mask := of(2, 0, 1, 1, 255, 0, 255)
	for _, file := range [][]byte{mask, gzipFile(mask)} {
		for volume, want := range [][]uint8{{0, 1, 1}, {1, 0, 1}} {
			on, err := Reader{Volume: volume}.Read(File{Data: series})
			require.NoError(t, err)
			m, err := ReadMask(on, File{Data: file})
			require.NoError(t, err)
			assert.Equal(t, [][]uint8{want}, m.Layers, "volume %d of the scan", volume)
		}
		m, err := ReadMask(decode(t, single), File{Data: file})
		require.NoError(t, err)
		assert.Equal(t, [][]uint8{{0, 1, 1}, {2, 0, 2}}, m.Layers, "classes that overlap")
		assert.Equal(t, 2, m.Classes)
	}
	_, err := ReadMask(decode(t, single), File{Data: of(300, make([]byte, 900)...)})
	assert.EqualError(t, err, "scan: the NIfTI file has 300 volumes; a mask has at most 255 classes")
}
