package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"segfault/core/scan"
)

func nrrdFormat() format {
	return format{
		name: "nrrd", title: "NRRD", about: "3D Slicer’s, with its data in the file or in another beside it.",
		endings: []string{".nrrd", ".nhdr"}, several: isNRRD, volumes: true, sniff: isNRRD,
		read: func(r Reader, files []File) (*scan.Scan, error) {
			n, err := parseNRRD(files)
			if err != nil {
				return nil, err
			}
			return n.scan(r.Volume)
		},
		readMask: func(_ Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
			n, err := parseNRRD(files)
			if err != nil {
				return nil, err
			}
			if n.keys["Segment0_ID"] != "" || n.keys["Segment0_LabelValue"] != "" {
				return n.segments()
			}
			return n.mask(on)
		},
	}
}

var isNRRD = begins("NRRD000")

// nrrdTypes are the names of types of values.
var nrrdTypes = map[string]sample{
	"signed char": {"int8", 1}, "int8": {"int8", 1}, "int8_t": {"int8", 1},
	"uchar": {"uint8", 1}, "unsigned char": {"uint8", 1}, "uint8": {"uint8", 1}, "uint8_t": {"uint8", 1},
	"short": {"int16", 2}, "short int": {"int16", 2}, "signed short": {"int16", 2}, "signed short int": {"int16", 2}, "int16": {"int16", 2}, "int16_t": {"int16", 2},
	"ushort": {"uint16", 2}, "unsigned short": {"uint16", 2}, "unsigned short int": {"uint16", 2}, "uint16": {"uint16", 2}, "uint16_t": {"uint16", 2},
	"int": {"int32", 4}, "signed int": {"int32", 4}, "int32": {"int32", 4}, "int32_t": {"int32", 4},
	"uint": {"uint32", 4}, "unsigned int": {"uint32", 4}, "uint32": {"uint32", 4}, "uint32_t": {"uint32", 4},
	"longlong": {"int64", 8}, "long long": {"int64", 8}, "long long int": {"int64", 8}, "signed long long": {"int64", 8}, "signed long long int": {"int64", 8}, "int64": {"int64", 8}, "int64_t": {"int64", 8},
	"ulonglong": {"uint64", 8}, "unsigned long long": {"uint64", 8}, "unsigned long long int": {"uint64", 8}, "uint64": {"uint64", 8}, "uint64_t": {"uint64", 8},
	"float": {"float32", 4}, "double": {"float64", 8},
}

// nrrdPackings are how values may be packed.
var nrrdPackings = map[string]string{"raw": "", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2", "text": "text", "txt": "text", "ascii": "text", "hex": "hex"}

// nrrd is a file's header and its values.
type nrrd struct {
	*voxels
	fields, keys map[string]string
}

// mostHeader bounds a header of text.
const mostHeader = 1 << 20

// parseNRRD reads the file, which may have its data in others.
func parseNRRD(files []File) (*nrrd, error) {
	file, found := headerOf("nrrd", files)
	if !found {
		return nil, fmt.Errorf("scan: none of the %d files is an NRRD header", len(files))
	}
	n := &nrrd{&voxels{format: "nrrd", title: "NRRD", volumes: 1}, map[string]string{}, map[string]string{}}
	rest := n.header(file)
	axes, err := n.axes()
	if err != nil {
		return nil, err
	}
	var known bool
	if n.sample, known = nrrdTypes[strings.ToLower(n.fields["type"])]; !known {
		return nil, fmt.Errorf("scan: the NRRD file's values are of type %.40q, but whole and floating-point numbers are read; convert it", n.fields["type"])
	}
	n.order = endianness(strings.ToLower(n.fields["endian"]) == "big")
	if err := n.check(); err != nil {
		return nil, err
	}
	n.place(axes)
	if n.data, err = n.values(rest, files); err != nil {
		return nil, err
	}
	n.write = n.copy
	return n, nil
}

// headerOf is the one of some files that begins as a kind does.
func headerOf(kind string, files []File) ([]byte, bool) {
	for _, f := range files {
		if of, ok := sniff(f.Data); ok && of.name == kind {
			return f.Data, true
		}
	}
	return nil, false
}

// header reads fields and keys up to the empty line, and gives what follows.
func (n *nrrd) header(file []byte) (rest []byte) {
	rest = file
	for read := 0; len(rest) > 0 && read < mostHeader; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		read += len(line) + 1
		rest = after
		text := strings.TrimRight(string(line), "\r")
		if text == "" {
			break
		}
		if strings.HasPrefix(text, "#") || strings.HasPrefix(text, "NRRD000") {
			continue
		}
		if key, value, found := strings.Cut(text, ":="); found {
			n.keys[key] = value
			continue
		}
		if field, value, found := strings.Cut(text, ":"); found {
			field, value = strings.ToLower(strings.TrimSpace(field)), strings.TrimSpace(value)
			if field == "datafile" {
				field = "data file"
			}
			if field == "data file" && strings.HasPrefix(value, "LIST") {
				for _, name := range linesOf(rest) {
					value += "\n" + name
				}
				rest = nil
			}
			n.fields[field] = value
		}
	}
	return rest
}

