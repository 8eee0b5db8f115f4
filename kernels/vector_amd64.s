#include "textflag.h"

// The loops of vector.go in AVX2. n is a multiple of 8, above 0. A product and
// a sum are two instructions, each rounding, as they are in Go.

// func scaleShiftAVX2(dst, x *float32, n int, scale, shift, floor float32)
//
// The last addition makes −0 of the maximum 0, which a ReLU's mask relies on; with
// a floor of −Inf it adds −0, which changes nothing.
TEXT ·scaleShiftAVX2(SB), NOSPLIT, $0-36
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS scale+24(FP), Y12
	VBROADCASTSS shift+28(FP), Y13
	VBROADCASTSS floor+32(FP), Y14
	VPSRLD $31, Y14, Y15
	VPSLLD $31, Y15, Y15 // a zero with the floor's sign
	XORQ AX, AX

loop:
	VMULPS (SI)(AX*4), Y12, Y0
	VADDPS Y13, Y0, Y0
	VMAXPS Y0, Y14, Y0
	VADDPS Y15, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func gatedAVX2(dst, x, gate *float32, n int)
TEXT ·gatedAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ gate+16(FP), DX
	MOVQ n+24(FP), CX
	VXORPS Y15, Y15, Y15
	XORQ AX, AX

loop:
	VMOVUPS (DX)(AX*4), Y0
	VCMPPS $0x1e, Y15, Y0, Y0 // greater, false for NaN
	VANDPS (SI)(AX*4), Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func addAVX2(dst, a, b *float32, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VADDPS (DX)(AX*4), Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func multiplyAVX2(dst, a, b *float32, n int)
TEXT ·multiplyAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VMULPS (DX)(AX*4), Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func combineAVX2(dst, x, y *float32, n int, a, b, c float32)
TEXT ·combineAVX2(SB), NOSPLIT, $0-44
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DX
	MOVQ n+24(FP), CX
	VBROADCASTSS a+32(FP), Y12
	VBROADCASTSS b+36(FP), Y13
	VBROADCASTSS c+40(FP), Y14
	XORQ AX, AX

loop:
	VMULPS (SI)(AX*4), Y12, Y0
	VMULPS (DX)(AX*4), Y13, Y1
	VADDPS Y1, Y0, Y0
	VADDPS Y14, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func sumAVX2(x *float32, n int) float64
TEXT ·sumAVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	XORQ AX, AX

loop:
	VCVTPS2PD (SI)(AX*4), Y2
	VCVTPS2PD 16(SI)(AX*4), Y3
	VADDPD Y2, Y0, Y0
	VADDPD Y3, Y1, Y1
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VADDPD Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPD X1, X0, X0
	VHADDPD X0, X0, X0
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func productsAVX2(dy, x *float32, n int, mean float32) (sum, product float32)
TEXT ·productsAVX2(SB), NOSPLIT, $0-40
	MOVQ dy+0(FP), SI
	MOVQ x+8(FP), DX
	MOVQ n+16(FP), CX
	VBROADCASTSS mean+24(FP), Y15
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y2
	VMOVUPS (DX)(AX*4), Y3
	VSUBPS Y15, Y3, Y3
	VADDPS Y2, Y0, Y0
	VFMADD231PS Y3, Y2, Y1
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VHADDPS Y1, Y0, Y0 // lanes: sum, sum, product, product; twice
	VHADDPS Y0, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VMOVSS X0, sum+32(FP)
	VPSRLQ $32, X0, X0
	VMOVSS X0, product+36(FP)
	VZEROUPPER
	RET

// Constants of exp32, then of softplus32, eight times each.
DATA vectorTable<>+0(SB)/8, $0x42ae000042ae0000 // 87
DATA vectorTable<>+8(SB)/8, $0x42ae000042ae0000
DATA vectorTable<>+16(SB)/8, $0x42ae000042ae0000
DATA vectorTable<>+24(SB)/8, $0x42ae000042ae0000
DATA vectorTable<>+32(SB)/8, $0xc2ae0000c2ae0000 // −87
DATA vectorTable<>+40(SB)/8, $0xc2ae0000c2ae0000
DATA vectorTable<>+48(SB)/8, $0xc2ae0000c2ae0000
DATA vectorTable<>+56(SB)/8, $0xc2ae0000c2ae0000
DATA vectorTable<>+64(SB)/8, $0x3fb8aa3b3fb8aa3b // 1/ln 2
DATA vectorTable<>+72(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA vectorTable<>+80(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA vectorTable<>+88(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA vectorTable<>+96(SB)/8, $0x4b4000004b400000 // toInteger
DATA vectorTable<>+104(SB)/8, $0x4b4000004b400000
DATA vectorTable<>+112(SB)/8, $0x4b4000004b400000
DATA vectorTable<>+120(SB)/8, $0x4b4000004b400000
DATA vectorTable<>+128(SB)/8, $0x3f3180003f318000 // high
DATA vectorTable<>+136(SB)/8, $0x3f3180003f318000
DATA vectorTable<>+144(SB)/8, $0x3f3180003f318000
DATA vectorTable<>+152(SB)/8, $0x3f3180003f318000
DATA vectorTable<>+160(SB)/8, $0xb95e8083b95e8083 // low
DATA vectorTable<>+168(SB)/8, $0xb95e8083b95e8083
DATA vectorTable<>+176(SB)/8, $0xb95e8083b95e8083
DATA vectorTable<>+184(SB)/8, $0xb95e8083b95e8083
DATA vectorTable<>+192(SB)/8, $0x3f0000003f000000 // 1/2
DATA vectorTable<>+200(SB)/8, $0x3f0000003f000000
DATA vectorTable<>+208(SB)/8, $0x3f0000003f000000
DATA vectorTable<>+216(SB)/8, $0x3f0000003f000000
DATA vectorTable<>+224(SB)/8, $0x3e2aaaab3e2aaaab // 1/6
DATA vectorTable<>+232(SB)/8, $0x3e2aaaab3e2aaaab
DATA vectorTable<>+240(SB)/8, $0x3e2aaaab3e2aaaab
DATA vectorTable<>+248(SB)/8, $0x3e2aaaab3e2aaaab
DATA vectorTable<>+256(SB)/8, $0x3d2aaaab3d2aaaab // 1/24
DATA vectorTable<>+264(SB)/8, $0x3d2aaaab3d2aaaab
DATA vectorTable<>+272(SB)/8, $0x3d2aaaab3d2aaaab
DATA vectorTable<>+280(SB)/8, $0x3d2aaaab3d2aaaab
DATA vectorTable<>+288(SB)/8, $0x3c0888893c088889 // 1/120
DATA vectorTable<>+296(SB)/8, $0x3c0888893c088889
DATA vectorTable<>+304(SB)/8, $0x3c0888893c088889
DATA vectorTable<>+312(SB)/8, $0x3c0888893c088889
DATA vectorTable<>+320(SB)/8, $0x3ab60b613ab60b61 // 1/720
DATA vectorTable<>+328(SB)/8, $0x3ab60b613ab60b61
DATA vectorTable<>+336(SB)/8, $0x3ab60b613ab60b61
DATA vectorTable<>+344(SB)/8, $0x3ab60b613ab60b61
DATA vectorTable<>+352(SB)/8, $0x39500d0139500d01 // 1/5040
DATA vectorTable<>+360(SB)/8, $0x39500d0139500d01
DATA vectorTable<>+368(SB)/8, $0x39500d0139500d01
DATA vectorTable<>+376(SB)/8, $0x39500d0139500d01
DATA vectorTable<>+384(SB)/8, $0x3f8000003f800000 // 1
DATA vectorTable<>+392(SB)/8, $0x3f8000003f800000
DATA vectorTable<>+400(SB)/8, $0x3f8000003f800000
DATA vectorTable<>+408(SB)/8, $0x3f8000003f800000
DATA vectorTable<>+416(SB)/8, $0x4000000040000000 // 2
DATA vectorTable<>+424(SB)/8, $0x4000000040000000
DATA vectorTable<>+432(SB)/8, $0x4000000040000000
DATA vectorTable<>+440(SB)/8, $0x4000000040000000
DATA vectorTable<>+448(SB)/8, $0x3eaaaaab3eaaaaab // 1/3
DATA vectorTable<>+456(SB)/8, $0x3eaaaaab3eaaaaab
DATA vectorTable<>+464(SB)/8, $0x3eaaaaab3eaaaaab
DATA vectorTable<>+472(SB)/8, $0x3eaaaaab3eaaaaab
DATA vectorTable<>+480(SB)/8, $0x3e4ccccd3e4ccccd // 1/5
DATA vectorTable<>+488(SB)/8, $0x3e4ccccd3e4ccccd
DATA vectorTable<>+496(SB)/8, $0x3e4ccccd3e4ccccd
DATA vectorTable<>+504(SB)/8, $0x3e4ccccd3e4ccccd
DATA vectorTable<>+512(SB)/8, $0x3e1249253e124925 // 1/7
DATA vectorTable<>+520(SB)/8, $0x3e1249253e124925
DATA vectorTable<>+528(SB)/8, $0x3e1249253e124925
DATA vectorTable<>+536(SB)/8, $0x3e1249253e124925
DATA vectorTable<>+544(SB)/8, $0x3de38e393de38e39 // 1/9
DATA vectorTable<>+552(SB)/8, $0x3de38e393de38e39
DATA vectorTable<>+560(SB)/8, $0x3de38e393de38e39
DATA vectorTable<>+568(SB)/8, $0x3de38e393de38e39
DATA vectorTable<>+576(SB)/8, $0x3dba2e8c3dba2e8c // 1/11
DATA vectorTable<>+584(SB)/8, $0x3dba2e8c3dba2e8c
DATA vectorTable<>+592(SB)/8, $0x3dba2e8c3dba2e8c
DATA vectorTable<>+600(SB)/8, $0x3dba2e8c3dba2e8c
DATA vectorTable<>+608(SB)/8, $0x3d9d89d93d9d89d9 // 1/13
DATA vectorTable<>+616(SB)/8, $0x3d9d89d93d9d89d9
DATA vectorTable<>+624(SB)/8, $0x3d9d89d93d9d89d9
DATA vectorTable<>+632(SB)/8, $0x3d9d89d93d9d89d9
DATA vectorTable<>+640(SB)/8, $0x3d8888893d888889 // 1/15
DATA vectorTable<>+648(SB)/8, $0x3d8888893d888889
DATA vectorTable<>+656(SB)/8, $0x3d8888893d888889
DATA vectorTable<>+664(SB)/8, $0x3d8888893d888889
DATA vectorTable<>+672(SB)/8, $0x7fffffff7fffffff // all bits but the sign
DATA vectorTable<>+680(SB)/8, $0x7fffffff7fffffff
DATA vectorTable<>+688(SB)/8, $0x7fffffff7fffffff
DATA vectorTable<>+696(SB)/8, $0x7fffffff7fffffff
DATA vectorTable<>+704(SB)/8, $0x447a0000447a0000 // flat
DATA vectorTable<>+712(SB)/8, $0x447a0000447a0000
DATA vectorTable<>+720(SB)/8, $0x447a0000447a0000
DATA vectorTable<>+728(SB)/8, $0x447a0000447a0000
DATA vectorTable<>+736(SB)/8, $0xc47a0000c47a0000 // −flat
DATA vectorTable<>+744(SB)/8, $0xc47a0000c47a0000
DATA vectorTable<>+752(SB)/8, $0xc47a0000c47a0000
DATA vectorTable<>+760(SB)/8, $0xc47a0000c47a0000
GLOBL vectorTable<>(SB), RODATA|NOPTR, $768

// A maximum or minimum is its first operand, as written here, where either is NaN.

// EXP is exp32, instruction by instruction as in exp.go: Y0 = exp32(Y0). It uses
// Y1, Y2 and Y3.
#define EXP \
	VMOVUPS vectorTable<>+32(SB), Y1 \
	VMAXPS Y0, Y1, Y0 \
	VMOVUPS vectorTable<>+0(SB), Y1 \
	VMINPS Y0, Y1, Y0 \
	VMULPS vectorTable<>+64(SB), Y0, Y1 \
	VADDPS vectorTable<>+96(SB), Y1, Y1 \
	VSUBPS vectorTable<>+96(SB), Y1, Y2 \
	VMULPS vectorTable<>+128(SB), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS vectorTable<>+160(SB), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS vectorTable<>+352(SB), Y0, Y2 \
	VADDPS vectorTable<>+320(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS vectorTable<>+288(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS vectorTable<>+256(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS vectorTable<>+224(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS vectorTable<>+192(SB), Y2, Y2 \
	VMULPS Y0, Y0, Y3 \
	VMULPS Y3, Y2, Y2 \
	VADDPS Y2, Y0, Y0 \
	VADDPS vectorTable<>+384(SB), Y0, Y0 \
	VPSLLD $23, Y1, Y1 \
	VPADDD vectorTable<>+384(SB), Y1, Y1 \
	VMULPS Y1, Y0, Y0

// func softplusAVX2(dst, x *float32, n int)
TEXT ·softplusAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VXORPS Y15, Y15, Y15
	VMOVUPS vectorTable<>+672(SB), Y14
	XORQ AX, AX

loop:
	VANDPS (SI)(AX*4), Y14, Y4 // |x|
	VSUBPS Y4, Y15, Y0
	EXP
	VADDPS vectorTable<>+416(SB), Y0, Y1
	VDIVPS Y1, Y0, Y0 // s
	VMULPS Y0, Y0, Y1 // q
	VMULPS vectorTable<>+640(SB), Y1, Y2
	VADDPS vectorTable<>+608(SB), Y2, Y2
	VMULPS Y1, Y2, Y2
	VADDPS vectorTable<>+576(SB), Y2, Y2
	VMULPS Y1, Y2, Y2
	VADDPS vectorTable<>+544(SB), Y2, Y2
	VMULPS Y1, Y2, Y2
	VADDPS vectorTable<>+512(SB), Y2, Y2
	VMULPS Y1, Y2, Y2
	VADDPS vectorTable<>+480(SB), Y2, Y2
	VMULPS Y1, Y2, Y2
	VADDPS vectorTable<>+448(SB), Y2, Y2
	VMULPS Y1, Y0, Y1
	VMULPS Y2, Y1, Y1
	VADDPS Y1, Y0, Y0
	VADDPS Y0, Y0, Y0
	VMOVUPS (SI)(AX*4), Y4
	VMAXPS Y4, Y15, Y4
	VADDPS Y4, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func swishAVX2(dst, x *float32, n int)
TEXT ·swishAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VXORPS Y15, Y15, Y15
	VMOVUPS vectorTable<>+384(SB), Y14
	VMOVUPS vectorTable<>+736(SB), Y13
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VMAXPS Y0, Y13, Y0
	VMOVAPS Y0, Y4
	VSUBPS Y0, Y15, Y0
	EXP
	VADDPS Y14, Y0, Y0
	VDIVPS Y0, Y4, Y0
	VMOVUPS Y0, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func swishGradAVX2(dst, x, dy *float32, n int)
TEXT ·swishGradAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ dy+16(FP), DX
	MOVQ n+24(FP), CX
	VXORPS Y15, Y15, Y15
	VMOVUPS vectorTable<>+384(SB), Y14
	VMOVUPS vectorTable<>+736(SB), Y13
	VMOVUPS vectorTable<>+704(SB), Y12
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VMAXPS Y0, Y13, Y0
	VMINPS Y0, Y12, Y0
	VMOVAPS Y0, Y4
	VSUBPS Y0, Y15, Y0
	EXP
	VADDPS Y14, Y0, Y0
	VDIVPS Y0, Y14, Y0
	VSUBPS Y0, Y14, Y1
	VMULPS Y4, Y1, Y1
	VADDPS Y14, Y1, Y1
	VMULPS Y0, Y1, Y1
	VMULPS (DX)(AX*4), Y1, Y1
	VMOVUPS Y1, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET
