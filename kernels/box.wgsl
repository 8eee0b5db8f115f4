override Count: u32;
override Epsilons: u32;

@group(0) @binding(0) var<storage, read> origin: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> epsilon: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Count) {
    return;
  }
  let e = epsilon[i % Epsilons];
  let o = origin[i];
  let v = x[i];
  let near = min(max(min(max(v, o - e), o + e), 0), 1);
  y[i] = select(v, select(o, near, isNumber(o)), isNumber(v)); // a NaN stays, which min and max may leave out
}
