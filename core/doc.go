// Package core is Segfault's autodiff: static graphs of tensors, their
// gradients as more graph, and plans that any backend can run.
//
// It works in four phases.
//
//  1. Build: functions such as Conv2D, Mul or BCE make Nodes. A wrong shape is
//     a programmer's error and panics with a ShapeError, naming the op and the
//     shapes; of a graph that comes from a file, Try makes it an error.
//  2. Differentiate: Grad adds the nodes that compute gradients.
//  3. Compile: Compile keeps what the outputs need, in order, and lets values
//     whose lifetimes do not overlap share a buffer.
//  4. Run: a Backend loads the Plan; the Program writes inputs, runs, and reads
//     outputs. Running returns errors and never panics on data.
//
// A new op touches three places: the kernel pair in package kernels, a function
// here, and a case in coretest.
package core
