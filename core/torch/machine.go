package torch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// machine runs a pickle. Its memory is bounded by the pickle's length: every
// instruction pushes one value at most, and texts lie in the pickle.
type machine struct {
	code    []byte
	at      int
	stack   []any
	marks   []int // places in the stack
	memo    map[int64]any
	copies  int                         // items that were copied
	storage func(id tuple) (any, error) // makes a storage of what a file says of it
}

// problem is what a machine panics with.
type problem struct{ error }

func fail(format string, args ...any) { panic(problem{fmt.Errorf("torch: "+format, args...)}) }

// damaged ends the reading of a pickle that PyTorch did not write.
func (m *machine) damaged() { fail("the pickle in it is damaged or truncated at byte %d", m.at) }

// run executes one pickle and gives its value and its length.
func run(code []byte, storage func(tuple) (any, error)) (value any, length int, err error) {
	m := &machine{code: code, memo: map[int64]any{}, storage: storage}
	defer func() {
		if p := recover(); p != nil {
			known, ok := p.(problem)
			if !ok {
				panic(p)
			}
			err = known.error
		}
	}()
	for {
		op := m.bytes(1)[0]
		if op == '.' {
			return m.pop(), m.at, nil
		}
		m.step(op)
	}
}

// bytes takes the next n bytes of the code.
func (m *machine) bytes(n uint64) []byte {
	if n > uint64(len(m.code)-m.at) {
		m.damaged()
	}
	m.at += int(n)
	return m.code[m.at-int(n) : m.at : m.at]
}

// line takes what is before the next end of a line.
func (m *machine) line() string {
	n := bytes.IndexByte(m.code[m.at:], '\n')
	if n < 0 {
		m.damaged()
	}
	return string(m.bytes(uint64(n) + 1)[:n])
}

// number takes a number of some bytes, without a sign.
func (m *machine) number(size uint64) uint64 {
	var b [8]byte
	copy(b[:], m.bytes(size))
	return binary.LittleEndian.Uint64(b[:])
}

func (m *machine) push(v any) { m.stack = append(m.stack, v) }

func (m *machine) pop() any {
	least := 0
	if len(m.marks) > 0 {
		least = m.marks[len(m.marks)-1]
	}
	if len(m.stack) <= least {
		m.damaged()
	}
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v
}

// top is the last value, which stays.
func (m *machine) top() any {
	v := m.pop()
	m.push(v)
	return v
}

// marked takes what was pushed since the last mark.
func (m *machine) marked() []any {
	if len(m.marks) == 0 {
		m.damaged()
	}
	from := m.marks[len(m.marks)-1]
	m.marks = m.marks[:len(m.marks)-1]
	list := append([]any(nil), m.stack[from:]...)
	m.stack = m.stack[:from]
	return list
}

// popped takes the last n values.
func (m *machine) popped(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[n-1-i] = m.pop()
	}
	return list
}

// step executes one instruction; pickletools.py of Python describes them.
func (m *machine) step(op byte) {
	switch op {
	case 0x80: // protocol
		if v := m.bytes(1)[0]; v > 5 {
			fail("the pickle in it is of protocol %d; expected one up to 5", v)
		}
	case 0x95: // frame
		m.bytes(8)
	case '(':
		m.marks = append(m.marks, len(m.stack))
	case '0':
		if n := len(m.marks); n > 0 && m.marks[n-1] == len(m.stack) {
			m.marked()
			return
		}
		m.pop()
	case '1':
		m.marked()
	case '2':
		m.push(m.top())
	case 'q', 'r', 'p', 0x94, 'h', 'j', 'g':
		m.remember(op)
	case 'c', 0x93, 'R', 0x81, 0x92, 'b', 'i', 'o', 'P', 'Q', 0x82, 0x83, 0x84:
		m.object(op)
	case 'N', 0x88, 0x89, 'I', 'J', 'K', 'M', 'L', 0x8a, 0x8b, 'F', 'G':
		m.push(m.scalar(op))
	case 'S', 'T', 'U', 'V', 'X', 0x8c, 0x8d, 'B', 'C', 0x8e, 0x96:
		m.push(m.text(op))
	default:
		m.container(op)
	}
}

// remember puts the last value into the memo or takes one from it.
func (m *machine) remember(op byte) {
	var key int64
	switch op {
	case 'q', 'h':
		key = int64(m.number(1))
	case 'r', 'j':
		key = int64(m.number(4))
	case 'p', 'g':
		n, err := strconv.ParseInt(m.line(), 10, 64)
		if err != nil {
			m.damaged()
		}
		key = n
	case 0x94:
		key = int64(len(m.memo))
	}
	if op == 'h' || op == 'j' || op == 'g' {
		v, known := m.memo[key]
		if !known {
			m.damaged()
		}
		m.push(v)
		return
	}
	m.memo[key] = m.top()
}

// scalar is a number, a truth or nothing.
func (m *machine) scalar(op byte) any {
	switch op {
	case 0x88, 0x89:
		return op == 0x88
	case 'J':
		return int64(int32(m.number(4)))
	case 'K':
		return int64(m.number(1))
	case 'M':
		return int64(m.number(2))
	case 0x8a:
		return whole(m.bytes(m.number(1)))
	case 0x8b:
		return whole(m.bytes(m.number(4)))
	case 'G':
		return math.Float64frombits(binary.BigEndian.Uint64(m.bytes(8)))
	case 'I', 'L':
		text := m.line()
		if op == 'I' && (text == "00" || text == "01") {
			return text == "01"
		}
		n, err := strconv.ParseInt(trimLong(text), 10, 64)
		if err != nil { // larger than any size
			return opaque{"int"}
		}
		return n
	case 'F':
		x, err := strconv.ParseFloat(m.line(), 64)
		if err != nil {
			m.damaged()
		}
		return x
	}
	return nil
}

// trimLong takes off what Python 2 wrote behind long numbers.
func trimLong(text string) string {
	if n := len(text); n > 0 && text[n-1] == 'L' {
		return text[:n-1]
	}
	return text
}

// whole is a number in two's complement, the last byte first.
func whole(b []byte) any {
	if len(b) > 8 {
		return opaque{"int"}
	}
	var n int64
	for i, v := range b {
		n |= int64(v) << (8 * i)
	}
	if k := len(b); k > 0 && k < 8 && b[k-1] >= 0x80 {
		n -= 1 << (8 * k)
	}
	return n
}

// text is a text, or bytes.
func (m *machine) text(op byte) any {
	switch op {
	case 'S':
		text := m.line()
		if n := len(text); n >= 2 && (text[0] == '\'' || text[0] == '"') && text[n-1] == text[0] {
			return text[1 : n-1]
		}
		m.damaged()
	case 'V':
		return m.line()
	case 'U', 0x8c:
		return string(m.bytes(m.number(1)))
	case 'T', 'X':
		return string(m.bytes(m.number(4)))
	case 0x8d:
		return string(m.bytes(m.number(8)))
	case 'C':
		return m.bytes(m.number(1))
	case 'B':
		return m.bytes(m.number(4))
	}
	return m.bytes(m.number(8))
}
