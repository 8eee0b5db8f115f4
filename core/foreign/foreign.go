// Package foreign opens networks that were made elsewhere, whatever file they come in: ONNX, what PyTorch saved,
// safetensors. It finds the kind of the file by its first bytes and the architecture by its tensors, and says in
// sentences what it found and what it assumed.
package foreign

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"segfault/core"
	"segfault/core/monai"
	"segfault/core/names"
	"segfault/core/net"
	"segfault/core/nnunet"
	"segfault/core/onnx"
	"segfault/core/safetensors"
	"segfault/core/torch"
	"segfault/core/unet"
	"segfault/core/weights"
)

// Beside opens a file that lies beside a network's, such as one with its weights.
type Beside func(name string) (r io.ReaderAt, size int64, err error)

// Open opens a network's file of the given size in bytes. beside may be nil; output chooses one of several outputs
// of an ONNX file, "" the likeliest.
func Open(r io.ReaderAt, size int64, beside Beside, output string) (*net.Found, error) {
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return nil, fmt.Errorf("foreign: the file cannot be read: %w", err)
	}
	switch {
	case torch.Sniff(head):
		return openTorch(r, size, beside)
	case safetensors.Sniff(head):
		file, err := safetensors.Open(r, size)
		if err != nil {
			return nil, err
		}
		n, err := build(file, nil, beside)
		if err == nil {
			n.Metadata = file.Metadata
		}
		return n, err
	case strange(head) != "":
		return nil, fmt.Errorf("foreign: this is no network: expected an ONNX file, weights that PyTorch saved (.pt, .pth, .ckpt), or safetensors; the file is %s", strange(head))
	case len(head) > 0 && (head[0] == 0x08 || head[0] == 0x12 || head[0] == 0x3a || head[0] == 0x42):
		return openONNX(r, size, beside, output)
	}
	return nil, fmt.Errorf("foreign: this is no network: expected an ONNX file, weights that PyTorch saved (.pt, .pth, .ckpt), or safetensors; the file begins with %q: export what another library saved to ONNX", head[:min(len(head), 16)])
}

func openONNX(r io.ReaderAt, size int64, beside Beside, output string) (*net.Found, error) {
	file, err := onnx.Open(r, size)
	if err != nil {
		return nil, err
	}
	file.Beside = beside
	n, err := file.Load(output)
	if err != nil {
		return nil, err
	}
	found := &net.Found{Network: n, Architecture: "onnx", Parameters: n.Parameters(), Told: n.Told(), Raw: !n.Told(), Notes: n.Notes(), Metadata: file.Metadata}
	if len(file.Outputs()) > 1 {
		found.Outputs = n.Outputs()
	}
	return found, beside.explain(found)
}

func openTorch(r io.ReaderAt, size int64, beside Beside) (*net.Found, error) {
	file, err := torch.Open(r, size)
	if err != nil {
		return nil, err
	}
	w, err := file.Weights()
	if err != nil {
		return nil, err
	}
	n, err := build(w, file.Note("init_args"), beside)
	if err == nil && w.Place != "" {
		n.Notes = append([]string{fmt.Sprintf("The weights are those under %q.", w.Place)}, n.Notes...)
	}
	return n, err
}

// build finds the architecture of weights; noted is what nnU-Net notes in its checkpoints.
func build(w weights.Weights, noted any, beside Beside) (*net.Found, error) {
	if found := nnunet.Find(w); found != nil {
		notes, err := beside.notes(noted)
		if err != nil {
			return nil, err
		}
		n, err := nnunet.Load(found, notes)
		if err != nil {
			return nil, err
		}
		y := &net.Found{Network: n, Architecture: n.Name(), Parameters: n.Parameters(), Told: notes.Told, Input: notes.Input(), Notes: notes.Sentences()}
		if len(notes.Classes) == n.Shape().Classes {
			y.Classes = notes.Classes
		}
		return y, nil
	}
	if found := monai.Find(w); found != nil {
		n, err := monai.Load(found)
		if err != nil {
			return nil, err
		}
		y := &net.Found{Network: n, Architecture: n.Name(), Parameters: n.Parameters(), Notes: n.Notes()}
		return y, beside.bundle(y)
	}
	m, err := unet.Load(w)
	if _, none := errors.AsType[*unet.UnknownError](err); none {
		return nil, unknown(w.Shapes())
	}
	if err != nil {
		return nil, err
	}
	return &net.Found{Network: m, Architecture: m.Spec.Name(), Parameters: m.Spec.Parameters()}, nil
}

// unknown names what the tensors of an unknown architecture look like.
func unknown(shapes map[string]core.Shape) error {
	tensors := slices.Sorted(maps.Keys(shapes))
	for _, name := range tensors {
		if len(shapes[name]) == 5 {
			return fmt.Errorf("foreign: the network is of volumes: its weights %q are %v; expected a network of images, whose filters have four dimensions", name, shapes[name])
		}
	}
	if len(tensors) == 0 {
		return fmt.Errorf("foreign: the file holds no tensors; expected a network's weights")
	}
	return fmt.Errorf("foreign: the checkpoint's architecture is unknown: expected nnU-Net's 2-D networks, MONAI's UNet or BasicUNet, or segmentation_models_pytorch's U-Net or U-Net++; found %s, the first called %q of shape %v. Export the network to ONNX, which says how it computes",
		names.Counted(len(tensors), "tensor"), tensors[0], shapes[tensors[0]])
}
