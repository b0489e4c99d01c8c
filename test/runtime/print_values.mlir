// Every print function of the runner's libraries, on values that show their formats. Run by
// compare_with_upstream.cmake once with upstream's libraries and once with ours.
memref.global "private" constant @f32 : memref<2x3xf32> = dense<[[1.0, 2.5, -3.25], [1.0e10, 1.0e-7, 123456789.0]]>
memref.global "private" constant @f64 : memref<2x2x2xf64> = dense<[[[1.0, 2.5], [0.1, 1.0e300]], [[0x7FF0000000000000, 0x7FF8000000000000], [-0.0, 3.0]]]>
memref.global "private" constant @i32 : memref<4xi32> = dense<[1, -2, 30000, -2147483648]>
memref.global "private" constant @i64 : memref<1x2xi64> = dense<[[1, -9000000000000000000]]>
memref.global "private" constant @index : memref<2xindex> = dense<[1, -9]>
memref.global "private" constant @i16 : memref<2xi16> = dense<[1, -9]>
memref.global "private" constant @i8 : memref<3xi8> = dense<[65, -1, 10]>
memref.global "private" constant @f16 : memref<8xf16> = dense<[65.5, -1.0, 0.1, 0x0001, 0x8003, 0x7C00, 0xFC00, 0x7E00]>
memref.global "private" constant @bf16 : memref<3xbf16> = dense<[1.5, -9.0, 0xFF80]>
memref.global "private" constant @c32 : memref<2xcomplex<f32>> = dense<[(1.0, -2.5), (0.0, 3.0)]>
memref.global "private" constant @scalar : memref<f32> = dense<4.5>
memref.global "private" constant @rank4 : memref<2x2x1x2xf32> = dense<1.5>

