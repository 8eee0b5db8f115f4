struct Sizes {
  n: i32, a: i32, b: i32, h: i32, w: i32, ho: i32, wo: i32, m: i32, groups: i32,
  stride_h: i32, stride_w: i32, dilation_h: i32, dilation_w: i32, top: i32, left: i32, spread_h: i32, spread_w: i32,
  up: i32, chunks: i32, steps: i32, per: i32, split: i32, scaled: i32, bias: i32, plus: i32, act: i32, keep: i32, gate: i32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> open: array<f32>;
@group(0) @binding(5) var<storage, read> plus: array<f32>;
@group(0) @binding(6) var<storage, read_write> before: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

var<workgroup> panel: array<vec4f, 576>;
var<workgroup> image: array<f32, 1600>;

fn weight(at: i32) -> vec4f {
  return w[at];
}

fn sigmoid4(v: vec4f) -> vec4f {
  let e = exp(-abs(v)); // never overflows
  return select(e, vec4f(1), v > vec4f()) / (1 + e);
}

// A sum with its channel's bias.
fn biased(v: vec4f, channel: i32) -> vec4f {
  if (sizes.bias == 1) {
    return v + vec4f(bias[channel]);
  }
  return v;
}

// What a layer applies to a sum.
fn activate4(v: vec4f) -> vec4f {
  switch (sizes.act) {
    case 1: { return select(v, vec4f(), v <= vec4f()); }
    case 2: {
      let x = select(v, vec4f(-1000), v < vec4f(-1000)); // where it is 0, also at infinity
      return x * sigmoid4(x);
    }
    case 3: { return sigmoid4(v); }
    default: { return v; }
  }
}

// A gradient times the slope of an activation.
fn through4(v: vec4f, open: vec4f) -> vec4f {
  if (sizes.gate == 1) {
    return select(vec4f(), v, open > vec4f());
  }
  var x = select(open, vec4f(-1000), open < vec4f(-1000)); // beyond, the slope stays, also at infinity
  x = select(x, vec4f(1000), x > vec4f(1000));
  return v * (sigmoid4(x) * (1 + x * sigmoid4(-x)));
}


fn put(at: vec4i, there: vec4<bool>, channel: i32, v: vec4f) {
  var r = v;
  if (sizes.split == 1) {
    r = biased(v, channel);
    if (sizes.plus == 1) {
      r += vec4f(plus[at.x], plus[at.y], plus[at.z], plus[at.w]);
    }
    if (sizes.keep == 1) {
      if (there.x) { before[at.x] = r.x; }
      if (there.y) { before[at.y] = r.y; }
      if (there.z) { before[at.z] = r.z; }
      if (there.w) { before[at.w] = r.w; }
    }
    r = activate4(r);
    if (sizes.gate > 0) {
      r = through4(r, vec4f(open[at.x], open[at.y], open[at.z], open[at.w]));
    }
  }
  if (there.x) { y[at.x] = r.x; }
  if (there.y) { y[at.y] = r.y; }
  if (there.z) { y[at.z] = r.z; }
  if (there.w) { y[at.w] = r.w; }
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  let l = i32(index);
  let area = sizes.ho * sizes.wo;
  let total = sizes.n * area;
  let group = i32(id.z) % sizes.groups;
  let part = i32(id.z) / sizes.groups;
  let lowest = i32(id.y) * 32; // channel
  let first_weight = (group * i32(groups.y) + i32(id.y)) * sizes.steps * 576;
  let begin = part * sizes.per;
  let end = min(begin + sizes.per, sizes.steps);
  let wide = sizes.w >> u32(sizes.up);
  let plane = vec2i((sizes.h >> u32(sizes.up)) * wide, sizes.h * sizes.w);
  let across = (sizes.wo + 15) / 16;
  let down = (sizes.ho + 8 - 1) / 8;
  let picture = i32(id.x) / (across * down);
  let upper = i32(id.x) / across % down * 8;
  let left = i32(id.x) % across * 16;
  let x = l % 16;
  let row = l % 32 / 16 * 4;
  let channel = l / 32;
      var s0_0 = vec4f();
      var s1_0 = vec4f();
      var s2_0 = vec4f();
      var s3_0 = vec4f();
      var s4_0 = vec4f();
      var s5_0 = vec4f();
      var s6_0 = vec4f();
      var s7_0 = vec4f();
  for (var step = begin; step < end; step++) {
    for (var e = l; e < 8 * 10 * 18; e += 128) {
      let line = e / 18;
      let y0 = upper + line % 10 - sizes.top;
      let x0 = left + e % 18 - sizes.left;
      let inside = y0 >= 0 && y0 < sizes.h && x0 >= 0 && x0 < sizes.w;
      if (step < sizes.chunks) {
        let c = step * 8 + line / 10;
        let there = inside && c < sizes.a;
        let at = ((picture * sizes.groups + group) * sizes.a + c) * plane.x + (y0 >> u32(sizes.up)) * wide + (x0 >> u32(sizes.up));
        image[line * 20 + e % 18] = select(0.0, a[select(0, at, there)], there);
      } else {
        let c = (step - sizes.chunks) * 8 + line / 10;
        let there = inside && c < sizes.b;
        let at = (picture * sizes.b + c) * plane.y + y0 * sizes.w + x0;
        image[line * 20 + e % 18] = select(0.0, b[select(0, at, there)], there);
      }
    }
    panel[l + 0] = weight(first_weight + step * 576 + l + 0);
    panel[l + 128] = weight(first_weight + step * 576 + l + 128);
    panel[l + 256] = weight(first_weight + step * 576 + l + 256);
    panel[l + 384] = weight(first_weight + step * 576 + l + 384);
    if (l + 512 < 576) { panel[l + 512] = weight(first_weight + step * 576 + l + 512); }
    workgroupBarrier();
    for (var c = 0; c < 8; c++) {
      for (var kx = 0; kx < 3; kx++) {
        let o = (c * 10 + row) * 20 + x + kx;
        let u = (kx * 8 + c) * 8 + channel;
        let q0 = image[o + 0 * 20];
        let q1 = image[o + 1 * 20];
        let q2 = image[o + 2 * 20];
        let q3 = image[o + 3 * 20];
        let q4 = image[o + 4 * 20];
        let q5 = image[o + 5 * 20];
        let p0_0 = vec4f(q0, q1, q2, q3);
        let w0_0 = panel[u + 0];
        let w0_1 = panel[u + 4];
        s0_0 = fma(vec4f(w0_0.x), p0_0, s0_0);
        s1_0 = fma(vec4f(w0_0.y), p0_0, s1_0);
        s2_0 = fma(vec4f(w0_0.z), p0_0, s2_0);
        s3_0 = fma(vec4f(w0_0.w), p0_0, s3_0);
        s4_0 = fma(vec4f(w0_1.x), p0_0, s4_0);
        s5_0 = fma(vec4f(w0_1.y), p0_0, s5_0);
        s6_0 = fma(vec4f(w0_1.z), p0_0, s6_0);
        s7_0 = fma(vec4f(w0_1.w), p0_0, s7_0);
        let p1_0 = vec4f(q1, q2, q3, q4);
        let w1_0 = panel[u + 192];
        let w1_1 = panel[u + 196];
        s0_0 = fma(vec4f(w1_0.x), p1_0, s0_0);
        s1_0 = fma(vec4f(w1_0.y), p1_0, s1_0);
        s2_0 = fma(vec4f(w1_0.z), p1_0, s2_0);
        s3_0 = fma(vec4f(w1_0.w), p1_0, s3_0);
        s4_0 = fma(vec4f(w1_1.x), p1_0, s4_0);
        s5_0 = fma(vec4f(w1_1.y), p1_0, s5_0);
        s6_0 = fma(vec4f(w1_1.z), p1_0, s6_0);
        s7_0 = fma(vec4f(w1_1.w), p1_0, s7_0);
        let p2_0 = vec4f(q2, q3, q4, q5);
        let w2_0 = panel[u + 384];
        let w2_1 = panel[u + 388];
        s0_0 = fma(vec4f(w2_0.x), p2_0, s0_0);
        s1_0 = fma(vec4f(w2_0.y), p2_0, s1_0);
        s2_0 = fma(vec4f(w2_0.z), p2_0, s2_0);
        s3_0 = fma(vec4f(w2_0.w), p2_0, s3_0);
        s4_0 = fma(vec4f(w2_1.x), p2_0, s4_0);
        s5_0 = fma(vec4f(w2_1.y), p2_0, s5_0);
        s6_0 = fma(vec4f(w2_1.z), p2_0, s6_0);
        s7_0 = fma(vec4f(w2_1.w), p2_0, s7_0);
      }
    }
    workgroupBarrier();
  }
  for (var j = 0; j < 1; j++) {
    let r = vec4i(upper + row + 4 * j) + vec4i(0, 1, 2, 3);
    let there = (r < vec4i(sizes.ho)) & vec4<bool>(left + x < sizes.wo);
    let to = select(vec4i(), vec4i((part * sizes.n + picture) * sizes.groups * sizes.m * area) + r * sizes.wo + left + x, there);
    for (var i = 0; i < 8; i++) {
      let c = lowest + channel * 4 + i / 4 * 16 + i % 4;
      var sum = vec4f();
      switch (i * 1 + j) {
      case 0: { sum = s0_0; }
      case 1: { sum = s1_0; }
      case 2: { sum = s2_0; }
      case 3: { sum = s3_0; }
      case 4: { sum = s4_0; }
      case 5: { sum = s5_0; }
      case 6: { sum = s6_0; }
      case 7: { sum = s7_0; }
        default: {}
      }
      if (c < sizes.m) { put(to + (group * sizes.m + c) * area, there, group * sizes.m + c, sum); }
    }
  }
}
