override N: u32;
override C: u32;
override Inner: u32;
override Eps: f32;
override Act: i32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> stats: array<f32>; // means, then variances
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * C * Inner) {
    return;
  }
  let c = i / Inner % C;
  let v = gamma[c] / sqrt(stats[C + c] + Eps) * (x[i] - stats[c]) + beta[c];
  y[i] = select(v, 0.0, Act == 1 && v <= 0);
}
