package lab

import (
	"context"
	"fmt"
	"strings"

	"segfault/core/scan"
)

// ScanInfo is what is told of a scan. Of a file only geometry and intensity are.
type ScanInfo struct {
	ID          int        `json:"id"`
	Format      string     `json:"format"`
	Width       int        `json:"width"`
	Height      int        `json:"height"`
	Slices      int        `json:"slices"`
	Volumes     int        `json:"volumes"`
	Volume      int        `json:"volume"`
	LeftOut     int        `json:"leftOut"`
	LeftOutAs   string     `json:"leftOutAs"`
	Spacing     [3]float64 `json:"spacing"`
	Detector    bool       `json:"detector"`
	Window      [2]float64 `json:"window"`
	Type        string     `json:"type"`
	Coloured    bool       `json:"coloured"`
	ColoursKept bool       `json:"coloursKept"`
	Truth       *MaskInfo  `json:"truth"`
	Region      *MaskInfo  `json:"region"`
	Target      *MaskInfo  `json:"target"`
	Saveable    bool       `json:"saveable"`
	Identity    bool       `json:"identity"`
	Labelled    bool       `json:"labelled"` // its middle slice may be a mask's
	Sample      *Simulated `json:"sample,omitempty"`
}

// Simulated says which patient a scan simulates.
type Simulated struct {
	Name string  `json:"name"`
	Seed float64 `json:"seed"`
}

// MaskInfo is what is told of a mask.
type MaskInfo struct {
	Labels []int `json:"labels"` // that occur, without the background
	Pixels int   `json:"pixels"` // that have one
	// Values occur in its file, and Classes are what those from 1 on are, where that was said.
	Values  []int `json:"values"`
	Classes []int `json:"classes"`
	// LeftOut says what of its file is not in it.
	LeftOut string `json:"leftOut"`
}

func describeScan(id int, s *Subject) *ScanInfo {
	return &ScanInfo{
		ID: id, Format: s.Scan.Format, Width: s.Scan.Width, Height: s.Scan.Height, Slices: s.Scan.Slices, Volumes: s.Scan.Volumes, Volume: s.Scan.Volume,
		LeftOut: s.Scan.LeftOut.Total(), LeftOutAs: s.Scan.LeftOut.String(), Spacing: s.Scan.Spacing, Detector: s.Scan.Detector, Window: s.Scan.Window,
		Type: s.Scan.Type, Coloured: s.Scan.Coloured, ColoursKept: s.Scan.ColoursKept, Truth: describeMask(s.Truth), Region: describeMask(s.Region), Target: describeMask(s.Target),
		Saveable: s.Scan.Saveable(), Identity: s.Scan.Identifiable, Labelled: s.labelled(),
	}
}

func describeMask(m *scan.Mask) *MaskInfo {
	if m == nil {
		return nil
	}
	info := &MaskInfo{}
	info.Labels, info.Pixels = m.Count()
	info.LeftOut = strings.Join(m.LeftOut, " ")
	return info
}

// place keeps a scan under the number that it had in a worker before this one, or a new one.
func (l *Lab) place(id int, s *Subject) int {
	s.users = &users{count: 1}
	if id == 0 {
		return l.things.Keep(s)
	}
	l.things.Restore(id, s)
	return id
}

// LoadOptions are what may be chosen of files.
type LoadOptions struct {
	Volume int `json:"volume"` // of a 4-D NIfTI or a DICOM series with several, from 0
}

// LoadParams is a scan in files.
type LoadParams struct {
	ID    int    `json:"id"` // that it had before; 0 for a new one
	Files []File `json:"files"`
	LoadOptions
}

// Load reads a scan's file, or the files of a series.
func (l *Lab) Load(ctx context.Context, p *LoadParams) (*ScanInfo, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	s := &Subject{}
	err = c.away(func() (err error) {
		s.Scan, err = l.host.Read(c, p.Files, p.Volume)
		l.host.Breathe() // which lets a cancel in; what nobody waits for is not kept
		return as(BadFile, err)
	})
	if err != nil {
		if s.Scan != nil {
			l.host.Forget(s.Scan)
		}
		return nil, err
	}
	return describeScan(l.place(p.ID, s), s), nil
}

// SampleOptions are what may be chosen of a simulated scan.
type SampleOptions struct {
	Seed *float64 `json:"seed"` // of the patient; by default the one who is shown first
}

