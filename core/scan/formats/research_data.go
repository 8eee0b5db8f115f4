package formats

import (
	"bytes"
	"compress/bzip2"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// unpacked gives need bytes of data that are packed in a way: as they are (""), gzip, zlib, bzip2, numbers as text, or two digits a byte (hex). skip bytes of them are
// left out; below 0, all but the last that are needed.
func (v *voxels) unpacked(data []byte, packing string, skip int64, need int64) ([]byte, error) {
	var from io.Reader
	most := int64(len(data)) * maxDeflate
	if packing == "zlib" && isGzip(data) { // which some write in its place
		packing = "gzip"
	}
	switch packing {
	case "":
		if skip > int64(len(data)) {
			return nil, v.truncated(need+skip, int64(len(data)))
		}
		if skip < 0 {
			skip = max(int64(len(data))-need, 0)
		}
		if data = data[skip:]; need > int64(len(data)) {
			return nil, v.truncated(need, int64(len(data)))
		}
		return data[:need], nil
	case "text":
		return v.numbers(data, need)
	case "hex":
		return v.digits(data, need)
	case "gzip":
		file, err := newInflater(data)
		if err != nil {
			return nil, err
		}
		from = file
	case "zlib":
		file, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, v.damaged(err)
		}
		from = file
	case "bzip2":
		from, most = bzip2.NewReader(bytes.NewReader(data)), int64(len(data))<<16
	}
	if skip < 0 || skip > most || need+skip > most {
		return nil, v.truncated(need+max(skip, 0), int64(len(data)))
	}
	if err := newBudget(v.title+" file", need).spend(skip); err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, from, skip); err != nil {
		return nil, v.truncated(need, 0)
	}
	out := make([]byte, need)
	if n, err := io.ReadFull(from, out); err != nil {
		return nil, v.truncated(need, int64(n))
	}
	if _, err := from.Read(make([]byte, 1)); err != nil && err != io.EOF { // the checksum
		return nil, v.damaged(err)
	}
	return out, nil
}

// truncated says that so many bytes are needed where there are fewer.
func (v *voxels) truncated(need, have int64) error { return truncated(v.title+" file", need, have) }

func (v *voxels) damaged(err error) error {
	return fmt.Errorf("scan: the %s file's compressed data are damaged (%v); copy or export it again", v.title, err)
}

// numbers reads values that are written as text.
func (v *voxels) numbers(text []byte, need int64) ([]byte, error) {
	count := need / int64(v.sample.bytes)
	if 2*count > int64(len(text))+1 {
		return nil, v.truncated(2*count, int64(len(text)))
	}
	out := make([]byte, need)
	at := 0
	for word := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		if at == len(out) {
			break
		}
		x, err := strconv.ParseFloat(string(word), 64)
		if err != nil {
			return nil, fmt.Errorf("scan: the %s file's values should be numbers, but one is %.20q; export it again", v.title, word)
		}
		v.sample.write(v.order, out[at:], x)
		at += v.sample.bytes
	}
	if at < len(out) {
		return nil, v.truncated(need, int64(at))
	}
	return out, nil
}

// digits reads bytes that are written as two hexadecimal digits each, wherever lines end.
func (v *voxels) digits(text []byte, need int64) ([]byte, error) {
	text = bytes.Join(bytes.Fields(text), nil)
	if 2*need > int64(len(text)) {
		return nil, v.truncated(2*need, int64(len(text)))
	}
	out := make([]byte, need)
	if _, err := hex.Decode(out, text[:2*need]); err != nil {
		return nil, fmt.Errorf("scan: the %s file's values should be hexadecimal digits, but not all are; export it again", v.title)
	}
	return out, nil
}

func isLocal(name string) bool { return filepath.IsLocal(name) && !strings.Contains(name, `\`) }

func lastPart(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }

// withoutLines is what follows upon so many lines.
func withoutLines(data []byte, lines int) []byte {
	for range min(lines, 1<<16) {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	return data
}

// gathered joins the files of a list or a pattern, each of which holds an equal part of the data, behind so many lines and bytes.
func (v *voxels) gathered(names []string, files []File, packing string, lines int, skip int64) ([]byte, error) {
	need := v.bytes()
	if len(names) == 0 || need%int64(len(names)) != 0 {
		return nil, fmt.Errorf("scan: the %s file's %d bytes of data should be in %d files, which is impossible; export it again", v.title, need, len(names))
	}
	var all []byte
	work, seen := newBudget(v.title+" file", need), map[string]bool{}
	for _, name := range names {
		data, err := beside(v.title, name, files)
		if err == nil {
			cost := perPart + max(skip, 0)
			if seen[name] { // a file that is named again is unpacked again
				cost += int64(len(data))
			}
			seen[name] = true
			err = work.spend(cost)
		}
		if err == nil {
			data, err = v.unpacked(withoutLines(data, lines), packing, skip, need/int64(len(names)))
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data...)
	}
	return all, nil
}

// linesOf are the names of a list, one a line.
func linesOf(text []byte) (names []string) {
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// isPattern tells a pattern from the first word of a file's name.
func isPattern(word string) bool { return strings.Contains(word, "%") }

// patterned lists the names that a pattern such as slice_%03d.raw stands for.
func patterned(title, pattern string, first, last, step int64) ([]string, error) {
	head, rest, found := strings.Cut(pattern, "%")
	width, tail, also := strings.Cut(rest, "d")
	digits, err := strconv.Atoi("0" + width)
	if !found || !also || err != nil || digits > 9 || step == 0 || (last-first)/step < 0 || (last-first)/step >= 1<<12 {
		return nil, fmt.Errorf("scan: the %s file's data are in files named %.60q, from %d to %d, which is not understood; save it as one file", title, pattern, first, last)
	}
	var names []string
	for n := first; step > 0 && n <= last || step < 0 && n >= last; n += step {
		names = append(names, fmt.Sprintf("%s%0*d%s", head, digits, n, tail))
	}
	return names, nil
}

// realNumbers reads numbers that are separated by spaces, commas or brackets.
func realNumbers(text string) (list []float64, ok bool) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,()\t", r) }) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || len(list) > 64 {
			return nil, false
		}
		list = append(list, x)
	}
	return list, true
}

// onlyNumbers is a text of numbers, some of which may be none, and nothing where it is another.
func onlyNumbers(text string) string {
	if _, ok := realNumbers(strings.ReplaceAll(text, "none", " ")); !ok {
		return ""
	}
	return text
}

// endianness is the order of bytes.
func endianness(big bool) binary.ByteOrder {
	if big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
