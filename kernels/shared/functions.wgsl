// What several shaders call: each gets those functions that it calls (kernel.go: shared).

// Whether v is a number, by its bits: drivers that reckon with numbers alone fold v == v.
fn isNumber(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffff) <= 0x7f800000;
}

fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v)); // never overflows
  return select(e, 1.0, v > 0) / (1 + e);
}

fn silu(x: f32) -> f32 {
  let v = select(x, -1000.0, x < -1000); // where it is 0, also at infinity
  return v * sigmoid(v);
}

fn silu_slope(x: f32) -> f32 {
  // 1 − σ(x) is σ(−x), without cancellation.
  var v = select(x, -1000.0, x < -1000); // beyond, the slope stays, also at infinity
  v = select(v, 1000.0, v > 1000);
  return sigmoid(v) * (1 + v * sigmoid(-v));
}

// What a layer applies to a sum.
fn activate(v: f32, act: i32) -> f32 {
  switch (act) {
    case 1: { return select(v, 0.0, v <= 0); }
    case 2: { return silu(v); }
    case 3: { return sigmoid(v); }
    default: { return v; }
  }
}

// A gradient times the slope of an activation: of a ReLU of which open is the result, of a SiLU of open.
fn through(v: f32, open: f32, act: i32) -> f32 {
  switch (act) {
    case 1: { return select(0.0, v, open > 0); }
    case 2: { return v * silu_slope(open); }
    default: { return v; }
  }
}

// Of a layer; who calls this has Half, and w.
fn weight(at: i32) -> f32 {
  if (Half) {
    let two = unpack2x16float(w[at / 2]) * 0x1p-10;
    return select(two.x, two.y, at % 2 == 1);
  }
  return bitcast<f32>(w[at]);
}
