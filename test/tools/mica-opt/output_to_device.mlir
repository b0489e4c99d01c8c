// A device behind the output's name is written to; a rename would put a file in its place.
// RUN: rm -f %t.null && ln -s /dev/null %t.null
// RUN: mica-opt %s -o %t.null
// RUN: test -L %t.null && test -c %t.null
module {
}
