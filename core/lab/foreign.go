package lab

import (
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"segfault/core/safetensors"
	"segfault/core/unet"
)

// ForeignKinds are how the names of foreign networks' files end.
var ForeignKinds = []string{".onnx", ".pth", ".pt", ".ckpt"}

// open opens a network's file: header leaves the weights out where that can be done.
func (c *call) open(p *ModelParams, header bool) (*Model, error) {
	stage := "weights"
	if header {
		stage = ""
	}
	r := c.read(p.File, stage)
	unread := errors.New("segfault: expected a checkpoint of segmentation_models_pytorch's U-Net or U-Net++, saved as safetensors; the command line attacks others (ONNX, nnU-Net, MONAI)")
	if !isForeign(r) {
		var m *Model
		m, unread = openModel(r, r.Size(), header)
		if _, unknown := errors.AsType[*unet.UnknownError](unread); !unknown {
			return m, unread
		}
	}
	given := *p
	given.File = r
	found, err := c.lab.host.Foreign(c, &given)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, unread
	}
	if err != nil {
		return nil, err
	}
	return describe(found)
}

// isForeign says whether a file is no safetensors, by its first bytes: whoever saved it may have called it anything.
func isForeign(f File) bool {
	var head [9]byte
	n, err := f.ReadAt(head[:], 0)
	return (err == nil || err == io.EOF) && !safetensors.Sniff(head[:n])
}

// stem is a file's name without its folder and the ending of a network's.
func stem(name string) string {
	name = path.Base(name)
	if end := path.Ext(name); end == ".safetensors" || slices.Contains(ForeignKinds, strings.ToLower(end)) {
		return strings.TrimSuffix(name, end)
	}
	return name
}
