package monai

import (
	"fmt"

	"segfault/core"
)

// basic computes a BasicUNet: four times halved, and enlarged by transposed convolutions.
func (n *Network) basic(x *core.Node) *core.Node {
	x = n.twice("conv_0", x)
	skips := []*core.Node{x}
	for i := 1; i <= 4; i++ {
		x = core.MaxPool(x, core.Pool{Size: core.Square(2), Stride: core.Square(2)})
		x = n.twice(fmt.Sprintf("down_%d.convs", i), x)
		skips = append(skips, x)
	}
	for i := 4; i >= 1; i-- {
		name := fmt.Sprintf("upcat_%d", i)
		up := name + ".upsample.deconv"
		x = n.conv(up, x, n.width(up, true), 2, true)
		x = n.twice(name+".convs", core.Concat(1, skips[i-1], x))
	}
	return n.conv("final_conv", x, n.width("final_conv", false), 1, false)
}

// twice are two convolutions one after another.
func (n *Network) twice(name string, x *core.Node) *core.Node {
	x = n.unit(name+".conv_0", x, 1, false, false)
	return n.unit(name+".conv_1", x, 1, false, false)
}
