;; The inner loops of gemm.go in WebAssembly's 128-bit vector instructions,
;; working in place on Go's memory. All addresses are bytes, all strides floats.
;; kernels/simd128.mjs connects this module with Go's.
;;
;; It is assembled twice into one file: with every (f32x4.relaxed_madd x y z)
;; replaced by (f32x4.add (f32x4.mul x y) z), and, in a custom section for
;; engines with relaxed SIMD, as it stands: one rounding a product, and faster.
;; After a change run `npm run assemble` in build/runner; a test compares.
(module
  (import "go" "mem" (memory 0))

  ;; madd: for m < 4 and p < 8·strips,
  ;;   dst[m·ds + p] = Σ_k w[4k + m] · src[off[k] + p].
  ;; Eight accumulators (4 rows × 2 vectors), two vectors of src and one
  ;; broadcast weight fit the fifteen XMM registers that engines hand out.
  (func (export "madd")
    (param $dst i32) (param $ds i32) (param $src i32) (param $off i32)
    (param $taps i32) (param $w i32) (param $strips i32)
    (local $o i32) (local $end i32) (local $weights i32) (local $p i32)
    (local $x0 v128) (local $x1 v128) (local $v v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)
    (local.set $ds (i32.shl (local.get $ds) (i32.const 2)))
    (local.set $end (i32.add (local.get $off) (i32.shl (local.get $taps) (i32.const 2))))
    (loop $strip
      (local.set $o (local.get $off))
      (local.set $weights (local.get $w))
      (local.set $a0 (v128.const i32x4 0 0 0 0)) (local.set $a1 (v128.const i32x4 0 0 0 0))
      (local.set $b0 (v128.const i32x4 0 0 0 0)) (local.set $b1 (v128.const i32x4 0 0 0 0))
      (local.set $c0 (v128.const i32x4 0 0 0 0)) (local.set $c1 (v128.const i32x4 0 0 0 0))
      (local.set $d0 (v128.const i32x4 0 0 0 0)) (local.set $d1 (v128.const i32x4 0 0 0 0))
      (loop $tap
        (local.set $p (i32.add (local.get $src) (i32.shl (i32.load (local.get $o)) (i32.const 2))))
        (local.set $x0 (v128.load align=4 (local.get $p)))
        (local.set $x1 (v128.load offset=16 align=4 (local.get $p)))
        (local.set $v (v128.load32_splat (local.get $weights)))
        (local.set $a0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $a0)))
        (local.set $a1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $a1)))
        (local.set $v (v128.load32_splat offset=4 (local.get $weights)))
        (local.set $b0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $b0)))
        (local.set $b1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $b1)))
        (local.set $v (v128.load32_splat offset=8 (local.get $weights)))
        (local.set $c0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $c0)))
        (local.set $c1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $c1)))
        (local.set $v (v128.load32_splat offset=12 (local.get $weights)))
        (local.set $d0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $d0)))
        (local.set $d1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $d1)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (local.set $o (i32.add (local.get $o) (i32.const 4)))
        (br_if $tap (i32.lt_u (local.get $o) (local.get $end))))
      (local.set $p (local.get $dst))
      (v128.store align=4 (local.get $p) (local.get $a0))
      (v128.store offset=16 align=4 (local.get $p) (local.get $a1))
      (local.set $p (i32.add (local.get $p) (local.get $ds)))
      (v128.store align=4 (local.get $p) (local.get $b0))
      (v128.store offset=16 align=4 (local.get $p) (local.get $b1))
      (local.set $p (i32.add (local.get $p) (local.get $ds)))
      (v128.store align=4 (local.get $p) (local.get $c0))
      (v128.store offset=16 align=4 (local.get $p) (local.get $c1))
      (local.set $p (i32.add (local.get $p) (local.get $ds)))
      (v128.store align=4 (local.get $p) (local.get $d0))
      (v128.store offset=16 align=4 (local.get $p) (local.get $d1))
      (local.set $src (i32.add (local.get $src) (i32.const 32)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 32)))
      (local.set $strips (i32.sub (local.get $strips) (i32.const 1)))
      (br_if $strip (local.get $strips))))

  ;; dot: for m < 4 and j < 3, out[3m + j] = Σ_i a[m·sa + i] · bj[i], i < n,
  ;; two rows of a at a time: six accumulators.
  (func (export "dot")
    (param $out i32) (param $a i32) (param $sa i32)
    (param $b0 i32) (param $b1 i32) (param $b2 i32) (param $n i32)
    (call $dot2 (local.get $out) (local.get $a) (local.get $sa)
      (local.get $b0) (local.get $b1) (local.get $b2) (local.get $n))
    (call $dot2 (i32.add (local.get $out) (i32.const 24))
      (i32.add (local.get $a) (i32.shl (local.get $sa) (i32.const 3))) (local.get $sa)
      (local.get $b0) (local.get $b1) (local.get $b2) (local.get $n)))

  (func $dot2
    (param $out i32) (param $a i32) (param $sa i32)
    (param $b0 i32) (param $b1 i32) (param $b2 i32) (param $n i32)
    (local $end i32)
    (local $v v128) (local $x0 v128) (local $x1 v128) (local $x2 v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128)
    (local.set $sa (i32.shl (local.get $sa) (i32.const 2)))
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $n) (i32.const 2))))
    (loop $step
      (local.set $x0 (v128.load align=4 (local.get $b0)))
      (local.set $x1 (v128.load align=4 (local.get $b1)))
      (local.set $x2 (v128.load align=4 (local.get $b2)))
      (local.set $v (v128.load align=4 (local.get $a)))
      (local.set $s0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $s0)))
      (local.set $s1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $s1)))
      (local.set $s2 (f32x4.relaxed_madd (local.get $x2) (local.get $v) (local.get $s2)))
      (local.set $v (v128.load align=4 (i32.add (local.get $a) (local.get $sa))))
      (local.set $t0 (f32x4.relaxed_madd (local.get $x0) (local.get $v) (local.get $t0)))
      (local.set $t1 (f32x4.relaxed_madd (local.get $x1) (local.get $v) (local.get $t1)))
      (local.set $t2 (f32x4.relaxed_madd (local.get $x2) (local.get $v) (local.get $t2)))
      (local.set $b0 (i32.add (local.get $b0) (i32.const 16)))
      (local.set $b1 (i32.add (local.get $b1) (i32.const 16)))
      (local.set $b2 (i32.add (local.get $b2) (i32.const 16)))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $a) (local.get $end))))
    (f32.store (local.get $out) (call $lanes (local.get $s0)))
    (f32.store offset=4 (local.get $out) (call $lanes (local.get $s1)))
    (f32.store offset=8 (local.get $out) (call $lanes (local.get $s2)))
    (f32.store offset=12 (local.get $out) (call $lanes (local.get $t0)))
    (f32.store offset=16 (local.get $out) (call $lanes (local.get $t1)))
    (f32.store offset=20 (local.get $out) (call $lanes (local.get $t2))))

  ;; The sum of a vector's four lanes.
  (func $lanes (param $v v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v))))))
