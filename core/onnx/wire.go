package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"iter"
)

// span is a part of a file.
type span struct{ from, to int64 }

func (s span) size() int64 { return s.to - s.from }

// The wire types of protobuf.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// field is a field of a protobuf message: a number, or where its bytes lie.
type field struct {
	number int
	wire   int
	value  uint64
	at     span
}

// wire reads protobuf messages where they lie in a file, so that weights are
// passed over. After an error it reads nothing more.
type wire struct {
	r      io.ReaderAt
	page   []byte // of the file, from start on
	start  int64
	budget int // of messages and numbers, lest a small file make a large graph
	err    error
}

const (
	pageSize = 64 << 10
	depth    = 8 // of graphs in nodes of graphs
)

func (w *wire) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("onnx: "+format, args...)
	}
}

// spend takes from the budget.
func (w *wire) spend(n int) bool {
	if w.budget -= n; w.budget < 0 {
		w.fail("the graph is larger than any that is known: the file is damaged, or no network")
	}
	return w.err == nil
}

// peek gives up to n bytes from a position on, which stay until the next peek.
func (w *wire) peek(at, end int64, n int) []byte {
	if at < w.start || at+int64(n) > w.start+int64(len(w.page)) {
		w.page, w.start = w.page[:cap(w.page)], at
		if w.page == nil {
			w.page = make([]byte, pageSize)
		}
		got, err := w.r.ReadAt(w.page, at)
		w.page = w.page[:got]
		if got == 0 {
			w.fail("the file cannot be read at byte %d: %w", at, err)
		}
	}
	rest := w.page[at-w.start:]
	return rest[:min(int64(n), end-at, int64(len(rest)))]
}

// varint reads a number and says where it ends.
func (w *wire) varint(at, end int64) (value uint64, next int64) {
	if w.err != nil || at >= end {
		w.fail("the file ends in the middle of a number: it is truncated or damaged")
		return 0, end
	}
	value, n := binary.Uvarint(w.peek(at, end, binary.MaxVarintLen64))
	if n <= 0 {
		w.fail("there is no number at byte %d: the file is truncated or damaged, or no ONNX file", at)
		return 0, end
	}
	return value, at + int64(n)
}

// fields are those of a message.
func (w *wire) fields(s span) iter.Seq[field] {
	return func(yield func(field) bool) {
		for at := s.from; at < s.to && w.err == nil; {
			key, next := w.varint(at, s.to)
			f := field{number: int(key >> 3), wire: int(key & 7)}
			size := int64(0)
			switch f.wire {
			case wireVarint:
				f.value, next = w.varint(next, s.to)
			case wireFixed64:
				size = 8
			case wireFixed32:
				size = 4
			case wireBytes:
				var n uint64
				if n, next = w.varint(next, s.to); n > uint64(s.to-next) {
					w.fail("a part of %d bytes should begin at byte %d, where %d are left: the file is truncated or damaged", n, next, s.to-next)
				}
				size = int64(n)
			default:
				w.fail("byte %d begins no field of protobuf: the file is damaged, or no ONNX file", at)
			}
			if size > s.to-next {
				w.fail("the file ends in the middle of a number: it is truncated or damaged")
			}
			if f.at = (span{next, next + size}); w.err != nil || key>>3 == 0 || key>>3 > 1<<29 {
				w.fail("byte %d begins no field of protobuf: the file is damaged, or no ONNX file", at)
				return
			}
			if size == 4 && f.wire == wireFixed32 {
				f.value = uint64(binary.LittleEndian.Uint32(w.bytes(f.at)))
			}
			if !w.spend(1) || !yield(f) {
				return
			}
			at = f.at.to
		}
	}
}

// bytes reads a part of the file, which is known to be there.
func (w *wire) bytes(s span) []byte {
	data := make([]byte, s.size())
	if n, err := w.r.ReadAt(data, s.from); n < len(data) {
		w.fail("the file cannot be read at byte %d: %w", s.from+int64(n), err)
	}
	return data
}

// text reads a name.
func (w *wire) text(f field) string {
	if f.at.size() == 0 {
		return ""
	}
	if f.wire != wireBytes || f.at.size() > pageSize {
		w.fail("a name of %d bytes: the file is damaged", f.at.size())
		return ""
	}
	return string(w.peek(f.at.from, f.at.to, int(f.at.size())))
}

// note reads a text that is no name: one that is longer than any that is of use here,
// such as a program, is passed over.
func (w *wire) note(f field) string {
	if f.wire == wireBytes && f.at.size() > pageSize {
		return ""
	}
	return w.text(f)
}

// numbers are the values of a repeated number in one field, packed or not.
func (w *wire) numbers(f field) []int64 {
	if f.wire != wireBytes {
		return []int64{int64(f.value)}
	}
	var list []int64
	for at := f.at.from; at < f.at.to && w.spend(1); {
		var v uint64
		v, at = w.varint(at, f.at.to)
		list = append(list, int64(v))
	}
	return list
}
