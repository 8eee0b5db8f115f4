package phantom

import "fmt"

// Kind says what a brain slice shows.
type Kind int

// The kinds of brain slice. The first three are also the order of the
// channels of a brain slice's masks.
const (
	Glioma     Kind = iota // irregular ring around a necrotic core, with oedema
	Meningioma             // homogeneous, round, broad-based on the dura
	Pituitary              // a mass in the sella turcica, on the midline
	Healthy                // no tumour
)

// String returns the kind's name in lower case, as it stands in Slice.Name.
func (k Kind) String() string {
	return [...]string{"glioma", "meningioma", "pituitary", "healthy"}[k]
}

// Plane is the anatomical plane a brain slice is cut in.
type Plane int

// The three standard planes. Axial and coronal slices are shown in the
// radiological convention with the patient upright; sagittal slices face
// either side, as they do in clinical archives.
const (
	Axial Plane = iota
	Coronal
	Sagittal
)

// String returns the plane's name in lower case, as it stands in Slice.Name.
func (p Plane) String() string {
	return [...]string{"axial", "coronal", "sagittal"}[p]
}

// Slice is a simulated magnitude image and what is known to be in it.
type Slice struct {
	Size  int         // pixels per side
	Image []float32   // Size×Size, row-major, in [0,1]; air is near 0, the brightest tissue near 1
	Masks [][]float32 // per class a Size×Size map of zeros and ones
	Name  string      // kind, plane and seed, fit for a file name
}

// BrainOptions chooses a brain slice. Equal options give equal slices.
type BrainOptions struct {
	Seed  uint64
	Size  int // pixels per side, 32 to 2048
	Kind  Kind
	Plane Plane
}

// Brain simulates a T1-weighted spin-echo slice of a head after gadolinium.
// Its three masks are glioma, meningioma and pituitary tumour; the one of
// opts.Kind covers the enhancing tumour and its core, the others are empty.
func Brain(opts BrainOptions) Slice {
	checkSize(opts.Size)
	if opts.Kind < Glioma || opts.Kind > Healthy {
		panic(fmt.Sprintf("phantom: kind must be one of Glioma, Meningioma, Pituitary and Healthy, found %d", int(opts.Kind)))
	}
	if opts.Plane < Axial || opts.Plane > Sagittal {
		panic(fmt.Sprintf("phantom: plane must be one of Axial, Coronal and Sagittal, found %d", int(opts.Plane)))
	}
	d := newDice(opts.Seed, uint64(opts.Kind)<<8|uint64(opts.Plane))
	c := newCanvas(opts.Size, d, spinEcho(d))
	h := &head{canvas: c, kind: opts.Kind, plane: opts.Plane}
	switch opts.Plane {
	case Axial:
		h.axial()
	case Coronal:
		h.coronal()
	case Sagittal:
		h.sagittal()
	}
	s := Slice{
		Size:  opts.Size,
		Image: c.scan(brainScanner(d, opts.Plane)),
		Masks: make([][]float32, 3),
		Name:  fmt.Sprintf("%v-%v-%d", opts.Kind, opts.Plane, opts.Seed),
	}
	for k := range s.Masks {
		s.Masks[k] = make([]float32, opts.Size*opts.Size)
	}
	if opts.Kind != Healthy {
		s.Masks[opts.Kind] = c.truth()
	}
	return s
}

// Heart simulates a short-axis slice of a heart by balanced steady-state free
// precession. Its one mask is the left ventricle's blood pool inside the
// endocardial contour, papillary muscles included.
func Heart(seed uint64, size int) Slice {
	checkSize(size)
	d := newDice(seed, 1<<16)
	c := newCanvas(size, d, steadyState(d))
	shortAxis(c)
	return Slice{
		Size:  size,
		Image: c.scan(heartScanner(d)),
		Masks: [][]float32{c.truth()},
		Name:  fmt.Sprintf("heart-%d", seed),
	}
}

func checkSize(size int) {
	if size < 32 || size > 2048 {
		panic(fmt.Sprintf("phantom: size must be 32 to 2048 pixels per side, found %d", size))
	}
}
