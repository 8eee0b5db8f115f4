override Count: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v)); // never overflows
  return select(e, 1.0, v > 0) / (1 + e);
}

fn silu(x: f32) -> f32 {
  let v = select(x, -1000.0, x < -1000); // where it is 0, also at infinity
  return v * sigmoid(v);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i < Count) {
    y[i] = silu(x[i]);
  }
}
