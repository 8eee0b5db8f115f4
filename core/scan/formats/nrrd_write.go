package formats

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// nrrdKinds are the kinds of axes that the format knows, in small letters.
const nrrdKinds = " domain space time list point vector covariant-vector normal stub scalar complex 2-vector 3-color rgb-color hsv-color xyz-color" +
	" 4-color rgba-color 3-vector 3-gradient 3-normal 4-vector quaternion 2d-symmetric-matrix 2d-masked-symmetric-matrix 2d-matrix 2d-masked-matrix" +
	" 3d-symmetric-matrix 3d-masked-symmetric-matrix 3d-matrix 3d-masked-matrix ??? none "

// copy writes the file anew with other values, and of its header what says where they lie, as far as these are numbers and words that the format knows.
func (n *nrrd) copy(data []byte) Saved {
	out := []byte("NRRD0004\n")
	for _, field := range []string{"type", "dimension", "space", "space dimension", "sizes", "space directions", "space origin", "spacings", "kinds"} {
		if value := n.plain(field); value != "" {
			out = append(out, field+": "+value+"\n"...)
		}
	}
	if n.sample.bytes > 1 {
		out = append(out, "endian: "+map[bool]string{true: "big", false: "little"}[n.order == binary.BigEndian]+"\n"...)
	}
	out = append(out, "encoding: raw\n\n"...)
	return Saved{Name: "adversarial.nrrd", Data: append(out, data...)}
}

// plain is what of a field a copy may have: nothing of a text that is free.
func (n *nrrd) plain(field string) string {
	value := n.fields[field]
	switch field {
	case "type":
		return strings.ToLower(value) // a known one
	case "space":
		if name := strings.TrimSuffix(strings.ToLower(value), "-time"); nrrdSpaces[name] != [3]float64{} || slices.Contains(otherSpaces, name) {
			return value
		}
		return ""
	case "space dimension":
		if dimension, err := strconv.Atoi(value); err == nil {
			return strconv.Itoa(dimension)
		}
		if n.plain("space") == "" && n.plain("space directions") != "" {
			return "3"
		}
		return ""
	case "kinds":
		kinds := strings.Fields(value)
		for i, kind := range kinds {
			if !strings.Contains(nrrdKinds, " "+strings.ToLower(kind)+" ") {
				kinds[i] = "???"
			}
		}
		return strings.Join(kinds, " ")
	case "space directions":
		if value == "" || onlyNumbers(value) != "" {
			return value
		}
		directions := directionsOf(value)
		for i, direction := range directions { // which of them is none tells what the axes are
			if direction != "none" {
				directions[i] = "(nan,nan,nan)"
			}
		}
		return strings.Join(directions, " ")
	case "spacings":
		mm := strings.Fields(value)
		for i := range mm {
			if _, err := strconv.ParseFloat(mm[i], 64); err != nil {
				mm[i] = "nan"
			}
		}
		return strings.Join(mm, " ")
	}
	return onlyNumbers(value)
}
