package lab

import (
	"context"
	"io"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/scan"
)

// Host is what surrounds a lab: a browser's worker, a command, a test.
type Host interface {
	Machine
	Files
	Helpers
	// Release is what the site was built with; without one it is empty.
	Release() (Release, error)
	// Weights is the file of a shipped model; arrived hears how many of its bytes have come.
	Weights(ctx context.Context, file string, arrived func(bytes int)) ([]byte, error)
	// Digest is the SHA-256 of a file, in hexadecimal digits; "" where it cannot be computed.
	Digest(ctx context.Context, file File) (string, error)
	// Foreign opens a network of another kind of file than the shipped models'. A host that reads none says errors.ErrUnsupported.
	Foreign(ctx context.Context, p *ModelParams) (*net.Found, error)
	// Breathe lets others of the host have their turn, such as who hears of a cancel.
	Breathe()
}

// Machine is what there is to compute on.
type Machine interface {
	// GPU opens the GPU.
	GPU(context.Context) (Device, error)
	CPU() core.Backend
	// CPUName says how the CPU computes.
	CPUName() string
}

// Device is a GPU, or what plays one.
type Device interface {
	core.Backend
	// Software is whether the processor plays the GPU.
	Software() bool
	// String is its name.
	String() string
	// Check is how many of its shaders were compared with the CPU's kernels until now, and the largest difference; see [Check].
	Check() (shaders int, worst float64)
	Close()
}

// Check is how a GPU's shaders compared with the CPU's kernels.
type Check struct {
	Shaders int     `json:"shaders"` // that were compared
	Error   float64 `json:"error"`   // the largest, over the largest number of a result
}

// Files is what reads scans and masks of files, and writes them.
type Files interface {
	// Read reads a volume of a scan, which is one file or several.
	Read(ctx context.Context, files []File, volume int) (*scan.Scan, error)
	// ReadMask reads a mask, which is one file or a header with what belongs to it, and lays it as the scan lies.
	ReadMask(ctx context.Context, on *scan.Scan, files ...File) (*scan.Mask, error)
	// Copy writes a copy of a scan that holds other values; see formats.Saving for identity.
	Copy(ctx context.Context, s *scan.Scan, values []float32, identity bool) (Saved, error)
	// WriteMask writes labels of a scan's slices, from the first on, in a kind of file; names are those of the classes.
	WriteMask(ctx context.Context, kind string, labels []uint8, names []string, first int, on *scan.Scan) (Saved, error)
	// Forget gives back what is kept of a scan's files.
	Forget(*scan.Scan)
}

// File is a file of somebody's, which need not be in memory.
type File interface {
	io.ReaderAt
	// Name is only a hint.
	Name() string
	Size() int64
}

// Saved is a file to be.
type Saved struct {
	Name string `json:"name"`
	// Bytes are what the host made: it knows how to hand them on.
	Bytes any  `json:"bytes"`
	Gzip  bool `json:"gzip"` // Bytes are to be compressed with gzip, as the name says
}

// Release is what a site was built with.
type Release struct {
	Version string        `json:"version"`
	Models  []Shipped     `json:"models"`
	Formats []scan.Format `json:"formats"` // of files that are read
}

// Shipped is a model of a site, of which the menu tells before its weights are there.
type Shipped struct {
	ModelInfo
	File string `json:"file"`
}
