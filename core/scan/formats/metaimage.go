package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"segfault/core/scan"
)

func metaFormat() format {
	return format{
		name: "metaimage", title: "MetaImage", about: "ITK’s, with its data in the file or in another beside it.",
		endings: []string{".mha", ".mhd"}, several: isMeta, volumes: true, sniff: isMeta,
		read: func(r Reader, files []File) (*scan.Scan, error) {
			m, err := parseMeta(files)
			if err != nil {
				return nil, err
			}
			return m.scan(r.Volume)
		},
		readMask: func(_ Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
			m, err := parseMeta(files)
			if err != nil {
				return nil, err
			}
			return m.mask(on)
		},
	}
}

// isMeta knows a header by its first key, which is the kind of object or how many axes it has.
func isMeta(data []byte) bool {
	head := data[:min(len(data), 64)]
	for _, key := range []string{"ObjectType", "NDims", "Comment"} {
		if rest, found := bytes.CutPrefix(head, []byte(key)); found && bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("=")) {
			return true
		}
	}
	return false
}

// metaTypes are the names of types of values.
var metaTypes = map[string]sample{
	"MET_CHAR": {"int8", 1}, "MET_UCHAR": {"uint8", 1}, "MET_SHORT": {"int16", 2}, "MET_USHORT": {"uint16", 2}, "MET_INT": {"int32", 4}, "MET_UINT": {"uint32", 4},
	"MET_LONG": {"int32", 4}, "MET_ULONG": {"uint32", 4}, "MET_LONG_LONG": {"int64", 8}, "MET_ULONG_LONG": {"uint64", 8}, "MET_FLOAT": {"float32", 4}, "MET_DOUBLE": {"float64", 8},
}

// meta is a file's header and its values.
type meta struct {
	*voxels
	fields map[string]string
}

// of is a field that has had several names.
func (m *meta) of(names ...string) string {
	for _, name := range names {
		if v := m.fields[name]; v != "" {
			return v
		}
	}
	return ""
}

func (m *meta) is(names ...string) bool {
	v := strings.ToLower(m.of(names...))
	return v == "true" || v == "t" || v == "1"
}

// parseMeta reads the file, which may have its data in others.
func parseMeta(files []File) (*meta, error) {
	file, found := headerOf("metaimage", files)
	if !found {
		return nil, fmt.Errorf("scan: none of the %d files is a MetaImage header", len(files))
	}
	m := &meta{&voxels{format: "metaimage", title: "MetaImage", volumes: 1, size: [3]int64{1, 1, 1}, interleaved: true}, map[string]string{}}
	rest := file
	for read := 0; len(rest) > 0 && read < mostHeader; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		read, rest = read+len(line)+1, after
		key, value, _ := strings.Cut(strings.TrimRight(string(line), "\r"), "=")
		m.fields[strings.TrimSpace(key)] = strings.TrimSpace(value)
		if strings.TrimSpace(key) == "ElementDataFile" {
			break
		}
	}
	axes, err := strconv.Atoi(m.fields["NDims"])
	sizes, ok := realNumbers(m.fields["DimSize"])
	if err != nil || !ok || axes != len(sizes) || axes < 2 || axes > 4 {
		return nil, fmt.Errorf("scan: the MetaImage file has %.20q axes of sizes %.40q, but two to four are read; save one volume of it", m.fields["NDims"], m.fields["DimSize"])
	}
	for i, size := range sizes {
		if size < 1 || size > 1<<31 || size != float64(int64(size)) {
			return nil, fmt.Errorf("scan: the MetaImage file has an axis of size %v; export it again", size)
		}
		if i == 3 {
			m.volumes, m.interleaved = int64(size), false
			continue
		}
		m.size[i] = int64(size)
	}
	if text := m.fields["ElementNumberOfChannels"]; text != "" {
		channels, err := strconv.ParseInt(text, 10, 32)
		switch {
		case err != nil:
			return nil, fmt.Errorf("scan: the MetaImage file has %.20q channels; export it again", text)
		case axes == 4 && channels != 1:
			return nil, fmt.Errorf("scan: the MetaImage file has %d channels beside four axes, of which one or the other is read; save one volume of it", channels)
		case axes < 4:
			m.volumes = channels
		}
	}
	var known bool
	if m.sample, known = metaTypes[m.fields["ElementType"]]; !known {
		return nil, fmt.Errorf("scan: the MetaImage file's values are of type %.40q, but whole and floating-point numbers are read; convert it", m.fields["ElementType"])
	}
	m.order = endianness(m.is("BinaryDataByteOrderMSB", "ElementByteOrderMSB"))
	if err := m.check(); err != nil {
		return nil, err
	}
	m.place(axes)
	if m.data, err = m.values(rest, files); err != nil {
		return nil, err
	}
	m.write = m.copy
	return m, nil
}

