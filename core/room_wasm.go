package core

// room is what WebAssembly can address, but for what the stacks and results of
// a run take.
const room = 4<<30 - 256<<20
