package scan

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// decodeNPZ reads the image of a NumPy archive: the array named image, or else the only one of two or more axes.
func decodeNPZ(data []byte) (*Scan, error) {
	members, err := zipMembers(data)
	if err != nil {
		return nil, err
	}
	var names []string
	var found *Scan
	for _, m := range members {
		name, isArray := strings.CutSuffix(m.name, ".npy")
		if !isArray {
			continue
		}
		array, err := m.content(data)
		if err != nil {
			return nil, err
		}
		if sniff(array) != "npy" {
			return nil, fmt.Errorf("scan: the NPZ holds an array that is none; save it again with numpy.savez")
		}
		s, err := decodeNPY(array)
		if name == "image" {
			return s, err
		}
		if h, headErr := parseNPY(array); headErr == nil && len(h.shape) < 2 { // a number or a list beside the image
			continue
		}
		if err != nil {
			return nil, err
		}
		names, found = append(names, name), s
	}
	switch {
	case len(names) == 0:
		return nil, fmt.Errorf("scan: the ZIP archive holds no NumPy array that is an image; choose %s", readable)
	case len(names) > 1:
		return nil, fmt.Errorf("scan: the NPZ holds %d images; name one of them image, or save it alone with numpy.save", len(names))
	}
	return found, nil
}

// zipMember is a file within a ZIP archive.
type zipMember struct {
	name           string
	method         uint16
	packed, length int64
	header         int64 // where the member's own header is
}

// zipMembers reads the directory at the archive's end.
func zipMembers(data []byte) ([]zipMember, error) {
	damaged := fmt.Errorf("scan: the ZIP archive is damaged or incomplete; copy or save it again")
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || end+22 > len(data) {
		return nil, damaged
	}
	le := binary.LittleEndian
	count, at := int(le.Uint16(data[end+10:])), int64(le.Uint32(data[end+16:]))
	var members []zipMember
	for range count {
		if at+46 > int64(len(data)) || string(data[at:at+4]) != "PK\x01\x02" {
			return nil, damaged
		}
		entry := data[at:]
		name, rest := int64(le.Uint16(entry[28:])), int64(le.Uint16(entry[30:]))+int64(le.Uint16(entry[32:]))
		m := zipMember{method: le.Uint16(entry[10:]), packed: int64(le.Uint32(entry[20:])), length: int64(le.Uint32(entry[24:])), header: int64(le.Uint32(entry[42:]))}
		if at += 46 + name; at+rest > int64(len(data)) || m.header+30 > int64(len(data)) {
			return nil, damaged
		}
		m.name = string(entry[46 : 46+name])
		at += rest
		members = append(members, m)
	}
	return members, nil
}

// content unpacks a member.
func (m zipMember) content(data []byte) ([]byte, error) {
	le := binary.LittleEndian
	from := m.header + 30 + int64(le.Uint16(data[m.header+26:])) + int64(le.Uint16(data[m.header+28:]))
	if from+m.packed > int64(len(data)) {
		return nil, truncated("ZIP archive", m.packed, int64(len(data))-from)
	}
	packed := data[from : from+m.packed]
	switch {
	case m.method == 0 && m.packed == m.length:
		return packed, nil
	case m.method != 8:
		return nil, fmt.Errorf("scan: the ZIP archive is compressed by method %d, but only none and Deflate are read; save it again with numpy.savez", m.method)
	case m.length > m.packed*maxDeflate || m.length > 8*maxValues:
		return nil, truncated("ZIP archive", m.length/maxDeflate, m.packed)
	}
	array := make([]byte, m.length)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(packed)), array); err != nil {
		return nil, fmt.Errorf("scan: the ZIP archive is damaged (%v); copy or save it again", err)
	}
	return array, nil
}
