override N: u32;
override C: u32;
override Inner: u32;
override Kept: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

// Short runs are summed first, so that float32 loses little.
const run = 64u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= C * Kept) {
    return;
  }
  var total = 0.0;
  for (var n = 0u; n < N; n++) {
    let row = ((n * C + i / Kept) * Inner) * Kept + i % Kept;
    for (var start = 0u; start < Inner; start += run) {
      var sum = 0.0;
      for (var j = start; j < min(start + run, Inner); j++) {
        sum += x[row + j * Kept];
      }
      total += sum;
    }
  }
  y[i] = total;
}
