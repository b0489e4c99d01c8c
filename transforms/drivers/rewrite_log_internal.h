// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewrite log: what a driver tried, as text lines for people. Without a write function
// every call is a test of one pointer.
#ifndef MICA_TRANSFORMS_DRIVERS_REWRITE_LOG_INTERNAL_H
#define MICA_TRANSFORMS_DRIVERS_REWRITE_LOG_INTERNAL_H

#include "ir/text/text.h"

typedef struct micai_rewrite_log {
    mica_write_fn write;
    void *user;
} micai_rewrite_log;

void micai_rewrite_log_init(micai_rewrite_log *log, mica_write_fn write, void *user);
/// `what` happens at `op`: "erase 'arith.addi' at 3:8".
void micai_rewrite_log_op(micai_rewrite_log *log, const char *what, const mica_op *op);
void micai_rewrite_log_reason(micai_rewrite_log *log, mica_string reason);
void micai_rewrite_log_applied(micai_rewrite_log *log, const char *pattern);

#endif
