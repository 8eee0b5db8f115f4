package nnunet

import (
	"testing"

	"segfault/core/net"

	"github.com/stretchr/testify/assert"
)

func described(labels map[string]any) Notes {
	return Describe(map[string]any{"dataset_json": map[string]any{"labels": labels}})
}

func TestAListOfOneNumberIsAClassNotARegion(t *testing.T) {
	n := described(map[string]any{"background": 0.0, "tumour": []any{2.0}, "brain": []any{1.0}})
	assert.Equal(t, net.Softmax, n.Activation)
	assert.Equal(t, []string{"background", "brain", "tumour"}, n.Classes)
	n = described(map[string]any{"background": 0.0, "whole": []any{1.0, 2.0}, "core": []any{2.0}})
	assert.Equal(t, net.Sigmoid, n.Activation)
	assert.Empty(t, n.Classes)
}
