override Count: u32;
override Op: i32;
override Div: u32;
override Mod: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= Count) {
    return;
  }
  let u = a[i];
  var at = i; // division is slow where there is nothing to repeat
  if (Div != 1 || Mod != Count) {
    at = i / Div % Mod;
  }
  let v = b[at];
  switch (Op) {
    case 0: { y[i] = u + v; }
    case 1: { y[i] = u - v; }
    case 2: { y[i] = u * v; }
    case 3: { y[i] = u / v; }
    case 4: { y[i] = select(0.0, u, v > 0); }
    case 5: { y[i] = select(v, select(u, v, v > u), isNumber(v)); } // a NaN stays, which max may leave out
    default: { y[i] = select(v, select(u, v, v < u), isNumber(v)); }
  }
}
