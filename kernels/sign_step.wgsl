override N: u32;
override C: u32;
override Inner: u32;
override Blend: bool;
override Shared: bool;

@group(0) @binding(0) var<storage, read> origin: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read> budget: array<f32, 2>; // step, epsilon
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * C * Inner) {
    return;
  }
  let step = budget[0];
  let epsilon = budget[1];

  var slope = g[i];
  if (Shared) {
    slope = 0;
    let image = i / (C * Inner) * C * Inner;
    for (var c = 0u; c < C; c++) {
      slope += g[image + c * Inner + i % Inner];
    }
  }
  let shift = step * (f32(slope > 0) - f32(slope < 0));

  var v = x[i] + shift;
  var middle = origin[i];
  if (Blend) {
    v = (1 - step) * x[i] + shift;
    middle = (1 - epsilon) * middle;
  }
  y[i] = min(max(min(max(v, middle - epsilon), middle + epsilon), 0), 1);
}