// place reads where the voxels lie. The matrix lists the directions axis by axis, toward left, back and head, and perhaps along a fourth axis.
func (m *meta) place(axes int) {
	turn, ok := realNumbers(m.of("TransformMatrix", "Rotation", "Orientation"))
	spacing, spaced := realNumbers(m.of("ElementSpacing", "ElementSize"))
	origin, at := realNumbers(m.of("Offset", "Position", "Origin"))
	if spaced && len(spacing) == axes {
		for i, mm := range spacing[:min(axes, 3)] {
			if isPlace(mm) && mm > 0 {
				m.spacing[i] = mm
			}
		}
	}
	if axes < 3 || !ok || len(turn) != axes*axes || len(origin) != axes {
		return
	}
	for row, toward := range towardRAS {
		for axis := range 3 {
			mm := m.spacing[axis]
			if mm == 0 {
				mm = 1
			}
			m.affine[row][axis] = toward * turn[axes*axis+row] * mm
		}
		m.affine[row][3] = toward * origin[row]
	}
	m.affine[3][3], m.placed = 1, at
	m.settle()
}

// values are the file's, unpacked.
func (m *meta) values(rest []byte, files []File) ([]byte, error) {
	packing := ""
	if m.is("CompressedData") {
		packing = "zlib"
	}
	if v := m.fields["BinaryData"]; v != "" && !m.is("BinaryData") {
		packing = "text"
	}
	skip, _ := strconv.ParseInt(m.fields["HeaderSize"], 10, 48)
	where := strings.Fields(m.fields["ElementDataFile"])
	switch {
	case len(where) == 0:
		return nil, fmt.Errorf("scan: the MetaImage header does not say where its data are; export it again")
	case where[0] == "LOCAL" || where[0] == "Local" || where[0] == "local":
		return m.unpacked(rest, packing, 0, m.bytes())
	case where[0] == "LIST":
		return m.gathered(linesOf(rest), files, packing, 0, skip)
	case len(where) == 4 && isPattern(where[0]):
		var limits [3]int64
		for i := range limits {
			limits[i], _ = strconv.ParseInt(where[1+i], 10, 32)
		}
		names, err := patterned("MetaImage", where[0], limits[0], limits[1], limits[2])
		if err != nil {
			return nil, err
		}
		return m.gathered(names, files, packing, 0, skip)
	}
	data, err := beside("MetaImage", m.fields["ElementDataFile"], files)
	if err != nil {
		return nil, err
	}
	return m.unpacked(data, packing, skip, m.bytes())
}

// copy writes the file anew with other values, and of its header what says where they lie, as far as these are numbers.
func (m *meta) copy(data []byte) Saved {
	out := []byte("ObjectType = Image\nNDims = " + m.fields["NDims"] + "\nBinaryData = True\nBinaryDataByteOrderMSB = " +
		map[bool]string{true: "True", false: "False"}[m.order == binary.BigEndian] + "\nCompressedData = False\n")
	for _, field := range [][]string{{"TransformMatrix", "Rotation", "Orientation"}, {"Offset", "Position", "Origin"}, {"ElementSpacing", "ElementSize"}, {"DimSize"}, {"ElementNumberOfChannels"}} {
		if value := onlyNumbers(m.of(field...)); value != "" {
			out = append(out, field[0]+" = "+value+"\n"...)
		}
	}
	out = append(out, "ElementType = "+m.fields["ElementType"]+"\nElementDataFile = LOCAL\n"...)
	return Saved{Name: "adversarial.mha", Data: append(out, data...)}
}
