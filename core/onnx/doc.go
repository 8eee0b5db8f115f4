// Package onnx makes networks of ONNX files, differentiated like any other.
//
// It works in four phases.
//
//  1. Open reads a file's structure: nodes, types and where the weights lie. No
//     weight is read, and what cannot be computed is named.
//  2. Load reads the weights and computes what depends on nothing else.
//  3. It then finds what the file does not say by building the graph for some
//     sizes: the layouts, which output is the answer, and where it can be cut
//     before its activation.
//  4. The network builds the graph for any input: a value is either a node of
//     package core or known, so that shapes are reckoned while the graph is read.
//
// Operators are in files by subject: conv.go, norm.go, activation.go, and so on.
// Files are hostile: lengths are checked before they are used.
package onnx
