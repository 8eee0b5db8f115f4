override N: u32;
override Inner: u32;
override Kept: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * Kept) {
    return;
  }
  var at = i / Kept * Inner * Kept + i % Kept;
  var most = x[at];
  for (var j = 1u; j < Inner; j++) {
    at += Kept;
    let v = x[at];
    most = select(v, select(most, v, v > most), isNumber(v)); // a NaN stays
  }
  y[i] = most;
}
