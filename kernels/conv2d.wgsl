override N: i32;
override Ca: i32;
override Cb: i32;
override H: i32;
override W: i32;
override Up: i32;
override Cout: i32;
override KH: i32;
override KW: i32;
override StrideH: i32;
override StrideW: i32;
override DilationH: i32;
override DilationW: i32;
override Top: i32;
override Left: i32;
override Bottom: i32;
override Right: i32;
override Groups: i32;
override Scaled: bool;
override Bias: bool;
override Plus: bool;
override Act: i32;
override Keep: bool;
// Whether to round each product and sum but once where fma does not: only the
// software drivers' fma falls short of that.
override Exact: bool = false;
override Half: bool = false; // whether w holds 2¹⁰ times its values as float16, two to a word

override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;
override Quarter = (Ho * Wo + 3) / 4; // of an output image
override GroupIn = (Ca + Cb) / Groups; // input channels of a group
override GroupOut = Cout / Groups; // output channels of a group
override Tiles = (GroupOut + 3) / 4; // of output channels

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> plus: array<f32>;
@group(0) @binding(5) var<storage, read_write> before: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;

// The upper half of a number's digits: products of halves are exact.
fn upper(v: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(v) & vec4u(0xfffff000));
}

// a·b + c, where Exact by error-free transformations (Dekker 1971).
fn multiply_add(a: vec4f, b: vec4f, c: vec4f) -> vec4f {
  if (!Exact) {
    return fma(a, b, c);
  }
  let product = a * b;
  let a1 = upper(a);
  let a2 = a - a1;
  let b1 = upper(b);
  let b2 = b - b1;
  let low = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2; // a·b − product
  let sum = c + product;
  let added = sum - c;
  return sum + (((c - (sum - added)) + (product - added)) + low);
}

// One tap of one input channel: four weights times four pixels.
fn add_tap(sum: mat4x4f, tap: vec4i, v: vec4f) -> mat4x4f {
  return mat4x4f(multiply_add(vec4f(weight(tap.x)), v, sum[0]), multiply_add(vec4f(weight(tap.y)), v, sum[1]),
                 multiply_add(vec4f(weight(tap.z)), v, sum[2]), multiply_add(vec4f(weight(tap.w)), v, sum[3]));
}

// An invocation sums four output channels of four pixels: every weight it reads
// serves four pixels and every pixel four weights. The pixels lie a quarter of
// the image apart, so that neighbouring invocations read neighbouring memory.
// Products are added in the order of conv2d.go: channels innermost, or
// outermost (a pass for each) in narrow groups.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var i = i32(id.y * groups.x * 64 + id.x);
  let pixel = vec4i(0, 1, 2, 3) * Quarter + i % Quarter;
  i /= Quarter;
  let tile = i % Tiles * 4;
  i /= Tiles;
  let g = i % Groups;
  let n = i / Groups;
  if (n >= N) {
    return;
  }

  let row = pixel / Wo * StrideH - Top;
  let column = pixel % Wo * StrideW - Left;
  // Where a tile overhangs its group, the last channel is computed again.
  let weights = (g * GroupOut + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupOut - 1))) * GroupIn * KH * KW;
  let run = select(GroupIn, 1, Groups > 1 && GroupIn < 8); // channels of a pass
  var sum = mat4x4f(); // a column a channel
  for (var first = 0; first < GroupIn; first += run) {
    let c0 = g * GroupIn + first;
    let c1 = c0 + run;
    for (var ky = 0; ky < KH; ky++) {
      for (var kx = 0; kx < KW; kx++) {
        let top = row + ky * DilationH;
        let left = column + kx * DilationW;
        let inside = (top >= vec4i()) & (top < vec4i(H)) & (left >= vec4i()) & (left < vec4i(W));
        var tap = weights + (first * KH + ky) * KW + kx;
        var at = ((n * Ca + c0) * (H / Up) + top / Up) * (W / Up) + left / Up;
        for (var c = c0; c < min(c1, Ca); c++) {
          var v = select(vec4f(), vec4f(a[at.x], a[at.y], a[at.z], a[at.w]), inside);
          if (Scaled) {
            v *= b[n * Ca + c];
          }
          sum = add_tap(sum, tap, v);
          at += (H / Up) * (W / Up);
          tap += KH * KW;
        }
        if (Cb > 0) {
          at = ((n * Cb + max(c0 - Ca, 0)) * H + top) * W + left;
          for (var c = max(c0, Ca); c < c1; c++) {
            sum = add_tap(sum, tap, select(vec4f(), vec4f(b[at.x], b[at.y], b[at.z], b[at.w]), inside));
            at += H * W;
            tap += KH * KW;
          }
        }
      }
    }
  }

  for (var m = 0; m < 4; m++) {
    if (tile + m >= GroupOut) {
      break;
    }
    let co = g * GroupOut + tile + m;
    var v = sum[m];
    if (Bias) {
      v += bias[co];
    }
    for (var j = 0; j < 4; j++) {
      if (pixel[j] < Ho * Wo) {
        let at = (n * Cout + co) * Ho * Wo + pixel[j];
        var r = v[j];
        if (Plus) {
          r += plus[at];
        }
        if (Keep) {
          before[at] = r;
        }
        y[at] = activate(r, Act);
      }
    }
  }
}
