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

override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;
override GroupIn = (Ca + Cb) / Groups; // input channels of a group

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

// An invocation computes one weight: the inner product of an output channel's
// gradient with a shifted input channel. Rows are summed first, so that
// float32 loses little.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= Cout * GroupIn * KH * KW) {
    return;
  }
  let kx = i % KW;
  let ky = i / KW % KH;
  let co = i / (KW * KH * GroupIn);
  let c = co / (Cout / Groups) * GroupIn + i / (KW * KH) % GroupIn;

  // The output columns x whose input column x·StrideW + left lies inside.
  let left = kx * DilationW - Left;
  let begin = max((StrideW - 1 - left) / StrideW, 0);
  let end = min((W - 1 - left + StrideW) / StrideW, Wo);
  var total = 0.0;
  for (var n = 0; n < N; n++) {
    for (var row = 0; row < Ho; row++) {
      let above = row * StrideH + ky * DilationH - Top;
      if (above < 0 || above >= H) {
        continue;
      }
      let line = ((n * Cout + co) * Ho + row) * Wo;
      var sum = 0.0;
      if (c < Ca) {
        let source = ((n * Ca + c) * (H / Up) + above / Up) * (W / Up);
        for (var x = begin; x < end; x++) {
          sum += dy[line + x] * a[source + (x * StrideW + left) / Up];
        }
      } else {
        let source = ((n * Cb + c - Ca) * H + above) * W + left;
        for (var x = begin; x < end; x++) {
          sum += dy[line + x] * b[source + x * StrideW];
        }
      }
      total += sum;
    }
  }
  dw[i] = total;
}
