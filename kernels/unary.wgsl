override Count: u32;
override Op: i32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

// ln(1+e) for 0 ≤ e ≤ 1. Where 1+e rounds e away, a series does better.
fn log1p(e: f32) -> f32 {
  if (e < 0.03) {
    return e * (1 - e * (1.0 / 2 - e * (1.0 / 3 - e / 4)));
  }
  return log(1 + e);
}

// max(v, 0), which may be 0 of NaN.
fn rectify(v: f32) -> f32 {
  return select(v, 0.0, v <= 0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Count) {
    return;
  }
  let v = x[i];
  let e = exp(-abs(v)); // never overflows
  switch (Op) {
    case 0: { y[i] = -v; }
    case 1: { y[i] = select(v, exp(v), v == v); } // of NaN, drivers make numbers
    case 2: { y[i] = select(v, log(v), v == v); }
    case 3: { y[i] = select(e, 1.0, v > 0) / (1 + e); }
    case 4: { y[i] = rectify(v) + log1p(e); }
    case 5: { y[i] = rectify(v); }
    case 6: { y[i] = select(0.0, 1.0, v > 0); }
    case 7: { y[i] = 1 / v; }
    case 8: { y[i] = f32(v > 0) - f32(v < 0); }
    case 9: { y[i] = sqrt(v); }
    default: { y[i] = trunc(v + clamp(0.01 * v, -0.5, 0.5)); }
  }
}