func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF64(memref<*xf64>) attributes {llvm.emit_c_interface}
func.func private @printMemrefI32(memref<*xi32>)
func.func private @printMemrefI64(memref<*xi64>) attributes {llvm.emit_c_interface}
func.func private @printMemrefInd(memref<*xindex>) attributes {llvm.emit_c_interface}
func.func private @printMemrefI16(memref<*xi16>) attributes {llvm.emit_c_interface}
func.func private @printMemrefI8(memref<*xi8>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF16(memref<*xf16>) attributes {llvm.emit_c_interface}
func.func private @printMemrefBF16(memref<*xbf16>) attributes {llvm.emit_c_interface}
func.func private @printMemrefC32(memref<*xcomplex<f32>>) attributes {llvm.emit_c_interface}
func.func private @printMemrefShapeF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printMemref0dF32(memref<f32>) attributes {llvm.emit_c_interface}
func.func private @printMemref1dI32(memref<?xi32>) attributes {llvm.emit_c_interface}
func.func private @printMemref2dF32(memref<?x?xf32>) attributes {llvm.emit_c_interface}
func.func private @printI64(i64)
func.func private @printU64(i64)
func.func private @printF32(f32)
func.func private @printF64(f64)
func.func private @printOpen()
func.func private @printClose()
func.func private @printComma()
func.func private @printNewline()

func.func @print_memrefs() {
  %f32 = memref.get_global @f32 : memref<2x3xf32>
  %f32u = memref.cast %f32 : memref<2x3xf32> to memref<*xf32>
  call @printMemrefF32(%f32u) : (memref<*xf32>) -> ()
  call @printMemrefShapeF32(%f32u) : (memref<*xf32>) -> ()
  %f32d = memref.cast %f32 : memref<2x3xf32> to memref<?x?xf32>
  call @printMemref2dF32(%f32d) : (memref<?x?xf32>) -> ()
  %part = memref.subview %f32[0, 1][2, 2][1, 1] : memref<2x3xf32> to memref<2x2xf32, strided<[3, 1], offset: 1>>
  %partu = memref.cast %part : memref<2x2xf32, strided<[3, 1], offset: 1>> to memref<*xf32>
  call @printMemrefF32(%partu) : (memref<*xf32>) -> ()
  %f64 = memref.get_global @f64 : memref<2x2x2xf64>
  %f64u = memref.cast %f64 : memref<2x2x2xf64> to memref<*xf64>
  call @printMemrefF64(%f64u) : (memref<*xf64>) -> ()
  %i32 = memref.get_global @i32 : memref<4xi32>
  %i32u = memref.cast %i32 : memref<4xi32> to memref<*xi32>
  call @printMemrefI32(%i32u) : (memref<*xi32>) -> ()
  %i32d = memref.cast %i32 : memref<4xi32> to memref<?xi32>
  call @printMemref1dI32(%i32d) : (memref<?xi32>) -> ()
  %i64 = memref.get_global @i64 : memref<1x2xi64>
  %i64u = memref.cast %i64 : memref<1x2xi64> to memref<*xi64>
  call @printMemrefI64(%i64u) : (memref<*xi64>) -> ()
  %index = memref.get_global @index : memref<2xindex>
  %indexu = memref.cast %index : memref<2xindex> to memref<*xindex>
  call @printMemrefInd(%indexu) : (memref<*xindex>) -> ()
  %i16 = memref.get_global @i16 : memref<2xi16>
  %i16u = memref.cast %i16 : memref<2xi16> to memref<*xi16>
  call @printMemrefI16(%i16u) : (memref<*xi16>) -> ()
  %i8 = memref.get_global @i8 : memref<3xi8>
  %i8u = memref.cast %i8 : memref<3xi8> to memref<*xi8>
  call @printMemrefI8(%i8u) : (memref<*xi8>) -> ()
  %f16 = memref.get_global @f16 : memref<8xf16>
  %f16u = memref.cast %f16 : memref<8xf16> to memref<*xf16>
  call @printMemrefF16(%f16u) : (memref<*xf16>) -> ()
  %bf16 = memref.get_global @bf16 : memref<3xbf16>
  %bf16u = memref.cast %bf16 : memref<3xbf16> to memref<*xbf16>
  call @printMemrefBF16(%bf16u) : (memref<*xbf16>) -> ()
  %c32 = memref.get_global @c32 : memref<2xcomplex<f32>>
  %c32u = memref.cast %c32 : memref<2xcomplex<f32>> to memref<*xcomplex<f32>>
  call @printMemrefC32(%c32u) : (memref<*xcomplex<f32>>) -> ()
  %scalar = memref.get_global @scalar : memref<f32>
  %scalaru = memref.cast %scalar : memref<f32> to memref<*xf32>
  call @printMemrefF32(%scalaru) : (memref<*xf32>) -> ()
  call @printMemref0dF32(%scalar) : (memref<f32>) -> ()
  %rank4 = memref.get_global @rank4 : memref<2x2x1x2xf32>
  %rank4u = memref.cast %rank4 : memref<2x2x1x2xf32> to memref<*xf32>
  call @printMemrefF32(%rank4u) : (memref<*xf32>) -> ()
  // A copy of a strided part: lowers to memrefCopy.
  %copy = memref.alloc() : memref<2x2xf32>
  memref.copy %part, %copy : memref<2x2xf32, strided<[3, 1], offset: 1>> to memref<2x2xf32>
  %copyu = memref.cast %copy : memref<2x2xf32> to memref<*xf32>
  call @printMemrefF32(%copyu) : (memref<*xf32>) -> ()
  memref.dealloc %copy : memref<2x2xf32>
  return
}

func.func @main() {
  call @print_memrefs() : () -> ()
  %minus = arith.constant -5 : i64
  call @printI64(%minus) : (i64) -> ()
  call @printNewline() : () -> ()
  call @printU64(%minus) : (i64) -> ()
  call @printComma() : () -> ()
  %f32 = arith.constant 1.234567891 : f32
  call @printF32(%f32) : (f32) -> ()
  call @printOpen() : () -> ()
  %f64 = arith.constant 1.0e20 : f64
  call @printF64(%f64) : (f64) -> ()
  call @printClose() : () -> ()
  %nan = arith.constant 0x7FC00000 : f32
  call @printF32(%nan) : (f32) -> ()
  %minus_infinity = arith.constant 0xFF800000 : f32
  call @printF32(%minus_infinity) : (f32) -> ()
  call @printNewline() : () -> ()
  vector.print str "text, 100 %"
  call @printNewline() : () -> ()
  return
}
