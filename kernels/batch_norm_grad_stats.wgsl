override N: u32;
override C: u32;
override Inner: u32;
override Eps: f32;
override Act: i32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> stats: array<f32>; // means, then variances
@group(0) @binding(4) var<storage, read_write> sums: array<f32>; // Σdy, then Σdy·x̂

// Short runs are summed first, so that float32 loses little.
const run = 64u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = id.y * groups.x * 64 + id.x;
  if (c >= C) {
    return;
  }
  let mean = stats[c];
  var total = vec2f(); // of dy and of dy·(x−mean)
  for (var n = 0u; n < N; n++) {
    let row = (n * C + c) * Inner;
    for (var start = 0u; start < Inner; start += run) {
      var sum = vec2f();
      for (var i = row + start; i < row + min(start + run, Inner); i++) {
        if (Act != 1 || y[i] > 0) {
          sum += dy[i] * vec2f(1, x[i] - mean);
        }
      }
      total += sum;
    }
  }
  sums[c] = total.x;
  sums[C + c] = total.y / sqrt(stats[C + c] + Eps);
}
