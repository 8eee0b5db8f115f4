// Package metrics measures segmentations against a reference, and images against
// each other: overlap (overlap.go), distance of surfaces (surface.go), volume and
// lesions (lesions.go), structural similarity (ssim.go). Masks are planes of 0 and
// anything else; of volumes slice after slice. Where libraries differ, a
// measure's comment says whose convention it has.
package metrics

// Overlap compares a prediction with the reference, class by class.
type Overlap struct {
	Dice, IoU         []float64 // of each class
	MeanDice, MeanIoU float64   // over classes, as arXiv 2401.11224 reports
	Union             float64   // Dice of all classes together, whichever a pixel is of
	// True is the Dice of the reference's own classes, in the mean over those of which it has a pixel: 0 where what is
	// found is all of another class, whatever Union says. Of a reference with none it is Union.
	True float64
	// Exact is the Dice of all planes as one: 1 only where every class is where it should be, and nothing else.
	Exact float64
	// Empty says of each class that neither has a pixel of it, Nothing that neither has any: their scores are 1 by convention.
	Empty   []bool
	Nothing bool
	// Found and Wanted are the pixels of any class of the prediction and of the reference, Both those of both.
	Found, Wanted, Both int
}

// Smooth is the constant of MONAI's Dice: a class empty in both counts as 1.
const Smooth = 1e-5

// Dice is 2·both/sum of areas: of both together, and the sum of the two. 1 where there is nothing.
func Dice(both, sum int) float64 { return (2*float64(both) + Smooth) / (float64(sum) + Smooth) }

// Compare measures an overlap; both are Classes×pixels.
func Compare(mask, reference []uint8, classes int) Overlap {
	n := len(mask) / classes
	var o Overlap
	anyMask, anyReference := make([]uint8, n), make([]uint8, n)
	var all areas
	own, present := 0.0, 0.0 // of the reference's classes
	for c := range classes {
		p, t := mask[c*n:(c+1)*n], reference[c*n:(c+1)*n]
		for i := range n {
			anyMask[i] |= p[i]
			anyReference[i] |= t[i]
		}
		a := count(p, t)
		dice, iou := Dice(a.both, a.mask+a.reference), a.iou()
		o.Dice, o.IoU, o.Empty = append(o.Dice, dice), append(o.IoU, iou), append(o.Empty, a.mask+a.reference == 0)
		o.MeanDice += dice / float64(classes)
		o.MeanIoU += iou / float64(classes)
		all.both, all.mask, all.reference = all.both+a.both, all.mask+a.mask, all.reference+a.reference
		if a.reference > 0 {
			own, present = own+dice, present+1
		}
	}
	any := count(anyMask, anyReference)
	o.Union, o.Exact = Dice(any.both, any.mask+any.reference), Dice(all.both, all.mask+all.reference)
	if o.True = o.Union; present > 0 {
		o.True = own / present
	}
	o.Found, o.Wanted, o.Both = any.mask, any.reference, any.both
	o.Nothing = o.Found+o.Wanted == 0
	return o
}

// areas are pixels of two masks, and of their intersection.
type areas struct{ both, mask, reference int }

func (a areas) iou() float64 {
	return (float64(a.both) + Smooth) / (float64(a.mask+a.reference-a.both) + Smooth)
}

func count(mask, reference []uint8) (a areas) {
	for i, v := range mask {
		w := reference[i]
		if v != 0 && w != 0 {
			a.both++
		}
		if v != 0 {
			a.mask++
		}
		if w != 0 {
			a.reference++
		}
	}
	return a
}
