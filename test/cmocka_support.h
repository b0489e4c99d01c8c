// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cmocka.h wants these headers before it, in this order.
#ifndef MICA_TEST_CMOCKA_SUPPORT_H
#define MICA_TEST_CMOCKA_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
