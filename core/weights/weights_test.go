package weights

import (
	"maps"
	"slices"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
)

func TestANetworkIsFoundUnderItsWrappersPrefix(t *testing.T) {
	for name, c := range map[string]struct{ names, want []string }{
		"none":                 {[]string{"a.weight", "b.bias", "other"}, []string{"a.weight", "b.bias", "other"}},
		"of a trainer":         {[]string{"model.a.weight", "model.b.bias", "loss.weight"}, []string{"a.weight", "b.bias"}},
		"of two wrappers":      {[]string{"module.net.a.weight", "module.net.b.bias"}, []string{"a.weight", "b.bias"}},
		"of a compiler":        {[]string{"_orig_mod.a.weight", "_orig_mod.b.bias"}, []string{"a.weight", "b.bias"}},
		"in the middle":        {[]string{"model._orig_mod.a.weight", "model.b._orig_mod.bias"}, []string{"a.weight", "b.bias"}},
		"beside an average":    {[]string{"net.a.weight", "net.b.bias", "ema_model.module.a.weight", "ema_model.module.b.bias"}, []string{"a.weight", "b.bias"}},
		"no network":           {[]string{"x", "y"}, []string{"x", "y"}},
		"a name that ends so":  {[]string{"alpha.weight"}, []string{"alpha.weight"}},
		"deeper than the name": {[]string{"a.weight.a.weight", "a.weight.c"}, []string{"a.weight", "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := Memory{}
			for i, n := range c.names {
				w[n] = core.NewTensor(i + 1)
			}
			got := Unwrap(w, "a.weight")
			assert.Equal(t, c.want, slices.Sorted(maps.Keys(got.Shapes())))
			for short, shape := range got.Shapes() {
				x, err := got.Tensor(short)
				assert.NoError(t, err)
				assert.Equal(t, shape, x.Shape)
			}
		})
	}
}

func TestCountersAreNoWeights(t *testing.T) {
	for name, counts := range map[string]bool{
		"total_ops": true, "total_params": true, "a.b.total_ops": true, "a.bn.num_batches_tracked": true,
		"a.weight": false, "a.total_ops.weight": false, "subtotal_ops": false, "": false,
	} {
		assert.Equal(t, counts, Counter(name), name)
	}
}
