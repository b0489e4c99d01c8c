// flags: --plan-memory
func.func @two(%a: memref<16xf32>, %out: memref<16xf32>) {
  %x = memref.alloc() : memref<16xf32>
  %y = memref.alloc() : memref<16xf32>
  linalg.add ins(%a, %a : memref<16xf32>, memref<16xf32>) outs(%x : memref<16xf32>)
  linalg.mul ins(%a, %x : memref<16xf32>, memref<16xf32>) outs(%y : memref<16xf32>)
  linalg.sub ins(%x, %y : memref<16xf32>, memref<16xf32>) outs(%out : memref<16xf32>)
  memref.dealloc %x : memref<16xf32>
  memref.dealloc %y : memref<16xf32>
  return
}
