package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
)

// compactWasm makes a program of Go's a seventh smaller to download; what it does stays.
func compactWasm(path string) error {
	module, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if module, err = compact(module); err != nil {
		return fmt.Errorf("site: %s: %w", path, err)
	}
	if err := os.WriteFile(path, module, 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}

const (
	sectionOfData = 11 // WebAssembly Core Specification 2.0, 5.5.2
	i32Const      = 0x41
	end           = 0x0b

	// longestZeros is how many zeros are written out rather than begin another segment. Go's linker leaves out eight already, and makes a
	// hundred thousand segments whose addresses compress badly.
	longestZeros = 256
)

var errModule = errors.New("this is no WebAssembly module as Go writes it")

// compact rewrites a module's data: without lines (see dropLines), and in few segments.
func compact(module []byte) ([]byte, error) {
	const header = 8
	for at := header; at < len(module); {
		size, n := binary.Uvarint(module[at+1:])
		body := at + 1 + n
		if n <= 0 || size > uint64(len(module)-body) {
			return nil, errModule
		}
		after := body + int(size)
		if module[at] == sectionOfData {
			memory, err := readSegments(module[body:after])
			if err != nil {
				return nil, err
			}
			dropLines(memory)
			data := writeSegments(memory)
			section := binary.AppendUvarint([]byte{sectionOfData}, uint64(len(data)))
			return slices.Concat(module[:at], section, data, module[after:]), nil
		}
		at = after
	}
	return nil, errModule
}

// readSegments returns the memory that a section of data makes.
func readSegments(section []byte) ([]byte, error) {
	const largest = 64 << 20
	r := bytes.NewReader(section)
	number := func() uint64 {
		v, err := binary.ReadUvarint(r)
		if err != nil {
			return 0
		}
		return v
	}
	var memory []byte
	for range number() {
		kind, _ := r.ReadByte()
		op, _ := r.ReadByte()
		at := number() // signed, but no address is negative
		last, _ := r.ReadByte()
		size := number()
		if kind != 0 || op != i32Const || last != end || at > largest || size > uint64(r.Len()) {
			return nil, errModule
		}
		if more := int(at+size) - len(memory); more > 0 {
			memory = append(memory, make([]byte, more)...)
		}
		_, _ = r.Read(memory[at : at+size])
	}
	if r.Len() > 0 {
		return nil, errModule
	}
	return memory, nil
}

// writeSegments is a section of data that makes the memory.
func writeSegments(memory []byte) []byte {
	var segments []byte
	count := 0
	for at := 0; ; count++ {
		for at < len(memory) && memory[at] == 0 {
			at++
		}
		if at == len(memory) {
			return append(binary.AppendUvarint(nil, uint64(count)), segments...)
		}
		stop := len(memory)
		if zeros := bytes.Index(memory[at:], make([]byte, longestZeros)); zeros >= 0 {
			stop = at + zeros
		}
		stop = at + len(bytes.TrimRight(memory[at:stop], "\x00"))
		segments = append(segments, 0, i32Const)
		segments = appendSigned(segments, at)
		segments = append(segments, end)
		segments = binary.AppendUvarint(segments, uint64(stop-at))
		segments = append(segments, memory[at:stop]...)
		at = stop
	}
}

// appendSigned appends a number that is not negative as a signed one, whose last byte has no sign.
func appendSigned(to []byte, v int) []byte {
	to = binary.AppendUvarint(to, uint64(v))
	if last := len(to) - 1; to[last]&0x40 != 0 {
		to[last] |= 0x80
		to = append(to, 0)
	}
	return to
}
