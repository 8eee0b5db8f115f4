// The sum of what workgroups that shared a convolution's channels made of it.

struct Sizes {
  count: i32, // of the result
  split: i32, // parts
  area: i32, // pixels of an image
  channels: i32,
  bias: i32, // whether there is one
  plus: i32, // whether there is something to be added
  act: i32, // the activation
  keep: i32, // whether what it is of is kept
  gate: i32, // the activation by whose slope at open the result is multiplied
}

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read> bias: array<f32>;
@group(0) @binding(2) var<storage, read> open: array<f32>;
@group(0) @binding(3) var<storage, read> plus: array<f32>;
@group(0) @binding(4) var<storage, read_write> before: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= sizes.count) {
    return;
  }
  var sum = parts[i];
  for (var part = 1; part < sizes.split; part++) {
    sum += parts[part * sizes.count + i];
  }
  if (sizes.bias == 1) {
    sum += bias[i / sizes.area % sizes.channels];
  }
  if (sizes.plus == 1) {
    sum += plus[i];
  }
  if (sizes.keep == 1) {
    before[i] = sum;
  }
  sum = activate(sum, sizes.act);
  if (sizes.gate > 0) {
    sum = through(sum, open[i], sizes.gate);
  }
  y[i] = sum;
}
