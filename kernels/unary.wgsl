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

// The hyperbolic tangent, of e = exp(−2|v|). Near 0, where 1−e has few digits, a series.
fn tanhOf(v: f32, e: f32) -> f32 {
  let s = v * v;
  if (s < 0.01) {
    return v * (1 - s * (1.0 / 3 - s * (2.0 / 15 - s * (17.0 / 315))));
  }
  return sign(v) * (1 - e) / (1 + e);
}

// The error function (Abramowitz and Stegun, 7.1.26), near 0 its series.
fn erf(v: f32) -> f32 {
  let s = v * v;
  if (s < 0.01) {
    return 1.1283791671 * v * (1 - s * (1.0 / 3 - s * (1.0 / 10 - s / 42)));
  }
  let t = 1 / (1 + 0.3275911 * abs(v));
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(v) * (1 - p * exp(-s));
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
    case 1: { y[i] = select(v, exp(v), isNumber(v)); } // of NaN, drivers make numbers
    case 2: { y[i] = select(v, log(v), isNumber(v)); }
    case 3: { y[i] = select(e, 1.0, v > 0) / (1 + e); }
    case 4: { y[i] = rectify(v) + log1p(e); }
    case 5: { y[i] = rectify(v); }
    case 6: { y[i] = select(0.0, 1.0, v > 0); }
    case 7: { y[i] = 1 / v; }
    case 8: { y[i] = f32(v > 0) - f32(v < 0); }
    case 9: { y[i] = sqrt(v); }
    case 10: { y[i] = trunc(v + clamp(0.01 * v, -0.5, 0.5)); }
    case 11: { y[i] = abs(v); }
    case 12: { y[i] = select(v, tanhOf(v, e * e), isNumber(v)); }
    case 13: { y[i] = select(v, erf(v), isNumber(v)); }
    case 14: { y[i] = floor(v); }
    case 15: { y[i] = ceil(v); }
    default: { y[i] = round(v); }
  }
}
