#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""same_member.py ARCHIVE OBJECT: whether the archive's last member is that object."""
import sys

archive = open(sys.argv[1], "rb").read()
wanted = open(sys.argv[2], "rb").read()
at = 8
while at < len(archive):
    size = int(archive[at + 48 : at + 58])
    member = archive[at + 60 : at + 60 + size]
    at += 60 + size + size % 2
sys.exit(0 if member == wanted else f"{len(member)} bytes differ from {len(wanted)}")
