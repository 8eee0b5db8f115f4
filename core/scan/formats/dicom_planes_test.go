package formats_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same four colours, as a JPEG-LS encoder writes them line by line, colour by colour and pixel by pixel.
func TestJPEGLSColoursAreReadHoweverTheyAreInterleaved(t *testing.T) {
	decoder := decoderOf(t)
	const head = "ffd8fff70011080002000203011100021100031100"
	for name, code := range map[string]string{
		"lines":   "ffda000c030100020003000001000000016d00000180678ef6000000b75000001b2000001c14a00020ffd9",
		"colours": "ffda00080101000000000000016d000001800000016ea0ffda000801020000000007c00000364000003820ffda00080103000000000001c00c00e00020ffd9",
		"pixels":  "ffda000c030100020003000002000000016ed1e000000c06d8000002dc0000036496800000e0800080ffd9",
	} {
		frame, err := hex.DecodeString(head + code)
		require.NoError(t, err)
		s, err := formats.Reader{Codec: decoder.Decode}.Read(formats.File{Data: jpegLS(frame)})
		require.NoError(t, err)
		assert.InDeltaSlice(t, []float32{69.09, 9, 64.4, 30.543}, s.Values, 1e-4, name) // the luma of (200,10,30), (9,9,9), (0,100,50) and (1,2,255)
	}
}

// jpegLS is a DICOM file of 2×2 colours of 8 bits that a JPEG-LS stream holds.
func jpegLS(frame []byte) []byte {
	le := binary.LittleEndian
	element := func(group, number uint16, vr string, value ...byte) (e []byte) {
		e = append(le.AppendUint16(le.AppendUint16(e, group), number), vr...)
		return append(le.AppendUint16(e, uint16(len(value))), value...)
	}
	out := append(make([]byte, 128), "DICM"...)
	out = append(out, element(2, 0x10, "UI", []byte("1.2.840.10008.1.2.4.80")...)...)
	for _, e := range []struct {
		number uint16
		vr     string
		value  []byte
	}{
		{0x02, "US", []byte{3, 0}}, {0x04, "CS", []byte("RGB ")}, {0x06, "US", []byte{0, 0}}, {0x10, "US", []byte{2, 0}}, {0x11, "US", []byte{2, 0}},
		{0x100, "US", []byte{8, 0}}, {0x101, "US", []byte{8, 0}}, {0x102, "US", []byte{7, 0}}, {0x103, "US", []byte{0, 0}},
	} {
		out = append(out, element(0x28, e.number, e.vr, e.value...)...)
	}
	out = append(out, "\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\x00\x00\x00\x00\xfe\xff\x00\xe0"...)
	out = append(le.AppendUint32(out, uint32(len(frame))), frame...)
	return append(out, "\xfe\xff\xdd\xe0\x00\x00\x00\x00"...)
}

func TestJPEG2000IsReadWithTheBoxesOfItsFile(t *testing.T) {
	_, path := expectedFiles(t, "dicom")
	file, err := os.ReadFile(filepath.Join(path, "dicom", "MR_small_jp2klossless.dcm"))
	require.NoError(t, err)
	decoder := decoderOf(t)
	want, err := formats.Reader{Codec: decoder.Decode}.Read(formats.File{Data: file})
	require.NoError(t, err)
	at := bytes.Index(file, []byte("\xff\x4f\xff\x51"))
	length := binary.LittleEndian.Uint32(file[at-4:])
	const signature, kind = "\x00\x00\x00\x0cjP  \r\n\x87\n", "\x00\x00\x00\x14ftypjp2 \x00\x00\x00\x00jp2 "
	for name, head := range map[string]string{"its length": "\x00\x00\xff\xff", "no length": "\x00\x00\x00\x00", "a long length": "\x00\x00\x00\x01"} {
		boxes := signature + kind + head + "jp2c"
		if name == "a long length" {
			boxes += "\x00\x00\x00\x00\x00\x00\xff\xff"
		}
		boxed := append(append(append([]byte(nil), file[:at]...), boxes...), file[at:]...)
		binary.LittleEndian.PutUint32(boxed[at-4:], length+uint32(len(boxes)))
		s, err := formats.Reader{Codec: decoder.Decode}.Read(formats.File{Data: boxed})
		require.NoError(t, err, name)
		assert.Equal(t, want.Values, s.Values, name)
	}
	cut := append(append(append([]byte(nil), file[:at]...), signature+"\x00\x00\x00\x07ftyp"...), file[at:]...)
	binary.LittleEndian.PutUint32(cut[at-4:], length+20)
	_, err = formats.Reader{Codec: decoder.Decode}.Read(formats.File{Data: cut})
	assert.ErrorContains(t, err, "scan: the DICOM declares")
}
