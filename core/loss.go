package core

import (
	"math"
	"slices"

	"segfault/core/names"
)

// Loss is a loss of segmentation. Input and target are N×C×H×W; the input is
// logits and the target 0 or 1, unless the caller swaps them, which every loss
// allows: it is differentiable in both.
type Loss string

// The losses, as PyTorch and MONAI define them.
const (
	BCE       Loss = "bce"
	Dice      Loss = "dice"
	Focal     Loss = "focal"
	DiceFocal Loss = "dice_focal"
	// JS and Margin are what attacks on segmentation make larger.
	JS     Loss = "js"
	Margin Loss = "margin"
	// CE and SoftmaxDice are of classes that exclude each other.
	CE          Loss = "ce"
	SoftmaxDice Loss = "softmax_dice"
)

type loss struct {
	names.Entry
	short string // for a plot
	build func(input, target *Node) *Node
	each  func(input, target *Node) *Node // of each element, or of each pixel of exclusive classes, where the loss is their mean
}

// losses in the order in which they are shown.
var losses = []*loss{
	{names.Entry{Name: string(BCE), Title: "Cross-entropy", About: "Binary cross-entropy on logits, in the mean over elements."}, "BCE", nil, crossEntropy},
	{names.Entry{Name: string(Dice), Title: "Dice", About: "MONAI’s DiceLoss(sigmoid=True), in the mean over images and channels."}, "Dice", diceLoss, nil},
	{names.Entry{Name: string(Focal), Title: "Focal", About: "MONAI’s FocalLoss(gamma=2), in the mean over elements."}, "Focal", nil, focal},
	{names.Entry{Name: string(DiceFocal), Title: "Dice + focal", About: "MONAI’s DiceFocalLoss(sigmoid=True), the sum of Dice and focal: the paper’s training loss."}, "DiceFocal",
		func(x, t *Node) *Node { return Add(diceLoss(x, t), Mean(focal(x, t))) }, nil},
	{names.Entry{Name: string(CE), Title: "Cross-entropy of classes", About: "Cross-entropy of the softmax over classes, in the mean over pixels."}, "CE", nil, classEntropy},
	{names.Entry{Name: string(SoftmaxDice), Title: "Dice of classes", About: "MONAI’s DiceLoss(softmax=True), in the mean over images and classes, the background among them."}, "SoftmaxDice", softmaxDice, nil},
	{names.Entry{Name: string(JS), Title: "Jensen–Shannon", About: "The Jensen–Shannon divergence of prediction and label, which is bounded, in the mean over elements (Croce et al. 2024)."}, "JS", nil, divergence},
	{names.Entry{Name: string(Margin), Title: "Margin", About: "How far each logit is on the wrong side of 0, in the mean over elements (Xie et al. 2017, equation 1)."}, "Margin", nil, margin},
}

// Losses lists them.
var Losses = func() (list []Loss) {
	for _, l := range losses {
		list = append(list, Loss(l.Name))
	}
	return list
}()

// LossEntries are what the losses say of themselves, in the same order.
func LossEntries() []names.Entry { return names.Entries(losses) }

// ParseLoss finds a loss by its name.
func ParseLoss(name string) (Loss, error) {
	_, err := names.Find(losses, "loss", name)
	return Loss(name), err
}

// row is the row of a loss that there is.
func (l Loss) row() *loss {
	row, err := names.Find(losses, "loss", string(l))
	if err != nil {
		panic("core: " + err.Error())
	}
	return row
}

// Short is the loss's name for a plot.
func (l Loss) Short() string { return l.row().short }

// Exclusive is whether the loss is of classes of which a pixel has one, as a
// network has them that ends in a softmax. To one of independent classes, where
// no class is the background, it would say that every pixel has a class.
func (l Loss) Exclusive() bool { return l == CE || l == SoftmaxDice }

// Of builds the loss, one number.
func (l Loss) Of(input, target *Node) *Node {
	row := l.row()
	if !input.Shape.Equal(target.Shape) {
		refuse(row.Name, "input %v and target %v", input.Shape, target.Shape)
	}
	if row.each != nil {
		return Mean(row.each(input, target))
	}
	return row.build(input, target)
}

// Elements builds the loss of each element, of which Of is the mean; of exclusive classes pixels are the elements. It is nil where the loss
// is no such mean.
func (l Loss) Elements(input, target *Node) *Node {
	if row := l.row(); row.each != nil {
		return row.each(input, target)
	}
	return nil
}

// Elementwise says whether a loss is a mean over elements.
func (l Loss) Elementwise() bool { return l.row().each != nil }

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

// focal is (1−pt)²·cross-entropy, element by element, with 1−pt = σ(−x·(2t−1)) computed through
// its logarithm (Lin et al. 2017, equation 4, γ = 2).
func focal(x, t *Node) *Node {
	wrong := Neg(Softplus(Mul(x, Affine(t, 2, -1)))) // ln σ(−x(2t−1))
	return Mul(Exp(Affine(wrong, 2, 0)), crossEntropy(x, t))
}

// margin is (1−2t)·x: a logit less its opposite, where both are of a pixel of two classes.
func margin(x, t *Node) *Node { return Mul(x, Affine(t, -2, 1)) }

// divergence is ½KL((q, 1−q)‖m) + ½KL((1, 0)‖m) with the probability q = σ((2t−1)·x) of what is true and m the mean of
// both, element by element. With a = −ln q and b = a + ln((1+q)/2), each a softplus, it is ½(a − (1+q)·b + (1−q)·ln 2),
// which keeps its digits where q is nearly 1.
func divergence(x, t *Node) *Node {
	s := Mul(x, Affine(t, 2, -1))
	a, b := Softplus(Neg(s)), Softplus(Affine(s, -1, -math.Ln2))
	q, p := Sigmoid(s), Sigmoid(Neg(s))
	return Affine(Add(Sub(a, Mul(b, Affine(q, 1, 1))), Affine(p, math.Ln2, 0)), 0.5, 0)
}

// Rivals are channels as classes of which a pixel has one. Beside one channel
// there is a background, whose logit or label is 0: then the softmax is the sigmoid.
func Rivals(x *Node) *Node {
	if x.Shape[1] > 1 {
		return x
	}
	return Pad(x, []int{0, 1, 0, 0, 0, 0, 0, 0}, PadConstant, 0)
}

// Chosen is 1 for the class that is largest, of equal ones the first, and 0 for
// the others. The gradient goes straight through.
func Chosen(x *Node) *Node {
	largest := Equal(x, ReduceMax(x, 1))
	c := x.Shape[1]
	before := Along(largest, NewBand(c, c, func(o int) (int, []float64) { return 0, slices.Repeat([]float64{1}, o) }), 1)
	return StraightThrough(wherePositive(largest, Affine(before, -1, 1)), x)
}

// classEntropy is −ln softmax(x) of the target's class, pixel by pixel.
func classEntropy(x, t *Node) *Node {
	x, t = Rivals(x), Chosen(Rivals(t))
	return Neg(Sum(Mul(LogSoftmax(x, 1), t), 1))
}

// softmaxDice is the Dice loss of the softmax and the target's class.
func softmaxDice(x, t *Node) *Node { return dice(Softmax(Rivals(x), 1), Chosen(Rivals(t))) }

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
	sum := func(x *Node) *Node { return Sum(x, 1) }
	p := Affine(Exp(Neg(sum(Softplus(logits)))), -1, 1)
	return dice(p, sum(target))
}
