override Rows: u32;
override Inner: u32;
override Parts: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

// Neighbouring invocations read neighbouring elements.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Rows * Parts) {
    return;
  }
  let row = i / Parts * Inner;
  var sum = 0.0;
  for (var at = i % Parts; at < Inner; at += Parts) {
    sum += x[row + at];
  }
  y[i] = sum;
}
