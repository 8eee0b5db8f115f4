package formats

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// zipArchive is a ZIP archive whose members are unpacked as far as they are asked for.
type zipArchive struct {
	data    []byte
	members []zipMember
	inflate io.ReadCloser // made once, since it is large
	read    int64         // packed bytes that were inflated
}

// zipMember is a file within a ZIP archive.
type zipMember struct {
	name           string
	method         uint16
	sum            uint32 // its CRC-32
	packed, length uint64
	header         uint64 // where the member's own header is
}

func zipDamaged() error {
	return fmt.Errorf("scan: the ZIP archive is damaged or incomplete; copy or save it again")
}

// openZip reads the directory at the archive's end.
func openZip(data []byte) (*zipArchive, error) {
	count, at, ok := zipDirectory(data)
	if !ok {
		return nil, zipDamaged()
	}
	le, have := binary.LittleEndian, uint64(len(data))
	z := &zipArchive{data: data, inflate: flate.NewReader(nil)}
	for range count {
		if at > have || have-at < 46 || string(data[at:at+4]) != "PK\x01\x02" {
			return nil, zipDamaged()
		}
		entry := data[at:]
		name, extra, comment := int(le.Uint16(entry[28:])), int(le.Uint16(entry[30:])), int(le.Uint16(entry[32:]))
		if len(entry) < 46+name+extra+comment {
			return nil, zipDamaged()
		}
		m := zipMember{name: string(entry[46 : 46+name]), method: le.Uint16(entry[10:]), sum: le.Uint32(entry[16:]),
			packed: uint64(le.Uint32(entry[20:])), length: uint64(le.Uint32(entry[24:])), header: uint64(le.Uint32(entry[42:]))}
		m.widen(entry[46+name : 46+name+extra])
		if m.header > have || have-m.header < 30 {
			return nil, zipDamaged()
		}
		z.members = append(z.members, m)
		at += uint64(46 + name + extra + comment)
	}
	return z, nil
}

// zipDirectory tells how many entries the directory has and where it begins, in an archive of either width.
func zipDirectory(data []byte) (count, at uint64, ok bool) {
	le := binary.LittleEndian
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || end+22 > len(data) {
		return 0, 0, false
	}
	count, at = uint64(le.Uint16(data[end+10:])), uint64(le.Uint32(data[end+16:]))
	if end < 20 || string(data[end-20:end-16]) != "PK\x06\x07" {
		return count, at, true
	}
	wide := le.Uint64(data[end-12:])
	if wide > uint64(end) || uint64(end)-wide < 56 || string(data[wide:wide+4]) != "PK\x06\x06" {
		return 0, 0, false
	}
	return le.Uint64(data[wide+32:]), le.Uint64(data[wide+48:]), true
}

// widen takes from an entry's extra fields the numbers that need 64 bits.
func (m *zipMember) widen(extra []byte) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		kind, length := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if length > len(extra)-4 {
			return
		}
		field := extra[4 : 4+length]
		extra = extra[4+length:]
		if kind != 1 {
			continue
		}
		for _, n := range []*uint64{&m.length, &m.packed, &m.header} {
			if *n == math.MaxUint32 && len(field) >= 8 {
				*n, field = le.Uint64(field), field[8:]
			}
		}
	}
}

// unpack returns the first n bytes of a member, and compares its sum if that is all of it.
func (z *zipArchive) unpack(m zipMember, n int64) ([]byte, error) {
	if uint64(n) > m.length {
		return nil, truncated("ZIP archive", n, int64(min(m.length, math.MaxInt64)))
	}
	le := binary.LittleEndian
	from := m.header + 30 + uint64(le.Uint16(z.data[m.header+26:])) + uint64(le.Uint16(z.data[m.header+28:]))
	if have := uint64(len(z.data)); from > have || m.packed > have-from {
		return nil, zipDamaged()
	}
	packed := z.data[from : from+m.packed]
	var content []byte
	switch {
	case m.method == 0 && m.packed == m.length:
		content = packed[:n]
	case m.method != 8:
		return nil, fmt.Errorf("scan: the ZIP archive is compressed by method %d, but only none and Deflate are read; save it again with numpy.savez", m.method)
	case n > int64(len(packed))*maxDeflate:
		return nil, truncated("ZIP archive", n/maxDeflate, int64(len(packed)))
	default:
		content = make([]byte, n)
		in := bytes.NewReader(packed)
		if err := z.inflate.(flate.Resetter).Reset(in, nil); err != nil {
			return nil, zipDamaged()
		}
		_, err := io.ReadFull(z.inflate, content)
		z.read += int64(len(packed) - in.Len())
		if err != nil {
			return nil, fmt.Errorf("scan: the ZIP archive is damaged (%v); copy or save it again", err)
		}
	}
	if uint64(n) == m.length && crc32.ChecksumIEEE(content) != m.sum {
		return nil, fmt.Errorf("scan: the ZIP archive is damaged: %.40q is not what it was; copy or save it again", m.name)
	}
	return content, nil
}
