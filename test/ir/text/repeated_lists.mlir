// Properties and function types are found by their text when it was read before. The same text
// behind another op, with a line end inside, in a string or with something behind it on its line
// means what it says.
// RUN: mica-opt %s -allow-unregistered-dialect -mlir-print-op-generic -mlir-print-debuginfo | FileCheck %s

#flags = #arith.overflow<nsw>

// CHECK-LABEL: sym_name = "properties"
func.func @properties(%a: i32, %x: f32) {
  // CHECK: "arith.addi"{{.*}}<{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
  // CHECK: "arith.addi"{{.*}}<{overflowFlags = #arith.overflow<nsw>}>
  // CHECK: "arith.addi"{{.*}}<{overflowFlags = #arith.overflow<nsw>}>
  %0 = "arith.addi"(%a, %a) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
  %1 = "arith.addi"(%a, %a) <{overflowFlags = #flags}> : (i32, i32) -> i32
  %2 = "arith.addi"(%a, %a) <{overflowFlags = #flags}> : (i32, i32) -> i32
  // CHECK: "arith.cmpi"{{.*}}<{predicate = 2 : i64}>
  // CHECK: "arith.cmpf"{{.*}}<{fastmath = #arith.fastmath<none>, predicate = 2 : i64}>
  // CHECK: "arith.cmpf"{{.*}}<{fastmath = #arith.fastmath<none>, predicate = 2 : i64}>
  %3 = "arith.cmpi"(%a, %a) <{predicate = 2 : i64}> : (i32, i32) -> i1
  %4 = "arith.cmpf"(%x, %x) <{predicate = 2 : i64}> : (f32, f32) -> i1
  %5 = "arith.cmpf"(%x, %x) <{predicate = 2 : i64}> : (f32, f32) -> i1
  // CHECK: "t.unknown"() <{predicate = 2 : i64}>
  // CHECK: "t.unknown"() <{predicate = 2 : i64}>
  "t.unknown"() <{predicate = 2 : i64}> : () -> ()
  "t.unknown"() <{predicate = 2 : i64}> : () -> ()
  return
}

// Lines are counted: the location of an op behind a list with a line end inside.
func.func @lines(%a: i32) {
  %0 = "arith.addi"(%a, %a) <{overflowFlags =
    #arith.overflow<nuw>}> : (i32, i32) -> i32
  %1 = "arith.addi"(%a, %a) <{overflowFlags =
    #arith.overflow<nuw>}> : (i32, i32) -> i32
  // CHECK: "t.here"() : () -> () loc(#[[HERE:loc[0-9]+]])
  "t.here"() : () -> ()
  return
}

// CHECK-LABEL: sym_name = "strings"
func.func @strings() {
  // CHECK: <{value = "}>"}>
  // CHECK: <{value = "}>"}>
  "t.text"() <{value = "}>"}> : () -> ()
  "t.text"() <{value = "}>"}> : () -> ()
  return
}

// CHECK-LABEL: sym_name = "types"
func.func @types(%a: i32) {
  // CHECK: "t.one"(%{{.*}}) : (i32) -> (i32, i32)
  // CHECK: "t.one"(%{{.*}}) : (i32) -> (i32, i32)
  // CHECK: "t.two"(%{{.*}}, %{{.*}}) : (i32, i32) -> i32
  // CHECK: "t.one"(%{{.*}}) : (i32) -> (i32, i32)
  // CHECK: "t.fun"() : () -> (() -> i32)
  // CHECK: "t.fun"() : () -> (() -> i32)
  %0:2 = "t.one"(%a) : (i32) -> (i32, i32)
  %1:2 = "t.one"(%a) : (i32) -> (i32, i32)
  %2 = "t.two"(%a, %a) : (i32, i32) -> i32
  %3:2 = "t.one"(%a) : (i32) -> (i32, i32) loc("here")
  %4 = "t.fun"() : () -> (() -> i32)
  %5 = "t.fun"() : () -> (() -> i32)
  return
}
// CHECK: #[[HERE]] = loc("{{.*}}":36:3)
