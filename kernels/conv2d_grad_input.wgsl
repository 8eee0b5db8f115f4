override N: i32;
override Cin: i32;
override First: i32;
override C: i32;
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
override Plus: bool;
override Gate: i32;
override Half: bool = false; // whether w holds 2¹⁰ times its values as float16, two to a word

override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;
override Wide = W / Up; // of the source
override Area = H / Up * Wide;
override Quarter = (Area + 3) / 4;
override GroupIn = C / Groups; // wanted input channels of a group
override GroupOut = Cout / Groups; // output channels of a group
override Tiles = (GroupIn + 3) / 4; // of input channels

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> open: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> plus: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

// An invocation sums four input channels of four pixels, as in conv2d.wgsl. The
// filter is walked backwards, which is the order of conv2d_grad_input.go.
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

  let first = g * GroupOut;
  // Where a tile overhangs its group, the last channel is computed again.
  let channels = First + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupIn - 1));
  let weights = (first * (Cin / Groups) + channels) * KH * KW;
  var sum = mat4x4f(); // a column a channel
  for (var part = 0; part < Up * Up; part++) { // of the pixels that a source's became
    for (var ky = KH - 1; ky >= 0; ky--) {
      for (var kx = KW - 1; kx >= 0; kx--) {
        // The filter's tap met this pixel at output row top, column left, if the
        // strides divide how far it lies from the first window's.
        let below = pixel / Wide * Up + part / Up + Top - ky * DilationH;
        let beside = pixel % Wide * Up + part % Up + Left - kx * DilationW;
        let top = below / StrideH;
        let left = beside / StrideW;
        let inside = (top * StrideH == below) & (left * StrideW == beside) & (top >= vec4i()) & (top < vec4i(Ho)) & (left >= vec4i()) & (left < vec4i(Wo));
        if (!any(inside)) {
          continue;
        }
        var at = ((n * Cout + first) * Ho + top) * Wo + left;
        var tap = weights + ky * KW + kx;
        for (var co = 0; co < GroupOut; co++) {
          let v = select(vec4f(), vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]), inside);
          sum = mat4x4f(fma(vec4f(weight(tap.x)), v, sum[0]), fma(vec4f(weight(tap.y)), v, sum[1]),
                        fma(vec4f(weight(tap.z)), v, sum[2]), fma(vec4f(weight(tap.w)), v, sum[3]));
          at += Ho * Wo;
          tap += Cin / Groups * KH * KW;
        }
      }
    }
  }

  for (var m = 0; m < 4; m++) {
    if (tile + m >= GroupIn) {
      break;
    }
    let plane = (n * C + g * GroupIn + tile + m) * Area;
    for (var j = 0; j < 4; j++) {
      if (pixel[j] < Area) {
        let at = plane + pixel[j];
        var r = sum[m][j];
        if (Plus) {
          r += plus[at];
        }
        dx[at] = through(r, open[at], Gate);
      }
    }
  }
}
