// Package lab is a workbench without a window: what a page's engine keeps between calls, in plain Go. So far these are the
// numbers under which a page knows scans and results (Things), the choice between backends and what is done when one fails
// (Compute), and the memory of loaded programs (Room).
package lab
