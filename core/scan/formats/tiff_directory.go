package formats

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The fields of a TIFF directory that are read.
const (
	tiffSubfile      = 254
	tiffWidth        = 256
	tiffHeight       = 257
	tiffBits         = 258
	tiffCompression  = 259
	tiffPhotometric  = 262
	tiffFillOrder    = 266
	tiffDescription  = 270
	tiffStripOffsets = 273
	tiffOrientation  = 274
	tiffSamples      = 277
	tiffStripRows    = 278
	tiffStripBytes   = 279
	tiffPlanar       = 284
	tiffFax3Options  = 292
	tiffPredictor    = 317
	tiffColours      = 320
	tiffTileWidth    = 322
	tiffTileHeight   = 323
	tiffTileOffsets  = 324
	tiffTileBytes    = 325
	tiffSampleFormat = 339
	tiffJPEGTables   = 347
)

// tiffKind is how a TIFF writes its numbers, and the bytes that the parts of a directory take. A wide one, a BigTIFF, has counts and offsets
// of 64 bits.
type tiffKind struct {
	order   binary.ByteOrder
	counter int // the number of entries
	entry   int // the number of a field, a type, a count, and the values or where they are
	offset  int // where something is
}

// kindOfTIFF reads a file's mark.
func kindOfTIFF(data []byte) tiffKind {
	k := tiffKind{binary.LittleEndian, 2, 12, 4}
	if data[0] == 'M' {
		k.order = binary.BigEndian
	}
	if k.order.Uint16(data[2:]) == 43 {
		k.counter, k.entry, k.offset = 8, 20, 8
	}
	return k
}

// number reads one of so many bytes.
func (k tiffKind) number(b []byte, bytes int) uint64 {
	switch bytes {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(k.order.Uint16(b))
	case 4:
		return uint64(k.order.Uint32(b))
	}
	return k.order.Uint64(b)
}

// tiffDirectory is what a TIFF says of one picture. Nothing is copied: a hostile file could have many fields point to the same values.
type tiffDirectory struct {
	tiffKind
	data    []byte
	entries []byte
}

// tiffField is a field's values, numbers or letters.
type tiffField struct {
	kind   tiffKind
	size   int // of one, in bytes
	values []byte
}

func tiffDamaged() error {
	return fmt.Errorf("scan: the TIFF is damaged or incomplete; copy or export it again")
}

// tiffDirectories reads the chain of directories. Together they are no longer than the file, so they neither overlap nor go in circles. With
// an error come those until then.
func tiffDirectories(data []byte) ([]tiffDirectory, error) {
	if len(data) < 16 {
		return nil, truncated("TIFF", 16, int64(len(data)))
	}
	k := kindOfTIFF(data)
	var list []tiffDirectory
	room := uint64(len(data))
	for at := k.number(data[k.offset:], k.offset); at != 0; {
		if at > uint64(len(data)-k.counter) {
			return list, tiffDamaged()
		}
		rest := data[at+uint64(k.counter):]
		count := k.number(data[at:], k.counter)
		if count > uint64(len(rest)/k.entry) {
			return list, tiffDamaged()
		}
		length := int(count) * k.entry
		takes := uint64(k.counter + length + k.offset)
		if len(rest) < length+k.offset || takes > room {
			return list, tiffDamaged()
		}
		room -= takes
		d := tiffDirectory{k, data, rest[:length]}
		list = append(list, d)
		if err := d.check(); err != nil {
			return list, err
		}
		at = k.number(rest[length:], k.offset)
	}
	return list, nil
}

// tiffSizes are the bytes that a value takes, by its type.
var tiffSizes = [19]int{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

// check asks that the fields that are read have their values within the file.
func (d tiffDirectory) check() error {
	for e := d.entries; len(e) > 0; e = e[d.entry:] {
		if number := d.order.Uint16(e); number < tiffSubfile || number > tiffJPEGTables {
			continue
		}
		if _, ok := d.read(e); !ok {
			return tiffDamaged()
		}
	}
	return nil
}

// field finds a field by its number; one that is not there has no values.
func (d tiffDirectory) field(number uint16) tiffField {
	for e := d.entries; len(e) > 0; e = e[d.entry:] {
		if d.order.Uint16(e) == number {
			f, _ := d.read(e)
			return f
		}
	}
	return tiffField{}
}

// read reads an entry. It fails where the values lie outside of the file; those of an unknown type are none.
func (d tiffDirectory) read(entry []byte) (tiffField, bool) {
	kind := d.order.Uint16(entry[2:])
	if int(kind) >= len(tiffSizes) || tiffSizes[kind] == 0 {
		return tiffField{}, true
	}
	f := tiffField{kind: d.tiffKind, size: tiffSizes[kind]}
	count := d.number(entry[4:], d.offset)
	values := entry[4+d.offset : d.entry]
	if count > uint64(len(d.data)/f.size) {
		return tiffField{}, false
	}
	length := int(count) * f.size
	if length > len(values) {
		at := d.number(values, d.offset)
		if at > uint64(len(d.data)-length) {
			return tiffField{}, false
		}
		values = d.data[at:]
	}
	f.values = values[:length]
	return f, true
}

func (f tiffField) count() int64 { return int64(len(f.values) / max(f.size, 1)) }

// at is the i-th number of a field, which has so many. What is too large for anything is as large as can be.
func (f tiffField) at(i int64) int64 {
	return int64(min(f.kind.number(f.values[i*int64(f.size):], f.size), math.MaxInt64))
}

// one is a field's first number, or what it means when it is absent.
func (d tiffDirectory) one(number uint16, absent int64) int64 {
	if f := d.field(number); f.count() > 0 {
		return f.at(0)
	}
	return absent
}
