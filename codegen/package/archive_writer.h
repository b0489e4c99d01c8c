// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes `ar` archives that linkers take: System V's form (GNU's), with a symbol index. The
// same members give the same bytes: no times, no owners.
//
//   const char *symbols[] = {"digits_run"};
//   mica_archive_member member = {"digits.o", data, size, NULL, symbols, 1};
//   mica_archive_write(&member, 1, write, file);
#ifndef MICA_CODEGEN_PACKAGE_ARCHIVE_WRITER_H
#define MICA_CODEGEN_PACKAGE_ARCHIVE_WRITER_H

#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// All borrowed.
typedef struct mica_archive_member {
    const char *name; ///< of the file, without folder and without '/' or line ends
    const void *data;
    size_t size;
    /// Writes the `size` bytes of a member that lie in no one place, `data` being whatever it
    /// needs; NULL: they are at `data`.
    bool (*write_data)(const void *data, mica_write_fn write, void *user);
    const char *const *symbols; ///< what it defines for others
    size_t symbol_count;
} mica_archive_member;

/// False when `write` failed, or when the archive would pass the form's 4 GiB (nothing was
/// written then).
MICA_API bool mica_archive_write(const mica_archive_member *members, size_t count,
                                 mica_write_fn write, void *user);

#ifdef __cplusplus
}
#endif

#endif