// axes finds sizes, and which axis is one of volumes, −1 for none; it must be the first or the last of four.
func (n *nrrd) axes() (list int, err error) {
	sizes, ok := realNumbers(n.fields["sizes"])
	dimension, _ := strconv.Atoi(n.fields["dimension"])
	if !ok || dimension != len(sizes) || dimension < 2 || dimension > 4 {
		return 0, fmt.Errorf("scan: the NRRD file has %.20q axes of sizes %.40q, but two to four are read; save one volume of it", n.fields["dimension"], n.fields["sizes"])
	}
	list = -1
	for i, direction := range directionsOf(n.fields["space directions"]) {
		if direction == "none" {
			list = i
		}
	}
	if kinds := strings.Fields(strings.ToLower(n.fields["kinds"])); list < 0 {
		spatial := func(i int) bool { return kinds[i] == "domain" || kinds[i] == "space" }
		if dimension == 4 {
			list = 3
		}
		if len(kinds) == dimension && dimension > 2 && !spatial(0) && (dimension == 4 || spatial(1) && spatial(2)) { // colours of pictures, too
			list = 0
		}
	}
	at := 0
	n.size = [3]int64{1, 1, 1}
	for i, size := range sizes {
		if size < 1 || size > 1<<31 || size != float64(int64(size)) {
			return 0, fmt.Errorf("scan: the NRRD file has an axis of size %v; export it again", size)
		}
		if i == list {
			n.volumes, n.interleaved = int64(size), i == 0
			continue
		}
		if at == 3 || list > 0 && list < dimension-1 {
			return 0, fmt.Errorf("scan: the NRRD file's axes %.60q are in an order that is not read; save one volume of it", n.fields["kinds"])
		}
		n.size[at] = int64(size)
		at++
	}
	return list, nil
}

// directionsOf parts directions, each of which is none or numbers between brackets, where there may be spaces, too, and none between them.
func directionsOf(text string) []string {
	inside := false
	return strings.Fields(strings.Map(func(r rune) rune {
		if inside = r == '(' || inside && r != ')'; inside && (r == ' ' || r == '\t') {
			return ','
		}
		return r
	}, strings.ReplaceAll(text, ")", ") ")))
}

// nrrdSpaces are the directions of spaces, as factors to right, front and head.
var nrrdSpaces = map[string][3]float64{
	"right-anterior-superior": {1, 1, 1}, "ras": {1, 1, 1}, "left-anterior-superior": {-1, 1, 1}, "las": {-1, 1, 1},
	"left-posterior-superior": {-1, -1, 1}, "lps": {-1, -1, 1},
	"rast": {1, 1, 1}, "last": {-1, 1, 1}, "lpst": {-1, -1, 1}, // and time, as others say at length
}

// otherSpaces are known to the format, but not where they lie in a patient.
var otherSpaces = []string{"scanner-xyz", "3d-right-handed", "3d-left-handed"}

// place reads where the voxels lie. A direction has a number for each axis of its space, which may be of two, or have time as its fourth.
func (n *nrrd) place(list int) {
	for i, text := range strings.Fields(n.fields["spacings"]) {
		if list == 0 {
			i--
		}
		if mm, err := strconv.ParseFloat(text, 64); err == nil && i >= 0 && i < 3 && mm > 0 && isPlace(mm) {
			n.spacing[i] = mm
		}
	}
	toward, known := nrrdSpaces[strings.TrimSuffix(strings.ToLower(n.fields["space"]), "-time")]
	origin, at := realNumbers(n.fields["space origin"])
	at = at && len(origin) >= 3
	if !known {
		toward = [3]float64{1, 1, 1}
	}
	var affine [4][4]float64
	axis := 0
	for i, text := range directionsOf(n.fields["space directions"]) {
		if i == list {
			continue
		}
		direction, ok := realNumbers(text)
		if axis == 3 || !ok || len(direction) < 2 || len(direction) > 4 {
			return
		}
		for row, mm := range direction[:min(len(direction), 3)] {
			affine[row][axis] = toward[row] * mm
		}
		axis++
	}
	if axis < 2 {
		return
	}
	if at {
		for row := range 3 {
			affine[row][3] = toward[row] * origin[row]
		}
	}
	affine[3][3] = 1
	n.affine, n.placed = affine, known && at
	n.settle()
	if !known || axis < 3 {
		n.affine, n.placed = [4][4]float64{}, false
	}
}

// values are the file's, unpacked.
func (n *nrrd) values(rest []byte, files []File) ([]byte, error) {
	packing, known := nrrdPackings[strings.ToLower(n.fields["encoding"])]
	if !known {
		return nil, fmt.Errorf("scan: the NRRD file is encoded as %.20q, but raw, gzip, bzip2, text and hex are read; save it as one of them", n.fields["encoding"])
	}
	lines, _ := strconv.ParseInt(n.fields["line skip"], 10, 32)
	skip, _ := strconv.ParseInt(n.fields["byte skip"], 10, 48)
	where := strings.Fields(n.fields["data file"])
	switch {
	case len(where) == 0:
	case where[0] == "LIST":
		names := strings.Split(n.fields["data file"], "\n")
		return n.gathered(names[1:], files, packing, int(lines), skip)
	case len(where) >= 4 && isPattern(where[0]):
		var limits [3]int64
		for i := range limits {
			limits[i], _ = strconv.ParseInt(where[1+i], 10, 32)
		}
		names, err := patterned("NRRD", where[0], limits[0], limits[1], limits[2])
		if err != nil {
			return nil, err
		}
		return n.gathered(names, files, packing, int(lines), skip)
	default:
		var err error
		if rest, err = beside("NRRD", n.fields["data file"], files); err != nil {
			return nil, err
		}
	}
	return n.unpacked(withoutLines(rest, int(lines)), packing, skip, n.bytes())
}
