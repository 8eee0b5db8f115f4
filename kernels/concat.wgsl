override N: u32;
override A: u32;
override B: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * (A + B)) {
    return;
  }
  let n = i / (A + B);
  let at = i % (A + B);
  if (at < A) {
    y[i] = a[n * A + at];
  } else {
    y[i] = b[n * B + at - A];
  }
}
