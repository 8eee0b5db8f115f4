package lab

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"segfault/core/attack"
)

// volume is what the attack on every slice of a scan left behind.
type volume struct {
	subject *Subject
	asked   question // of every slice
	told    *VolumeMetrics
	values  []float32 // nil where the model's input was attacked

	before, after []uint8 // label maps in the scan's own pixels
	names         []string
}

// AttackVolumeParams is an attack on every slice of a scan.
type AttackVolumeParams struct {
	Scan int `json:"scan"`
	AttackVolumeOptions
}

// NewVolumeAttack is an attack on a scan that is as in the paper's evaluation.
func NewVolumeAttack(scan int) *AttackVolumeParams {
	p := &AttackVolumeParams{Scan: scan}
	p.How = Paper()
	return p
}

// VolumeFault is what an attack on every slice did.
type VolumeFault struct {
	ID        int            `json:"id"`
	Classes   []string       `json:"classes"`
	Attack    VolumeAttack   `json:"attack"`
	Painted   PaintedVolumes `json:"painted"`
	Reference attack.Target  `json:"reference"`
	VolumeMetrics
	Milliseconds Milliseconds `json:"milliseconds"`
	Info         *Info        `json:"info,omitempty"`
}

// VolumeNumbers are metrics.json of a volume.
type VolumeNumbers struct {
	Classes   []string      `json:"classes"`
	Attack    VolumeAttack  `json:"attack"`
	Reference attack.Target `json:"reference"`
	VolumeMetrics
	Milliseconds Milliseconds `json:"milliseconds"`
}

// Numbers leave out what is no number.
func (f *VolumeFault) Numbers() VolumeNumbers {
	return VolumeNumbers{f.Classes, f.Attack, f.Reference, f.VolumeMetrics, f.Milliseconds}
}

// VolumeAttack is an attack with everything that was left to its default.
type VolumeAttack struct {
	Model string `json:"model"`
	How
}

// VolumeMetrics are what an attack on every slice did, in numbers: of each, and of all as one volume.
type VolumeMetrics struct {
	Dice      Dice           `json:"dice"`
	Slices    []SliceNumbers `json:"slices"`
	Worst     []int          `json:"worst"` // slices on which the attack did the most, that first; a few at most
	LInf      float64        `json:"linf"`
	Radiology Radiology      `json:"radiology"`
}

// SliceNumbers are a slice's part of a volume's.
type SliceNumbers struct {
	Slice       int           `json:"slice"`
	attack.Pair               // of the union's Dice
	True        attack.Pair   `json:"true"` // of the Dice of the reference's own classes
	Ending      attack.Ending `json:"ending"`
	Reference   int           `json:"reference"` // pixels of any class
	Flipped     int           `json:"flipped"`
	LInf        float64       `json:"linf"`
}

