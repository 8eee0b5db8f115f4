package formats

import (
	"encoding/binary"
	"hash/crc32"
)

// Archive packs files into one ZIP archive without compressing them.
func Archive(files []Saved) []byte {
	le := binary.LittleEndian
	var out, directory []byte
	for _, f := range files {
		at := uint32(len(out))
		sizes := le.AppendUint32(le.AppendUint32(le.AppendUint32(nil, crc32.ChecksumIEEE(f.Data)), uint32(len(f.Data))), uint32(len(f.Data)))
		sizes = le.AppendUint16(sizes, uint16(len(f.Name)))
		// Version 2.0, UTF-8 names, stored, the first day that there is.
		common := append([]byte{20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0}, sizes...)
		out = append(append(out, "PK\x03\x04"...), common...)
		out = append(append(append(out, 0, 0), f.Name...), f.Data...)
		directory = append(append(append(directory, "PK\x01\x02"...), 20, 0), common...)
		directory = append(directory, make([]byte, 12)...) // no extra field, comment, disk or attributes
		directory = append(le.AppendUint32(directory, at), f.Name...)
	}
	end := uint32(len(out))
	out = append(append(append(out, directory...), "PK\x05\x06"...), 0, 0, 0, 0)
	out = le.AppendUint16(le.AppendUint16(out, uint16(len(files))), uint16(len(files)))
	out = le.AppendUint32(le.AppendUint32(out, uint32(len(directory))), end)
	return append(out, 0, 0)
}
