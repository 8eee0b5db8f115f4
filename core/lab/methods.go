package lab

import "context"

//go:generate go run ../../build/messages

// Method is what a page can ask a lab for: it is given what decodes its parameters, and its reply is to be encoded.
type Method func(ctx context.Context, l *Lab, decode func(params any) error) (reply any, err error)

// Methods are all of them, by name, with parameters in which nothing is given yet.
var Methods = map[string]Method{
	"open":         handle((*Lab).Open, func() *OpenParams { return &OpenParams{} }),
	"use":          handle((*Lab).Use, func() *UseParams { return &UseParams{} }),
	"load":         handle((*Lab).Load, func() *LoadParams { return &LoadParams{} }),
	"sample":       handle((*Lab).Sample, func() *SampleParams { return &SampleParams{} }),
	"slice":        handle((*Lab).Slice, func() *SliceParams { return &SliceParams{} }),
	"planes":       handle((*Lab).Planes, func() *PlanesParams { return &PlanesParams{} }),
	"loadMask":     handle((*Lab).LoadMask, func() *LoadMaskParams { return &LoadMaskParams{} }),
	"loadModel":    handle((*Lab).LoadModel, func() *LoadModelParams { return &LoadModelParams{} }),
	"inspectModel": handle((*Lab).InspectModel, func() *ModelParams { return &ModelParams{} }),
	"paint":        handle((*Lab).Paint, func() *PaintParams { return &PaintParams{} }),
	"unpaint":      handle((*Lab).Unpaint, func() *UnpaintParams { return &UnpaintParams{} }),
	"predict":      handle((*Lab).Predict, func() *PredictParams { return &PredictParams{} }),
	"attack":       handle((*Lab).Attack, func() *AttackParams { return NewAttack(0) }),
	"least":        handle((*Lab).Least, func() *LeastParams { return NewLeast(0) }),
	"beside":       handle((*Lab).Beside, func() *BesideParams { return &BesideParams{} }),
	"judge":        handle((*Lab).Judge, func() *JudgeParams { return &JudgeParams{} }),
	"report":       handle((*Lab).Report, func() *ReportParams { return &ReportParams{} }),
	"summary":      handle((*Lab).Summary, func() *SummaryParams { return &SummaryParams{} }),
	"compute":      handle((*Lab).Compute, func() *Task { return &Task{} }),
	"attention":    handle((*Lab).Attention, func() *AttentionParams { return &AttentionParams{Of: 0, AttentionOptions: AttentionOptions{Class: 1}} }),
	"attackVolume": handle((*Lab).AttackVolume, func() *AttackVolumeParams { return NewVolumeAttack(0) }),
	"transfer":     handle((*Lab).Transfer, func() *TransferParams { return NewTransfer(0) }),
	"universal":    handle((*Lab).Universal, func() *UniversalParams { return NewUniversal() }),
	"save":         handle((*Lab).Save, func() *SaveParams { return &SaveParams{} }),
	"render":       handle((*Lab).Render, func() *RenderParams { return NewRendering(0) }),
	"release":      handle((*Lab).Release, func() *ReleaseParams { return &ReleaseParams{} }),
}

// handle makes a method of one of a lab's. Its parameters and its reply are pointers to structs whose fields' tags are their names in
// messages; `go generate` writes down what is in them (fields.go), so that nothing has to be reflected on. P and R are pointers, because
// Go makes one function of all pointers, and else names each after all that is in the struct.
func handle[P, R any](do func(*Lab, context.Context, P) (R, error), fresh func() P) Method {
	return func(ctx context.Context, l *Lab, decode func(any) error) (any, error) {
		params := fresh()
		if err := decode(params); err != nil {
			return nil, err
		}
		if p, ok := any(params).(interface{ named() (bool, error) }); ok {
			if again, err := p.named(); err != nil {
				return nil, err
			} else if again { // what is told is over what the name stands for
				if err := decode(params); err != nil {
					return nil, err
				}
			}
		}
		reply, err := do(l, ctx, params)
		var none R
		if any(reply) == any(none) {
			return nil, err
		}
		return reply, err
	}
}

// List is a slice of whatever: a pointer to each element.
type List struct {
	Len  int
	At   func(i int) any
	Grow func(n int) // makes as many elements, to be decoded into; nil where there are as many as there can be
}

// list is a List of plain values.
func list[T any](at *[]T) List {
	return List{len(*at), func(i int) any { return &(*at)[i] }, func(n int) { *at = make([]T, n) }}
}

// Pointer is to what may be null.
type Pointer struct {
	At  any // nil where it is
	New func() any
}

// maybe is a Pointer of a field.
func maybe[T any](at **T) Pointer {
	p := Pointer{New: func() any { *at = new(T); return *at }}
	if *at != nil {
		p.At = *at
	}
	return p
}

// Optional is what a message leaves out where it is empty.
type Optional struct {
	At    any
	Empty bool
}