// SampleParams is a sample of the menu.
type SampleParams struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	SampleOptions
}

// Sample simulates a scan.
func (l *Lab) Sample(ctx context.Context, p *SampleParams) (*ScanInfo, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	sample, err := FindSample(p.Name)
	if err != nil {
		return nil, err
	}
	seed := sample.Seed
	if p.Seed != nil {
		if seed, err = Seed(*p.Seed); err != nil {
			return nil, err
		}
	}
	s := sample.Subject(seed)
	about := describeScan(l.place(p.ID, s), s)
	about.Sample = &Simulated{p.Name, float64(seed)}
	return about, nil
}

// SliceParams is a slice of a scan.
type SliceParams struct {
	Scan  int `json:"scan"`
	Slice int `json:"slice"`
}

// Values are a slice's, height×width, in the scan's own units.
type Values []float32

// Slice hands out a slice's values.
func (l *Lab) Slice(ctx context.Context, p *SliceParams) (*Values, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	s, err := c.subject(p.Scan)
	if err != nil {
		return nil, err
	}
	values, err := s.Scan.Slice(p.Slice)
	return (*Values)(&values), err
}

// LoadMaskOptions are what may be chosen of a mask's file.
type LoadMaskOptions struct {
	Model   string `json:"model"`   // whose classes its labels are
	Classes []int  `json:"classes"` // that the labels from 1 on are, 0 for none as for what is beyond; by default those of their own numbers
}

// LoadMaskParams is a mask in a file.
type LoadMaskParams struct {
	Scan int    `json:"scan"`
	As   string `json:"as"` // truth, region or target
	FileParams
	Beside []File `json:"beside,omitempty"` // with its voxels, where its file is a header alone
	LoadMaskOptions
}

// LoadMask attaches a mask to a scan, as its truth, as its region of interest or as what a model is to find.
func (l *Lab) LoadMask(ctx context.Context, p *LoadMaskParams) (*MaskInfo, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	at, err := c.easel(p.Scan, p.As)
	if err != nil {
		return nil, err
	}
	s := at.subject
	var mask *scan.Mask
	err = c.away(func() (err error) {
		mask, err = l.host.ReadMask(c, s.Scan, append([]File{p.File}, p.Beside...)...)
		return as(BadFile, err)
	})
	if err != nil {
		return nil, err
	}
	values, _ := mask.Count()
	if mask, err = renumbered(mask, p.Classes); err != nil {
		return nil, err
	}
	if at.as != region && len(l.models) > 0 { // one with more labels than the model has classes is refused before it takes the place of another
		m, err := c.model(p.Model)
		if err == nil {
			err = as(BadFile, m.fits(mask))
		}
		if err != nil {
			return nil, err
		}
	}
	info := describeMask(mask)
	if p.Classes != nil {
		info.Values, info.Classes = values, p.Classes
	}
	if err := l.attach(at, mask); err != nil {
		return nil, err
	}
	if at.as == truth && p.Classes != nil {
		s.Named = true
	}
	return info, nil
}

// renumbered is a mask whose labels are those classes, or itself where there are none.
func renumbered(mask *scan.Mask, classes []int) (*scan.Mask, error) {
	if classes == nil {
		return mask, nil
	}
	to := make([]uint8, len(classes))
	for k, class := range classes {
		if class < 0 || class > 255 {
			return nil, fmt.Errorf("segfault: label %d is to be class %d, but classes are numbers from 1 to 255, and 0 is none", k+1, class)
		}
		to[k] = uint8(class)
	}
	return mask.Renumber(to), nil
}

// attach gives a scan a mask, in place of the one that it had and its strokes.
func (l *Lab) attach(at easel, mask *scan.Mask) (err error) {
	switch at.as {
	case region:
		err = at.subject.SetRegion(mask)
	case target:
		err = at.subject.SetTarget(mask)
	default:
		err = at.subject.SetTruth(mask)
	}
	if err != nil {
		return as(BadFile, err)
	}
	delete(l.paintings, at)
	l.changed(at)
	return nil
}

// changed forgets the gradients that a changed truth or target makes void.
func (l *Lab) changed(at easel) {
	if at.as != region {
		at.subject.version++
		l.gradients.drop(at.subject)
	}
}
