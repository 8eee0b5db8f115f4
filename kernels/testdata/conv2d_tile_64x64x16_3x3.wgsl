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

var<workgroup> panel: array<vec4f, 256>;
var<workgroup> image: array<vec4f, 256>;

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
  let lowest = i32(id.y) * 64; // channel
  let first_weight = (group * i32(groups.y) + i32(id.y)) * sizes.steps * 256;
  let begin = part * sizes.per;
  let end = min(begin + sizes.per, sizes.steps);
  let wide = sizes.w >> u32(sizes.up);
  let plane = vec2i((sizes.h >> u32(sizes.up)) * wide, sizes.h * sizes.w);
  let q = l % 16;
  let row = l / 16;
  let column = l % 16;
  let channel = l / 16;
  let p = vec4i(i32(id.x) * 64 + q) + vec4i(0, 1, 2, 3) * 16;
  let top = select(vec4i(-(1 << 20)), p % area / sizes.wo * sizes.stride_h - sizes.top, p < vec4i(total));
  let left = p % area % sizes.wo * sizes.stride_w - sizes.left;
  let base_a = (p / area * sizes.groups + group) * sizes.a * plane.x;
  let base_b = p / area * sizes.b * plane.y;
      var s0_0 = vec4f();
      var s1_0 = vec4f();
      var s2_0 = vec4f();
      var s3_0 = vec4f();
      var s4_0 = vec4f();
      var s5_0 = vec4f();
      var s6_0 = vec4f();
      var s7_0 = vec4f();
  for (var step = begin; step < end; step++) {
    var v0 = vec4f();
    var v1 = vec4f();
    let tap = step % 9;
    let chunk = step / 9;
    var y0 = top + tap / 3 * sizes.dilation_h;
    var x0 = left + tap % 3 * sizes.dilation_w;
    var inside = (y0 >= vec4i()) & (x0 >= vec4i());
    inside &= (y0 < vec4i(sizes.h)) & (x0 < vec4i(sizes.w));
    if (chunk < sizes.chunks) {
      let at = select(vec4i(), base_a + (y0 >> vec4u(u32(sizes.up))) * wide + (x0 >> vec4u(u32(sizes.up))), inside);
    { let c = chunk * 16 + row + 0; let i = at + min(c, sizes.a - 1) * plane.x; v0 = select(vec4f(), vec4f(a[i.x], a[i.y], a[i.z], a[i.w]), inside & vec4<bool>(c < sizes.a)); }
    { let c = chunk * 16 + row + 8; let i = at + min(c, sizes.a - 1) * plane.x; v1 = select(vec4f(), vec4f(a[i.x], a[i.y], a[i.z], a[i.w]), inside & vec4<bool>(c < sizes.a)); }
    } else {
      let at = select(vec4i(), base_b + y0 * sizes.w + x0, inside);
    { let c = (chunk - sizes.chunks) * 16 + row + 0; let i = at + min(c, sizes.b - 1) * plane.y; v0 = select(vec4f(), vec4f(b[i.x], b[i.y], b[i.z], b[i.w]), inside & vec4<bool>(c < sizes.b)); }
    { let c = (chunk - sizes.chunks) * 16 + row + 8; let i = at + min(c, sizes.b - 1) * plane.y; v1 = select(vec4f(), vec4f(b[i.x], b[i.y], b[i.z], b[i.w]), inside & vec4<bool>(c < sizes.b)); }
    }
    panel[l + 0] = weight(first_weight + step * 256 + l + 0);
    panel[l + 128] = weight(first_weight + step * 256 + l + 128);
    image[(row + 0) * 16 + q] = v0;
    image[(row + 8) * 16 + q] = v1;
    workgroupBarrier();
    for (var i = 0; i < 16; i++) {
      let p0 = image[i * 16 + column + 0];
      let w0 = panel[i * 16 + channel + 0];
      let w1 = panel[i * 16 + channel + 8];
      s0_0 = fma(vec4f(w0.x), p0, s0_0);
      s1_0 = fma(vec4f(w0.y), p0, s1_0);
      s2_0 = fma(vec4f(w0.z), p0, s2_0);
      s3_0 = fma(vec4f(w0.w), p0, s3_0);
      s4_0 = fma(vec4f(w1.x), p0, s4_0);
      s5_0 = fma(vec4f(w1.y), p0, s5_0);
      s6_0 = fma(vec4f(w1.z), p0, s6_0);
      s7_0 = fma(vec4f(w1.w), p0, s7_0);
    }
    workgroupBarrier();
  }
  let base = part * total * sizes.groups * sizes.m;
  for (var j = 0; j < 1; j++) {
    let o = vec4i(i32(id.x) * 64 + column + j * 16) + vec4i(0, 1, 2, 3) * 16;
    let there = o < vec4i(total);
    let to = select(vec4i(), vec4i(base) + o / area * sizes.groups * sizes.m * area + o % area, there);
    for (var i = 0; i < 8; i++) {
      let c = lowest + channel * 4 + i / 4 * 32 + i % 4;
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
