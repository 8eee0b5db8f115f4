// Package lab is a workbench without a window: what a page's engine, the command
// line and a study share, in plain Go.
//
// A Model is a network with what its file says of it, a Subject a scan with its
// truth and its region of interest. A Subject's slice becomes a model's input
// (Image, Planes) and, for an attack of the scan's own pixels, a problem of
// package attack (Problem); what such an attack found is brought back to what the
// scan's file can hold (Settle).
//
// A Lab is all of it with a state, as a page, a command and a recipe see it: its
// methods take parameters and give replies that are plain structs (Methods lists
// those that a page may call, Fields says what is in them), so that a page's fault
// and a command's metrics.json are one thing. It asks its Host for files, downloads
// and a GPU. Calls may come at once: one works, and lets others while it waits for
// something. Every failure has a Code.
//
// What a Lab keeps between calls are the numbers under which scans and results are
// known (Things), the last gradients, the masks that were painted, the choice
// between backends and what is done when one fails (Compute), and the memory of
// loaded programs (Room). Package recipe, below, does attacks again that were
// written down.
package lab
