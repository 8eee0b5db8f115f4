package coretest

import (
	"testing"

	"segfault/core"
	"segfault/core/unet"
)

func vgg13(t *testing.T) Reference {
	spec, err := unet.New("vgg13", 3, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	return LoadReference(t, "unet-vgg13", spec)
}

func TestOracleVGG13(t *testing.T) { vgg13(t).Check(t, core.NewCPU(0)) }