// AttackVolume attacks every slice in the same way, and measures each and all together.
func (l *Lab) AttackVolume(ctx context.Context, p *AttackVolumeParams) (*VolumeFault, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	q, err := c.question(p.Scan, 0, p.Model)
	if err != nil {
		return nil, err
	}
	if err := q.ask(p.How, nil); err != nil {
		return nil, err
	}
	painted, err := l.paintedSlices(q.subject)
	if err != nil {
		return nil, err
	}
	q.subject, q.whole = l.snapshot(q.subject), true
	v := &volume{subject: q.subject, asked: q, names: q.model.Classes}
	if q.how.On == OnScan {
		v.values = slices.Clone(q.subject.Scan.Values)
	}
	var whole attack.Volume
	var rows []SliceNumbers
	err = c.faults(&q, func(k int, r *Result) error {
		m := &r.metrics
		rows = append(rows, SliceNumbers{Slice: k, Pair: m.Dice.Union, True: m.Dice.True, Ending: m.Ending, Reference: m.Pixels.Reference, Flipped: m.Flipped, LInf: m.LInf})
		whole.Add(r.reference(), r.Found(r.Before), r.Found(r.After), r.Classes)
		v.add(r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	before, after := whole.Overlaps()
	wanted, had, has := whole.Masks()
	reference := reference(q.subject)
	scores := attack.Score(reference, before, after)
	v.told = &VolumeMetrics{
		Dice: Dice{scores.Dice, scores.Union, scores.True}, Slices: rows, Worst: worst(rows),
		Radiology: radiology(q.subject.voxels(q.model.Model, q.subject.Scan.Slices), had, has, wanted, reference == attack.Truth),
	}
	for _, row := range rows {
		v.told.LInf = max(v.told.LInf, row.LInf)
	}
	return &VolumeFault{
		ID: l.keep(v), Classes: q.model.Classes, Attack: VolumeAttack{q.model.about.Name, q.how.Explicit()}, Painted: painted,
		Reference: reference, VolumeMetrics: *v.told,
		Milliseconds: c.milliseconds(), Info: c.noted(),
	}, nil
}

// reference is what a scan's predictions are compared with.
func reference(s *Subject) attack.Target {
	if s.Truth == nil {
		return attack.Prediction
	}
	return attack.Truth
}

// mostWorst is how many slices are told as the worst.
const mostWorst = 4

// worst are the slices in which a Dice that is told fell the furthest, from 1 where the clean prediction is the reference, and of those alike the ones
// that show the most. A slice that shows nothing is none of them.
func worst(rows []SliceNumbers) []int {
	fall := func(r SliceNumbers) float64 {
		most := 0.0
		for _, p := range []attack.Pair{r.Pair, r.True} {
			if before := 1.0; p.After != nil {
				if p.Before != nil {
					before = *p.Before
				}
				most = max(most, before-*p.After)
			}
		}
		return most
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r SliceNumbers) bool { return r.Reference == 0 || r.After == nil })
	slices.SortStableFunc(rows, func(a, b SliceNumbers) int {
		return cmp.Or(cmp.Compare(fall(b), fall(a)), cmp.Compare(b.Reference, a.Reference))
	})
	list := []int{}
	for _, r := range rows[:min(len(rows), mostWorst)] {
		list = append(list, r.Slice)
	}
	return list
}

// snapshot is a scan with its masks as they are, whatever is painted on them while a volume is attacked.
func (l *Lab) snapshot(s *Subject) *Subject {
	copied := *s
	for _, at := range s.easels() {
		if l.paintings[at] != nil {
			still := easel{&copied, at.as}.mask()
			*still = (*still).Clone()
		}
	}
	return &copied
}

// add takes the next slice's result.
func (v *volume) add(r *Result) {
	if r.Own != nil {
		copy(v.values[r.Slice*len(r.Own.Values):], r.Own.Values)
	}
	v.before, v.after = append(v.before, r.marked.Before...), append(v.after, r.marked.After...)
}

// faults attacks every slice and passes the results on in order. Others have the lab between slices. On a GPU two are under way at
// once, so that it computes one while the results of the other travel back and are worked on; without one, as many as there is somebody for.
// Of what is done within slices that of the next result is told.
func (c *call) faults(q *question, each func(k int, r *Result) error) error {
	count := q.subject.Scan.Slices
	var done atomic.Int32
	c.progress("slice", 0, count)
	return c.away(func() error {
		return attack.Pipeline(count, func() int {
			switch {
			case !c.lab.compute.OnGPU():
				return c.lab.pool.lanes()
			case done.Load() == 0: // it loads programs and measures shaders, for which the GPU must be idle
				return 1
			}
			return 2
		}, func(k int) (*Result, error) {
			part := c.part()
			part.quiet = func() bool { return k != int(done.Load()) }
			if err := part.take(); err != nil {
				return nil, err
			}
			defer part.give()
			q := *q
			q.slice = k
			return part.fault(&q)
		}, func(k int, r *Result) error {
			if done := int(done.Add(1)); done < count {
				c.progress("slice", done, count)
			}
			return each(k, r)
		})
	})
}

func (v *volume) about() *Subject { return v.subject }

func (v *volume) classes() []string { return v.names }

func (v *volume) attacked() ([]float32, error) {
	if v.values == nil {
		return nil, errNotSaveable
	}
	return v.values, nil
}

func (v *volume) mask(name string) ([]uint8, int, error) {
	var labels []uint8
	switch name {
	case "before":
		labels = v.before
	case "after":
		labels = v.after
	default:
		at, err := v.subject.easel(name)
		if err != nil || *at.mask() == nil {
			return nil, 0, errNoMask(name)
		}
		for k := range v.subject.Scan.Slices {
			flat, err := (*at.mask()).Flat(k)
			if err != nil {
				return nil, 0, err
			}
			labels = append(labels, flat...)
		}
	}
	return labels, 0, nil
}
