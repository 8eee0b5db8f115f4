override Rows: u32;
override In: u32;
override Out: u32;
override Inner: u32;
override Taps: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> matrix: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Rows * Out * Inner) {
    return;
  }
  let line = i / Inner % Out * (1 + Taps);
  let row = i / (Inner * Out);
  var at = (row * In + u32(matrix[line])) * Inner + i % Inner;
  var sum = 0.0;
  for (var tap = 1u; tap <= Taps; tap++) {
    sum += matrix[line + tap] * x[at];
    at += Inner;
  }
  y[i] = sum;
}
