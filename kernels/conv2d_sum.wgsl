// The sum of what workgroups that shared a convolution's channels made of it.

struct Sizes {
  count: i32, // of the result
  split: i32, // parts
  area: i32, // pixels of an image
  channels: i32,
  bias: i32, // whether there is one
  act: i32, // 1 for a ReLU
  gate: i32, // whether the result counts only where open > 0
}

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read> bias: array<f32>;
@group(0) @binding(2) var<storage, read> open: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

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
  if (sizes.act == 1) {
    sum = select(sum, 0.0, sum <= 0);
  }
  y[i] = select(0.0, sum, sizes.gate == 0 || open[i] > 0);
}
