package scan

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixPNG makes the checksum of the first chunk right again.
func fixPNG(file []byte) []byte {
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// checkError asks of an error what the house asks: the package's name and one sentence.
func checkError(t *testing.T, err error, what string, arguments ...any) {
	t.Helper()
	if assert.Error(t, err, append([]any{what}, arguments...)...) {
		assert.True(t, strings.HasPrefix(err.Error(), "scan: ") && !strings.ContainsAny(err.Error(), "\n\x00"), "%q", err)
	}
}

func TestTruncatedTinyFilesAreRefused(t *testing.T) {
	for name, file := range tinyFiles() {
		decode(t, file)
		for cut := range file {
			_, err := Decode(name, file[:cut])
			checkError(t, err, "%s cut at %d of %d", name, cut, len(file))
		}
	}
}

func TestTruncatedRealFilesAreRefused(t *testing.T) {
	path := shared(t, "formats")
	files, err := filepath.Glob(filepath.Join(path, "*", "*.*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for cut := 0; cut < len(data); cut += 1024 {
			if s, err := Decode(name, data[:cut]); err != nil {
				checkError(t, err, "%s cut at %d of %d", name, cut, len(data))
			} else {
				// A DICOM may end with elements after the pixels, whose loss changes nothing.
				assert.Equal(t, "dicom", s.Format, "%s cut at %d of %d", name, cut, len(data))
			}
		}
	}
}

func TestWhatIsNoScanIsNamed(t *testing.T) {
	for want, file := range map[string]struct{ name, content string }{
		"scan: the file is empty; choose " + readable:                                                            {"a.png", ""},
		"scan: this is a TIFF file; choose " + readable:                                                          {"a.dcm", "II*\x00 and so on"},
		"scan: this is a ZIP archive (or NPZ); choose " + readable:                                               {"a.npz", "PK\x03\x04"},
		"scan: the file's name says DICOM, but its content is none (6 bytes); export or copy it again":           {"A.DCM", "hello!"},
		"scan: the file's name says gzipped NIfTI-1, but its content is none (6 bytes); export or copy it again": {"a.nii.gz", "hello!"},
		"scan: the file's content is not recognised; choose " + readable:                                         {"notes", "hello!"},
	} {
		_, err := Decode(file.name, []byte(file.content))
		assert.EqualError(t, err, want)
		_, err = DecodeMask(file.name, []byte(file.content))
		assert.EqualError(t, err, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range tinyFiles() {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode("", data)
		if err != nil {
			checkError(t, err, "")
		} else {
			checkScan(t, s)
		}
		if m, err := DecodeMask("", data); err != nil {
			checkError(t, err, "")
		} else {
			require.Len(t, m.Labels, m.Width*m.Height*m.Slices*m.Channels)
		}
	})
}

// checkScan asks for what users of a Scan rely on.
func checkScan(t *testing.T, s *Scan) {
	require.Len(t, s.Values, s.Width*s.Height*s.Slices*s.Channels)
	require.True(t, s.Slices == 1 || s.Channels == 1)
	require.Less(t, s.Window[0], s.Window[1])
	for _, v := range s.Values {
		require.True(t, isFinite(float64(v)))
	}
	slice, err := s.Slice(s.Slices - 1)
	require.NoError(t, err)
	for _, n := range []Normalisation{Max, MinMax, Percentile} {
		scale, err := n.Scale(slice)
		require.NoError(t, err)
		x := make([]float32, len(slice))
		scale.Apply(x, slice)
		require.True(t, within01(x))
	}
}
