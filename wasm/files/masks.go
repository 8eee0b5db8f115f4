//go:build js && wasm

package main

import (
	"strings"
	"syscall/js"

	"segfault/core/scan"
	"segfault/core/scan/formats"
	"segfault/webgpu/script"
)

// readMask(about, number, files) reads a mask of a scan, as that lies: { classes, layers, leftOut }, or { lacking } as [read] does.
func readMask(f *files, args []js.Value) (answer, error) {
	codec, lacking := f.host.codec()
	mask, err := formats.Reader{Codec: codec}.ReadMask(f.scan(args[0], args[1]), given(args[2])...)
	if *lacking {
		return answer{"lacking": true}, nil
	}
	if err != nil {
		return nil, err
	}
	layers := []any{}
	for _, layer := range mask.Layers {
		layers = append(layers, script.Copied(layer))
	}
	return answer{"classes": mask.Classes, "layers": layers, "leftOut": strings.Join(mask.LeftOut, " ")}, nil
}

// writeMask(about, number, kind, labels, names, first) writes the labels of a scan's slices from the first on; names are lines.
func writeMask(f *files, args []js.Value) (answer, error) {
	on, labels := f.scan(args[0], args[1]), script.Bytes(args[3])
	mask := &scan.Mask{Width: on.Width, Height: on.Height, Slices: len(labels) / (on.Width * on.Height), Layers: [][]uint8{labels}, Names: strings.Split(args[4].String(), "\n")}
	return saved(formats.WriteMask(args[2].String(), mask, args[5].Int(), on))
}
