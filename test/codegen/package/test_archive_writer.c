// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Archives, read back by what the format says: the index leads to the members, sizes are even,
// long names are found. Linkers read what micac writes in test/tools/micac.
#include "codegen/package/archive_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/cmocka_support.h"

typedef struct bytes {
    char data[4096];
    size_t size, limit;
} bytes;

static bool append(void *user, const char *data, size_t size)
{
    bytes *all = user;
    if (all->size + size > all->limit)
        return false;
    memcpy(all->data + all->size, data, size);
    all->size += size;
    return true;
}

static const char *const first_symbols[] = {"one", "two"};
static const char *const second_symbols[] = {"three"};
static const mica_archive_member members[] = {
    {"odd.o", "12345", 5, NULL, first_symbols, 2},
    {"a_name_of_more_than_fifteen.o", "abcdef", 6, NULL, second_symbols, 1},
    {"another_name_of_more_than_fifteen.o", "", 0, NULL, NULL, 0},
};

static void write_members(bytes *all, size_t count)
{
    all->size = 0;
    all->limit = sizeof all->data;
    assert_true(mica_archive_write(members, count, append, all));
}

/// The decimal number of `width` characters at `text`.
static size_t number_at(const char *text, size_t width)
{
    char digits[16] = {0};
    memcpy(digits, text, width);
    return strtoul(digits, NULL, 10);
}

static size_t big_endian_at(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

enum { HEADER = 60 };

static void check_header(const bytes *all, size_t at, const char *name, size_t size)
{
    assert_true(at + HEADER + size <= all->size);
    assert_int_equal(at % 2, 0);
    char expected[17];
    snprintf(expected, sizeof expected, "%-16s", name);
    assert_memory_equal(all->data + at, expected, 16);
    assert_memory_equal(all->data + at + 16, "0           0     0     644     ", 32);
    assert_int_equal(number_at(all->data + at + 48, 10), size);
    assert_memory_equal(all->data + at + 58, "`\n", 2);
}

static void test_members(void **state)
{
    (void)state;
    static bytes all;
    write_members(&all, 3);
    assert_memory_equal(all.data, "!<arch>\n", 8);
    // three symbols: a count, three offsets, "one\0two\0three\0"
    const size_t index_size = 4 + 3 * 4 + 14, index = 8 + HEADER;
    check_header(&all, 8, "/", index_size);
    assert_int_equal(big_endian_at(all.data + index), 3);
    const size_t one = big_endian_at(all.data + index + 4);
    assert_int_equal(big_endian_at(all.data + index + 8), one);
    const size_t three = big_endian_at(all.data + index + 12);
    assert_memory_equal(all.data + index + 16, "one\0two\0three", 14);

    check_header(&all, one, "odd.o/", 5);
    assert_memory_equal(all.data + one + HEADER, "12345\n", 6);
    check_header(&all, three, "/0", 6);
    assert_int_equal(three, one + HEADER + 6);
    assert_memory_equal(all.data + three + HEADER, "abcdef", 6);
    const size_t last = three + HEADER + 6;
    check_header(&all, last, "/31", 0);
    assert_int_equal(last + HEADER, all.size);

    const size_t names = index + index_size;
    check_header(&all, names, "//", 31 + 37);
    assert_memory_equal(all.data + names + HEADER, "a_name_of_more_than_fifteen.o/\nanother_",
                        39);
}

static void test_same_bytes(void **state)
{
    (void)state;
    static bytes first, second;
    write_members(&first, 3);
    write_members(&second, 3);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
}

static void test_no_members(void **state)
{
    (void)state;
    static bytes all;
    write_members(&all, 0);
    check_header(&all, 8, "/", 4);
    assert_int_equal(all.size, 8 + HEADER + 4);
}

/// Whatever write fails, the archive does.
static void test_write_fails(void **state)
{
    (void)state;
    static bytes all;
    write_members(&all, 3);
    const size_t whole = all.size;
    for (size_t limit = 0; limit < whole; ++limit) {
        all.size = 0;
        all.limit = limit;
        assert_false(mica_archive_write(members, 3, append, &all));
    }
}

static void test_too_large(void **state)
{
    (void)state;
    static bytes all;
    all.size = 0;
    all.limit = sizeof all.data;
    const mica_archive_member huge = {"huge.o", "", (size_t)UINT32_MAX, NULL, NULL, 0};
    assert_false(mica_archive_write(&huge, 1, append, &all));
    assert_int_equal(all.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),    cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_no_members), cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
