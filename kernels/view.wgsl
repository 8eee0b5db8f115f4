// Arranges an array anew. Sizes come in a buffer: one pipeline serves all views.

struct Sizes {
  count: i32,
  rank: i32,
  offset: i32, // of the first element of x that may be shown
  fill: f32, // what is shown where x has nothing
  size: array<vec4i, 2>, // of y's axes, outermost first
  stride: array<vec4i, 2>, // how far apart their elements lie in x
  before: array<vec4i, 2>, // which element shows the first
  step: array<vec4i, 2>, // and how far apart in y the others are shown
  extent: array<vec4i, 2>, // of how many
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= sizes.count) {
    return;
  }
  var rest = i;
  var at = sizes.offset;
  var shown = true;
  for (var d = sizes.rank - 1; d >= 0; d--) {
    var j = rest;
    if (d > 0) { // the outermost index is what is left
      let size = sizes.size[d / 4][d % 4];
      rest /= size;
      j -= rest * size;
    }
    j -= sizes.before[d / 4][d % 4];
    let step = sizes.step[d / 4][d % 4];
    var q = j;
    if (step > 1) {
      q /= step;
    }
    shown &= j >= 0 && q * step == j && q < sizes.extent[d / 4][d % 4];
    at += q * sizes.stride[d / 4][d % 4];
  }
  y[i] = select(sizes.fill, x[select(0, at, shown)], shown);
}
