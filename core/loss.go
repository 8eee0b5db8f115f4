package core

import "fmt"

// Loss is a loss of segmentation. Input and target are N×C×H×W; the input is
// logits and the target 0 or 1, unless the caller swaps them, which every loss
// allows: it is differentiable in both.
type Loss string

// The losses, as PyTorch and MONAI define them.
const (
	BCE       Loss = "bce"        // binary cross-entropy on logits, mean over elements
	Dice      Loss = "dice"       // MONAI DiceLoss(sigmoid=True), mean over images and channels
	Focal     Loss = "focal"      // MONAI FocalLoss(gamma=2), mean over elements
	DiceFocal Loss = "dice_focal" // MONAI DiceFocalLoss(sigmoid=True) = Dice + Focal
)

// Losses lists them in the order in which they are shown.
var Losses = []Loss{BCE, Dice, Focal, DiceFocal}

// ParseLoss finds a loss by its name.
func ParseLoss(name string) (Loss, error) {
	for _, l := range Losses {
		if string(l) == name {
			return l, nil
		}
	}
	return "", fmt.Errorf("core: unknown loss %q; expected bce, dice, focal or dice_focal", name)
}

// Of builds the loss, one number.
func (l Loss) Of(input, target *Node) *Node {
	if !input.Shape.Equal(target.Shape) {
		refuse("loss "+string(l), "input %v and target %v", input.Shape, target.Shape)
	}
	switch l {
	case BCE:
		return Mean(crossEntropy(input, target))
	case Dice:
		return diceLoss(input, target)
	case Focal:
		return focalLoss(input, target)
	case DiceFocal:
		return Add(diceLoss(input, target), focalLoss(input, target))
	}
	panic(fmt.Sprintf("core: unknown loss %q", string(l)))
}

// crossEntropy is x − x·t − ln σ(x) = softplus(x) − x·t, element by element.
func crossEntropy(x, t *Node) *Node { return Sub(Softplus(x), Mul(x, t)) }

// diceSmooth is MONAI's smooth_nr and smooth_dr.
const diceSmooth = 1e-5

// diceLoss is 1 − (2·Σpt + s)/(Σp + Σt + s) for each image and channel, in the
// mean (Milletari et al. 2016, without squares).
func diceLoss(x, t *Node) *Node { return dice(Sigmoid(x), t) }

func dice(p, t *Node) *Node {
	overlap := Affine(Sum(Mul(p, t), 2, 3), 2, diceSmooth)
	size := Affine(Add(Sum(p, 2, 3), Sum(t, 2, 3)), 1, diceSmooth)
	return Affine(Mean(Div(overlap, size)), -1, 1)
}

// focalLoss is (1−pt)²·cross-entropy, with 1−pt = σ(−x·(2t−1)) computed through
// its logarithm (Lin et al. 2017, equation 4, γ = 2).
func focalLoss(x, t *Node) *Node {
	wrong := Neg(Softplus(Mul(x, Affine(t, 2, -1)))) // ln σ(−x(2t−1))
	return Mean(Mul(Exp(Affine(wrong, 2, 0)), crossEntropy(x, t)))
}

// BatchDice is MONAI's DiceLoss(sigmoid=True, batch=True), for training: the
// overlap is summed over the whole batch, so that a channel that is empty in
// one image still has a useful gradient.
func BatchDice(logits, target *Node) *Node {
	p := Sigmoid(logits)
	sum := func(x *Node) *Node { return Sum(x, 0, 2, 3) }
	overlap := Affine(sum(Mul(p, target)), 2, diceSmooth)
	size := Affine(Add(sum(p), sum(target)), 1, diceSmooth)
	return Affine(Mean(Div(overlap, size)), -1, 1)
}

// UnionDice is the Dice loss of all channels together, in the mean over images:
// of the probability 1 − Π(1 − p) that a pixel belongs to any class, against the
// channels' sum. It is for training; a score that asks whether the lesion was
// found, whatever its class, is its thresholded form. A target has at most one
// class a pixel.
func UnionDice(logits, target *Node) *Node {
	ones := NewTensor(1, logits.Shape[1], 1, 1)
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	sum := func(x *Node) *Node { return Conv2D(x, NewParameter("ones", ones), Conv{}) }
	p := Affine(Exp(Neg(sum(Softplus(logits)))), -1, 1)
	return dice(p, sum(target))
}
