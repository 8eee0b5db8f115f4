// Package webgpu runs core's plans on the browser's GPU. It speaks to WebGPU
// through syscall/js and exists for js/wasm only.
//
// [Open] asks for an adapter and its limits and gives a [Device], a
// core.Backend. Loading a plan checks every buffer against the limits, makes
// buffers, pipelines and bind groups; running it is one submission; reading
// waits for it. Parameters, shaders and pipelines are shared by the programs of
// a device.
//
// Where a kernel has several shaders, those that the device cannot run are dropped
// (adapter.go, choose.go), and the others are raced on the plan's own layers when it
// is loaded. A run is one call into JavaScript, over a list of what every step binds
// (submit.mjs), and waits are nudged, since browsers look seldom (wait.go).
//
// GPUs get lost: drivers reset, tabs sleep. The first call that notices returns
// an error; the next Load or Run opens a fresh device and uploads everything
// anew. What a program computed before, and what an optimiser changed in its
// parameters, is gone then.
package webgpu
