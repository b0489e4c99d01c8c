// RUN: mica-opt %s --load-dialect-plugin=%plugins/units_dialect.so -split-input-file -canonicalize \
// RUN:   | FileCheck %s
// RUN: mica-opt --load-dialect-plugin %plugins/units_dialect.so --show-dialects \
// RUN:   | FileCheck --check-prefix=DIALECTS %s
// RUN: not mica-opt %s -split-input-file 2>&1 | FileCheck --check-prefix=WITHOUT %s
// DIALECTS: ,tensor,{{.*}}units,vector
// WITHOUT: error: {{.*}}units

// Each part has a context of its own, and the dialect in it.
// CHECK-LABEL: func.func @whole() -> !units.length<mm>
// CHECK-NEXT: units.constant 3000 : <mm>
func.func @whole() -> !units.length<mm> {
  %0 = units.constant 3 : !units.length<m>
  %1 = units.convert %0 : !units.length<m> -> !units.length<mm>
  return %1 : !units.length<mm>
}

// -----

// A digit would be lost: nothing folds.
// CHECK-LABEL: func.func @part
// CHECK-NEXT: units.constant 15 : <mm>
// CHECK-NEXT: units.convert
func.func @part() -> !units.length<cm> {
  %0 = units.constant 15 : !units.length<mm>
  %1 = units.convert %0 : !units.length<mm> -> !units.length<cm>
  return %1 : !units.length<cm>
}

// -----

// CHECK-LABEL: func.func @same
// CHECK-SAME: %[[X:.*]]: !units.length<km>
// CHECK-NEXT: return %[[X]]
func.func @same(%x: !units.length<km>) -> !units.length<km> {
  %0 = units.convert %x : !units.length<km> -> !units.length<km>
  return %0 : !units.length<km>
}
