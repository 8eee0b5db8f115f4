#include "textflag.h"

// The loops of vector.go in AVX2. n is a multiple of 8, above 0. A product and
// a sum are two instructions, each rounding, as they are in Go.

// func scaleShiftAVX2(dst, x *float32, n int, scale, shift, floor float32)
//
// The last addition makes −0 of the maximum 0, which a ReLU's mask relies on.
TEXT ·scaleShiftAVX2(SB), NOSPLIT, $0-36
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS scale+24(FP), Y12
	VBROADCASTSS shift+28(FP), Y13
	VBROADCASTSS floor+32(FP), Y14
	VXORPS Y15, Y15, Y15
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

// Constants of exp32, eight times each.
DATA expTable<>+0(SB)/8, $0x42ae000042ae0000 // 87
DATA expTable<>+8(SB)/8, $0x42ae000042ae0000
DATA expTable<>+16(SB)/8, $0x42ae000042ae0000
DATA expTable<>+24(SB)/8, $0x42ae000042ae0000
DATA expTable<>+32(SB)/8, $0xc2ae0000c2ae0000 // −87
DATA expTable<>+40(SB)/8, $0xc2ae0000c2ae0000
DATA expTable<>+48(SB)/8, $0xc2ae0000c2ae0000
DATA expTable<>+56(SB)/8, $0xc2ae0000c2ae0000
DATA expTable<>+64(SB)/8, $0x3fb8aa3b3fb8aa3b // 1/ln 2
DATA expTable<>+72(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA expTable<>+80(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA expTable<>+88(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA expTable<>+96(SB)/8, $0x4b4000004b400000 // toInteger
DATA expTable<>+104(SB)/8, $0x4b4000004b400000
DATA expTable<>+112(SB)/8, $0x4b4000004b400000
DATA expTable<>+120(SB)/8, $0x4b4000004b400000
DATA expTable<>+128(SB)/8, $0x3f3180003f318000 // high
DATA expTable<>+136(SB)/8, $0x3f3180003f318000
DATA expTable<>+144(SB)/8, $0x3f3180003f318000
DATA expTable<>+152(SB)/8, $0x3f3180003f318000
DATA expTable<>+160(SB)/8, $0xb95e8083b95e8083 // low
DATA expTable<>+168(SB)/8, $0xb95e8083b95e8083
DATA expTable<>+176(SB)/8, $0xb95e8083b95e8083
DATA expTable<>+184(SB)/8, $0xb95e8083b95e8083
DATA expTable<>+192(SB)/8, $0x3f0000003f000000 // 1/2
DATA expTable<>+200(SB)/8, $0x3f0000003f000000
DATA expTable<>+208(SB)/8, $0x3f0000003f000000
DATA expTable<>+216(SB)/8, $0x3f0000003f000000
DATA expTable<>+224(SB)/8, $0x3e2aaaab3e2aaaab // 1/6
DATA expTable<>+232(SB)/8, $0x3e2aaaab3e2aaaab
DATA expTable<>+240(SB)/8, $0x3e2aaaab3e2aaaab
DATA expTable<>+248(SB)/8, $0x3e2aaaab3e2aaaab
DATA expTable<>+256(SB)/8, $0x3d2aaaab3d2aaaab // 1/24
DATA expTable<>+264(SB)/8, $0x3d2aaaab3d2aaaab
DATA expTable<>+272(SB)/8, $0x3d2aaaab3d2aaaab
DATA expTable<>+280(SB)/8, $0x3d2aaaab3d2aaaab
DATA expTable<>+288(SB)/8, $0x3c0888893c088889 // 1/120
DATA expTable<>+296(SB)/8, $0x3c0888893c088889
DATA expTable<>+304(SB)/8, $0x3c0888893c088889
DATA expTable<>+312(SB)/8, $0x3c0888893c088889
DATA expTable<>+320(SB)/8, $0x3ab60b613ab60b61 // 1/720
DATA expTable<>+328(SB)/8, $0x3ab60b613ab60b61
DATA expTable<>+336(SB)/8, $0x3ab60b613ab60b61
DATA expTable<>+344(SB)/8, $0x3ab60b613ab60b61
DATA expTable<>+352(SB)/8, $0x39500d0139500d01 // 1/5040
DATA expTable<>+360(SB)/8, $0x39500d0139500d01
DATA expTable<>+368(SB)/8, $0x39500d0139500d01
DATA expTable<>+376(SB)/8, $0x39500d0139500d01
DATA expTable<>+384(SB)/8, $0x3f8000003f800000 // 1
DATA expTable<>+392(SB)/8, $0x3f8000003f800000
DATA expTable<>+400(SB)/8, $0x3f8000003f800000
DATA expTable<>+408(SB)/8, $0x3f8000003f800000
GLOBL expTable<>(SB), RODATA|NOPTR, $416

// DIVISOR is that of a sigmoid: Y0 = 1 + exp32(−Y0), instruction by instruction
// as in exp.go. It uses Y1, Y2 and Y3, and expects zeros in Y15.
#define DIVISOR \
	VSUBPS Y0, Y15, Y0 \
	VMOVUPS expTable<>+32(SB), Y1 \
	VMAXPS Y0, Y1, Y0 \
	VMOVUPS expTable<>+0(SB), Y1 \
	VMINPS Y0, Y1, Y0 \
	VMULPS expTable<>+64(SB), Y0, Y1 \
	VADDPS expTable<>+96(SB), Y1, Y1 \
	VSUBPS expTable<>+96(SB), Y1, Y2 \
	VMULPS expTable<>+128(SB), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS expTable<>+160(SB), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS expTable<>+352(SB), Y0, Y2 \
	VADDPS expTable<>+320(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS expTable<>+288(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS expTable<>+256(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS expTable<>+224(SB), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS expTable<>+192(SB), Y2, Y2 \
	VMULPS Y0, Y0, Y3 \
	VMULPS Y3, Y2, Y2 \
	VADDPS Y2, Y0, Y0 \
	VADDPS expTable<>+384(SB), Y0, Y0 \
	VPSLLD $23, Y1, Y1 \
	VPADDD Y1, Y0, Y0 \
	VADDPS expTable<>+384(SB), Y0, Y0

// func swishAVX2(dst, x *float32, n int)
TEXT ·swishAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VXORPS Y15, Y15, Y15
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VMOVAPS Y0, Y4
	DIVISOR
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
	VMOVUPS expTable<>+384(SB), Y14
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*4), Y0
	VMOVAPS Y0, Y4
	DIVISOR
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
