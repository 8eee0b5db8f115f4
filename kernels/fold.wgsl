struct Sizes {
  rows: i32,
  inner: i32,
  parts: i32,
  rest: i32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn term(i: i32) -> f32 {
  return x[i];
}

// Neighbouring invocations read neighbouring elements.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= sizes.rows * sizes.parts) {
    return;
  }
  let row = i / sizes.parts * sizes.inner;
  var sum = 0.0;
  for (var at = i % sizes.parts; at < sizes.inner; at += sizes.parts) {
    sum += term(row + at);
  }
  y[i] = sum;
}
