override Count: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v)); // never overflows
  return select(e, 1.0, v > 0) / (1 + e);
}

fn silu_slope(x: f32) -> f32 {
  // 1 − σ(x) is σ(−x), without cancellation.
  var v = select(x, -1000.0, x < -1000); // beyond, the slope stays, also at infinity
  v = select(v, 1000.0, v > 1000);
  return sigmoid(v) * (1 + v * sigmoid(-v));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i < Count) {
    dx[i] = dy[i] * silu_slope(x[i]);
  }
}
