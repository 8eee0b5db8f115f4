//go:build js && wasm

package main

import (
	"syscall/js"

	"segfault/core/scan/formats"
	"segfault/wasm/wire"
	"segfault/webgpu/script"
)

// read(files, volume) reads a scan: { about, number }, where number is that of its file, 0 where no copy of it can be written; or { lacking }
// where it takes the decoders of compressed DICOM, which are not there.
func read(f *files, args []js.Value) (answer, error) {
	codec, lacking := f.host.codec()
	s, err := formats.Reader{Volume: args[1].Int(), Codec: codec}.Read(given(args[0])...)
	if *lacking { // whatever the reader made of its error
		return answer{"lacking": true}, nil
	}
	if err != nil {
		return nil, err
	}
	number := 0
	if s.Store != nil {
		f.last++
		number = f.last
		f.stores[number] = s.Store
	}
	f.fresh, s.Values = s.Values, nil
	return answer{"about": script.Copied(wire.Pack(s)), "number": number}, nil
}

// values(from, count) hands out values of the scan that was read last. After the end they are not kept.
func values(f *files, args []js.Value) (answer, error) {
	from, to := args[0].Int(), args[0].Int()+args[1].Int()
	reply := answer{"bytes": script.Copied(script.Raw(f.fresh[from:to]))}
	if to == len(f.fresh) {
		f.fresh = nil
	}
	return reply, nil
}

// round(number, slice, old, values) is [scan.Store.Round].
func round(f *files, args []js.Value) (answer, error) {
	values := script.Floats(args[3])
	f.stores[args[0].Int()].Round(args[1].Int(), script.Floats(args[2]), values)
	return answer{"bytes": script.Copied(script.Raw(values))}, nil
}

// step(number, slice) is [scan.Store.Step].
func step(f *files, args []js.Value) (answer, error) {
	return answer{"step": f.stores[args[0].Int()].Step(args[1].Int())}, nil
}

// save(about, number, changed, slice, identity) writes a copy of a scan, of several files an archive of them. changed lists the slices that differ;
// slice(k) gives { old, values } of one.
func save(f *files, args []js.Value) (answer, error) {
	changed := map[int]bool{}
	for i := range args[2].Length() {
		changed[args[2].Index(i).Int()] = true
	}
	change := formats.Change{
		In: func(slice int) bool { return changed[slice] },
		Slice: func(slice int) (old, values []float32) {
			both := args[3].Invoke(slice)
			return script.Floats(both.Get("old")), script.Floats(both.Get("values"))
		},
	}
	copies, err := formats.Copy(f.scan(args[0], args[1]), change, formats.Saving{Identity: args[4].Bool()})
	if err != nil {
		return nil, err
	}
	if len(copies) > 1 {
		return saved(formats.Saved{Name: "adversarial.zip", Data: formats.Archive(copies)}, nil)
	}
	return saved(copies[0], nil)
}

// forget(number) forgets a file.
func forget(f *files, args []js.Value) (answer, error) {
	delete(f.stores, args[0].Int())
	return nil, nil
}
