// Package torch reads weights from files that PyTorch saved: .pt, .pth and .ckpt.
//
// Such a file is a pickle, a program for a machine that builds Python objects, with
// the numbers of tensors beside it: in a zip (since PyTorch 1.6) or behind the
// program. This machine knows tensors and plain containers and calls nothing; a
// pickle that wants more is refused with the name of what it wants. Values are read
// when they are asked for.
package torch
