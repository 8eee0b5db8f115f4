override N: u32;
override C: u32;
override Inner: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> stats: array<f32>; // means, then variances

// Short runs are summed first, so that float32 loses little.
const run = 64u;

// Two passes, so that a large mean does not drown a small variance.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = id.y * groups.x * 64 + id.x;
  if (c >= C) {
    return;
  }
  let count = f32(N * Inner);

  var total = 0.0;
  for (var n = 0u; n < N; n++) {
    let row = (n * C + c) * Inner;
    for (var start = 0u; start < Inner; start += run) {
      var sum = 0.0;
      for (var i = start; i < min(start + run, Inner); i++) {
        sum += x[row + i];
      }
      total += sum;
    }
  }
  let mean = total / count;

  var square = 0.0;
  for (var n = 0u; n < N; n++) {
    let row = (n * C + c) * Inner;
    for (var start = 0u; start < Inner; start += run) {
      var sum = 0.0;
      for (var i = start; i < min(start + run, Inner); i++) {
        let d = x[row + i] - mean;
        sum += d * d;
      }
      square += sum;
    }
  }
  stats[c] = mean;
  stats[C + c] = square / count;
}
