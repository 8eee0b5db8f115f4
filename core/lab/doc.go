// Package lab is a workbench without a window: what a page's engine, the command
// line and a study share, in plain Go.
//
// It has two floors. The lower one brings models and scans together and keeps
// nothing. A Model is a network with what its file says of it, a Subject a scan with
// its truth and its region of interest. A Subject's slice becomes a model's input
// (Image, Planes) and, for an attack of the scan's own pixels, a problem of
// package attack (Problem); what such an attack found is brought back to what the
// scan's file can hold (Settle). A study works here.
//
// The upper floor is a Lab: all of it with a state, as a page, a command and a
// recipe see it. Its methods take parameters and give replies that are plain structs
// (Methods lists those that a page may call, Fields says what is in them), so that
// a page's fault and a command's metrics.json are one thing. A call goes through
// four phases.
//
//  1. It waits for its turn. One call is at work, and lets others while it waits
//     for a download, a file or a GPU (call.go).
//  2. It finds scans and results by their numbers (Things) and models by their
//     names. Weights are fetched when they are first needed, the last gradients
//     are kept (question.go).
//  3. It computes on the backend that Compute has chosen. Loaded programs make room
//     for each other (Room); where a GPU fails on which nobody insisted, the CPU
//     takes over. Without a GPU attacks wait for who computes next: the lab itself,
//     or one of its Helpers, whose own lab does nothing else (Compute).
//  4. It answers, or fails with an error that has a Code.
//
// What surrounds a Lab is its Host, which it asks for files, downloads and a GPU: a
// browser's worker, a command, a test. Package recipe, below, does attacks again that
// were written down.
package lab
