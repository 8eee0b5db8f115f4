package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"segfault/build/codecs"
	"segfault/build/command"
	"segfault/build/data"
	"segfault/core"
	"segfault/core/foreign"
	"segfault/core/lab"
	"segfault/core/net"
	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// desk is what surrounds the lab of a command: files of the disk, and the CPU.
type desk struct {
	lab.Alone
	models string // folder in which a network's other files lie
}

// onDisk is a file that was read.
type onDisk struct {
	*bytes.Reader
	name string
	data []byte
}

// Name implements lab.File.
func (f onDisk) Name() string { return f.name }

// readFile reads a file for a lab; what says what it is.
func readFile(what, path string) (lab.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("attack: the %s cannot be read: %w", what, err)
	}
	return onDisk{bytes.NewReader(data), filepath.Base(path), data}, nil
}

// readFiles reads a scan's file, or all files of a folder.
func readFiles(path string) (files []lab.File, err error) {
	paths := []string{path}
	if _, err := os.Stat(filepath.Join(path, "images")); err == nil {
		return nil, fmt.Errorf("attack: %s is a folder of scans; give one of its images/, or take -universal, or study -data", filepath.Base(path))
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, fmt.Errorf("attack: the scan's folder cannot be read: %w", err)
		}
		paths = nil
		for _, entry := range entries {
			if file := filepath.Join(path, entry.Name()); data.Regular(file) {
				paths = append(paths, file)
			}
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("attack: the folder %s has no files; give one with a DICOM series, or a file", filepath.Base(path))
	}
	for _, p := range paths {
		f, err := readFile("scan", p)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(paths) == 1 {
		beside, err := besides(path)
		return append(files, beside...), err
	}
	return files, nil
}

// besides reads the files that a header names which is a file of its own: its voxels.
func besides(header string) (files []lab.File, err error) {
	list, err := data.Beside(header)
	if err != nil {
		return nil, fmt.Errorf("attack: what belongs to %s cannot be found: %w", header, err)
	}
	for _, path := range list {
		f, err := readFile("data of the "+filepath.Base(header), path)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// readModel reads a network from a file, or for a bare name from the checkout's weights/NAME.safetensors.
func readModel(name string) (lab.File, error) {
	path := name
	if _, err := os.Stat(name); err != nil && filepath.Ext(name) == "" && filepath.Base(name) == name {
		folder, err := command.Weights()
		if err != nil {
			return nil, err
		}
		path = filepath.Join(folder, name+".safetensors")
	}
	f, err := readFile("model", path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("attack: no network at %s; give an ONNX file, a checkpoint (.pth, .ckpt, .safetensors), or the name of one in weights/", path)
	}
	return f, err
}

func asFiles(list ...lab.File) []formats.File {
	var all []formats.File
	for _, f := range list {
		f := f.(onDisk)
		all = append(all, formats.File{Name: f.name, Data: f.data})
	}
	return all
}

// Read implements lab.Files.
func (desk) Read(_ context.Context, files []lab.File, volume int) (s *scan.Scan, err error) {
	err = decoding(func(codec formats.Codec) error {
		s, err = formats.Reader{Volume: volume, Codec: codec}.Read(asFiles(files...)...)
		return err
	})
	return s, err
}

// ReadMask implements lab.Files.
func (desk) ReadMask(_ context.Context, on *scan.Scan, files ...lab.File) (mask *scan.Mask, err error) {
	err = decoding(func(codec formats.Codec) error {
		mask, err = formats.Reader{Codec: codec}.ReadMask(on, asFiles(files...)...)
		return err
	})
	return mask, err
}

// decoding lets the decoders of compressed DICOM be used for a while.
func decoding(read func(formats.Codec) error) error {
	root, err := command.Root()
	if err != nil {
		return err
	}
	decoder := codecs.New(root)
	defer decoder.Close()
	return read(decoder.Decode)
}

// Copy implements lab.Files: its bytes are files, as many as the scan came in.
func (desk) Copy(_ context.Context, s *scan.Scan, values []float32, identity bool) (lab.Saved, error) {
	files, err := formats.Encode(s, values, formats.Saving{Identity: identity})
	return lab.Saved{Bytes: files}, err
}

// WriteMask implements lab.Files; no command writes one.
func (desk) WriteMask(context.Context, string, []uint8, []string, int, *scan.Scan) (lab.Saved, error) {
	return lab.Saved{}, errors.ErrUnsupported
}

// Forget implements lab.Files.
func (desk) Forget(*scan.Scan) {}

// Release implements lab.Host: nothing is shipped with a command.
func (desk) Release() (lab.Release, error) { return lab.Release{}, nil }

// Weights implements lab.Host.
func (desk) Weights(context.Context, string, func(int)) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Digest implements lab.Host.
func (desk) Digest(_ context.Context, f lab.File) (string, error) {
	return hashOf(f.(onDisk).data), nil
}

// Foreign implements lab.Host.
func (d desk) Foreign(_ context.Context, p *lab.ModelParams) (*net.Found, error) {
	return foreign.Open(p.File, p.File.Size(), func(name string) (io.ReaderAt, int64, error) {
		data, err := os.ReadFile(filepath.Join(d.models, name))
		return bytes.NewReader(data), int64(len(data)), err
	}, p.Output)
}

// Breathe implements lab.Host.
func (desk) Breathe() {}

// GPU implements lab.Machine.
func (desk) GPU(context.Context) (lab.Device, error) {
	return nil, errors.New("webgpu: a command has none")
}

// CPU implements lab.Machine.
func (desk) CPU() core.Backend { return core.NewCPU(0) }

// CPUName implements lab.Machine.
func (desk) CPUName() string { return "native Go" }

// writeCopy writes what Copy made.
func writeCopy(dir string, saved *lab.Saved) error {
	for _, f := range saved.Bytes.([]formats.Saved) {
		var data bytes.Buffer
		if f.Gzip {
			w := gzip.NewWriter(&data)
			w.Write(f.Data) // to memory, which does not fail
			w.Close()
		} else {
			data.Write(f.Data)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), data.Bytes(), 0o644); err != nil {
			return fmt.Errorf("attack: %w", err)
		}
	}
	return nil
}
