// Package codecs decodes compressed DICOM natively, by having Node run the decoders that the site ships.
package codecs

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"segfault/core/scan/formats"
)

// The WebAssembly of the decoders and its package within this folder, once npm has installed them.
const (
	File    = "node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm"
	Package = "node_modules/dcmjs-codecs"
)

// Decoder is a running Node.
type Decoder struct {
	folder string // build/codecs
	node   *exec.Cmd
	to     io.WriteCloser
	from   *bufio.Reader
}

// New returns the decoder of a checkout. Node starts with the first frame; Close ends it.
func New(root string) *Decoder {
	return &Decoder{folder: filepath.Join(root, "build", "codecs")}
}

// Decode is a [formats.Codec].
func (d *Decoder) Decode(f formats.Frame) ([]byte, error) {
	if err := d.start(); err != nil {
		return nil, err
	}
	head, err := json.Marshal(map[string]any{
		"bytes": len(f.Data), "syntax": f.Syntax, "width": f.Width, "height": f.Height, "samples": f.Samples,
		"allocated": f.Allocated, "stored": f.Stored, "signed": f.Signed, "photometric": f.Photometric,
	})
	if err != nil {
		return nil, err
	}
	if _, err := d.to.Write(append(append(head, '\n'), f.Data...)); err != nil {
		return nil, err
	}
	line, err := d.from.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the decoder in Node ended: %w", err)
	}
	var answer struct {
		Bytes int
		Error string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	pixels := make([]byte, answer.Bytes)
	_, err = io.ReadFull(d.from, pixels)
	return pixels, err
}

func (d *Decoder) start() error {
	if d.node != nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(d.folder, File)); err != nil {
		return errors.New("no decoder is installed; run npm ci in build/codecs")
	}
	node := exec.Command("node", "decode.mjs")
	node.Dir, node.Stderr = d.folder, os.Stderr
	to, err := node.StdinPipe()
	if err != nil {
		return err
	}
	from, err := node.StdoutPipe()
	if err != nil {
		return err
	}
	if err := node.Start(); err != nil {
		return fmt.Errorf("codecs: Node cannot be run (%w); install Node 20 or newer", err)
	}
	d.node, d.to, d.from = node, to, bufio.NewReader(from)
	return nil
}

// Close ends Node.
func (d *Decoder) Close() {
	if d.node != nil {
		d.to.Close()
		d.node.Wait()
		d.node = nil
	}
}
