// Package lab is a workbench without a window: what a page's engine, the command
// line and a study share, in plain Go.
//
// A Model is a network with what its file says of it, a Subject a scan with its
// truth and its region of interest. A Subject's slice becomes a model's input
// (Image, Planes) and, for an attack of the scan's own pixels, a problem of
// package attack (Problem); what such an attack found is brought back to what the
// scan's file can hold (Settle).
//
// What a page's engine keeps between calls are the numbers under which a page knows
// scans and results (Things), the choice between backends and what is done when
// one fails (Compute), and the memory of loaded programs (Room).
package lab
