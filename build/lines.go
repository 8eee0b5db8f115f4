package main

import (
	"bytes"
	"encoding/binary"
)

// lines are Go's tables of functions in a program's memory, of which dropLines takes out which file and line each instruction is
// from: 7 % of what is downloaded, for nothing but stack traces, which name functions without it. The layout is that of
// runtime.pcHeader and runtime._func since Go 1.20.
type lines struct {
	pcs   []byte // tables of values by instruction, which functions may share
	funcs []byte // table of functions, by offset
	count int
}

const ( // offsets in a function's entry
	fieldStack = 16
	fieldFile  = 20
	fieldLine  = 24
	fieldCount = 28 // of tables that follow
	fieldUnit  = 32
	fieldStart = 36
	fieldMore  = 44
)

// dropLines takes the lines out of a program's memory, and says whether it found them. Where an entry names no table the runtime
// says "?" for a file.
func dropLines(memory []byte) bool {
	t, ok := findLines(memory)
	if !ok {
		return false
	}
	needed := map[uint32]bool{0: true}
	var unneeded []uint32
	for i := range t.count {
		f := t.funcs[binary.LittleEndian.Uint32(t.funcs[8*i+4:]):]
		needed[binary.LittleEndian.Uint32(f[fieldStack:])] = true
		for k := range binary.LittleEndian.Uint32(f[fieldCount:]) {
			needed[binary.LittleEndian.Uint32(f[fieldMore+4*k:])] = true
		}
		for _, field := range []int{fieldFile, fieldLine} {
			unneeded = append(unneeded, binary.LittleEndian.Uint32(f[field:]))
		}
		for _, field := range []int{fieldFile, fieldLine, fieldUnit, fieldStart} {
			clear(f[field : field+4])
		}
	}
	for _, at := range unneeded {
		if !needed[at] {
			needed[at] = true // once
			clear(t.pcs[at : int(at)+tableSize(t.pcs[at:])])
		}
	}
	return true
}

// findLines looks for the tables: a header with a magic number and their places.
func findLines(memory []byte) (lines, bool) {
	magic := []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8} // abi.CurrentPCLnTabMagic, of instructions of a byte and pointers of eight
	for from := 0; ; {
		i := bytes.Index(memory[from:], magic)
		if i < 0 || from+i+72 > len(memory) {
			return lines{}, false
		}
		header := memory[from+i:]
		word := func(at int) uint64 { return binary.LittleEndian.Uint64(header[at:]) }
		count, pcs, funcs := word(8), word(56), word(64)
		if pcs < funcs && funcs < uint64(len(header)) && count < (uint64(len(header))-funcs)/8 {
			return lines{header[pcs:funcs:funcs], header[funcs:], int(count)}, true
		}
		from += i + len(magic)
	}
}

// tableSize is how many bytes a table takes: pairs of a value's difference and an instruction's, until a difference of zero that is
// not the first.
func tableSize(table []byte) int {
	size := 0
	number := func() uint64 {
		v, n := binary.Uvarint(table[size:])
		size += max(n, 1)
		return v
	}
	for first := true; ; first = false {
		if value := number(); value == 0 && !first {
			return size
		}
		number()
	}
}
