// Package phantom simulates magnetic resonance slices of which the truth is
// known: a contrast-enhanced T1-weighted head with or without a tumour, and a
// short-axis heart.
//
// A phantom is made in three phases. First the dice fall: field strength and
// timing, and with them every tissue's signal by the signal equation of the
// sequence; then the shape of the head or chest. Next the anatomy is painted,
// outside in, tissue over tissue, in millimetres: splines for outlines, curves
// grown inwards for the folds of the cortex, noise for what has no outline.
// Last comes the scanner: coil sensitivity, complex noise, the limited
// k-space, magnitude, scale.
//
// Anatomy is drawn for the eye and for training, not for measurement.
package phantom
