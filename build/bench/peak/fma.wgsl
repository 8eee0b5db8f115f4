override Rounds: i32;
override Loops: u32; // a multiple of 64

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

// Eight independent chains of vec4 in registers.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= Loops) {
    return;
  }
  let v = vec4f(x[id.x % 64u]);
  let u = vec4f(0.25);
  var a = v;
  var b = v + 1;
  var c = v + 2;
  var d = v + 3;
  var e = v + 4;
  var f = v + 5;
  var g = v + 6;
  var h = v + 7;
  for (var i = 0; i < Rounds; i++) {
    a = fma(a, u, v);
    b = fma(b, u, v);
    c = fma(c, u, v);
    d = fma(d, u, v);
    e = fma(e, u, v);
    f = fma(f, u, v);
    g = fma(g, u, v);
    h = fma(h, u, v);
  }
  y[id.x] = dot(a + b + c + d + e + f + g + h, vec4f(1));
}
