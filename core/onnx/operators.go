package onnx

import (
	"fmt"
	"maps"
)

// operators are those of the standard that can be computed, by name.
var operators map[string]operator

func init() { // not a literal: operators such as If read graphs, and so operators
	operators = map[string]operator{}
	for _, list := range []map[string]operator{convolutions, norms, activations, pools, arithmetic, comparisons, reductions, resizes, shapes, pieces, scatters, products, constants, quantised} {
		maps.Copy(operators, list)
	}
}

// help says what would help where an operator is not supported.
var help = map[string]string{
	"Loop": controlFlow, "Scan": controlFlow,
	"QuantizeLinear": rounding, "DynamicQuantizeLinear": rounding, "QLinearConv": rounding,
	"QLinearMatMul": rounding, "ConvInteger": rounding, "MatMulInteger": rounding,
	"RNN": recurrent, "LSTM": recurrent, "GRU": recurrent,
	"NonMaxSuppression": detection, "TopK": detection, "RoiAlign": detection, "NonZero": detection,
	"ArgMax": detection, "ArgMin": detection,
}

const (
	controlFlow = "dynamic control flow cannot be differentiated: export by tracing, with a fixed input size"
	rounding    = "rounding has no gradient: give the network as it was before its weights were quantised"
	recurrent   = "recurrent layers are not supported; expected a convolutional network"
	detection   = "it has no gradient: give the network without what follows its logits, or choose another output"
)

// unsupported is why a node cannot be computed, and others of its operator.
func (n *node) unsupported(others int) string {
	why := help[n.op]
	switch {
	case !standard(n.domain):
		why = "only operators of the ONNX standard are known: export without operators of your own, and without a runtime's optimiser"
	case why == "":
		why = "it is not supported: export with other layers, or with another version of the operators (13 to 17 suit best)"
	}
	label := n.label()
	if others > 0 {
		label += fmt.Sprintf(" and %d more of it", others)
	}
	return label + ": " + why
}
