override Count: u32;
override Beta1: f32;
override Beta2: f32;
override Eps: f32;
override Decay: f32;

@group(0) @binding(0) var<storage, read> g: array<f32>;
@group(0) @binding(1) var<storage, read> rate: array<f32, 3>; // learning rate, 1−Beta1ᵗ, 1−Beta2ᵗ
@group(0) @binding(2) var<storage, read_write> p: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Count) {
    return;
  }
  let d = g[i];
  let first = m[i] + (1 - Beta1) * (d - m[i]);
  let second = v[i] + (1 - Beta2) * (d * d - v[i]);
  m[i] = first;
  v[i] = second;
  p[i] -= rate[0] * (Decay * p[i] + first / rate[1] / (sqrt(second / rate[2]) + Eps));
}
