// RUN: not mica-opt --load-dialect=%S/Inputs/missing_hook.dialect %s 2>&1 | FileCheck %s --check-prefix=HOOK
// RUN: not mica-opt --no-compiled-dialects --load-dialect=%S/Inputs/other_slots.dialect %s 2>&1 | FileCheck %s --check-prefix=SLOT
// RUN: not mica-opt --load-dialect=%S/../../../dialects/func/func.dialect %s 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not mica-opt --load-dialect=%S/Inputs/borrowed.dialect %s 2>&1 | FileCheck %s --check-prefix=INCLUDE
// RUN: not mica-opt --load-dialect=%S/Inputs/nowhere.dialect %s 2>&1 | FileCheck %s --check-prefix=NOWHERE

// What a definition promises and the program lacks is said where it is written.

// HOOK: missing_hook.dialect:8:13: error: this program has no hook 'micai_toy_shift_verify'
// SLOT: other_slots.dialect:3:4: error: attribute 0 of 'func.call' must be 'callee', as this program was compiled with it
// TWICE: error: dialect 'func' is already registered
// INCLUDE: borrowed.dialect:5:9: error: cannot find 'borrowed_more.dialect'
// NOWHERE: error: cannot open definition file '{{.*}}nowhere.dialect'
