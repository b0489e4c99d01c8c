// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// node reference.js JOB.json: runs a model in onnxruntime, one thread, one run after another.
//
//   {"model": FILE, "runs": N, "inputs": [{"name", "type", "dims", "file"}, ...],
//    "outputs": FILE, "feedback": {"state": "stateN"}}
//
// An input's file holds the values of all runs, or of one: then all runs get the same. An input
// of "feedback" gets from the second run on what the run before gave as that output. The values
// of all outputs of all runs go to "outputs", and to standard output what they are, as JSON.
'use strict';
const fs = require('fs');
const ort = require('onnxruntime-node');

const arrays = {
  float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array,
  uint8: Uint8Array, int8: Int8Array, bool: Uint8Array,
};

function slice(input, bytes, run) {
  const make = arrays[input.type];
  const count = input.dims.reduce((a, b) => a * b, 1);
  const size = count * make.BYTES_PER_ELEMENT;
  const at = bytes.length > size ? run * size : 0;
  const copy = Uint8Array.prototype.slice.call(bytes, at, at + size);
  return new ort.Tensor(input.type, new make(copy.buffer, 0, count), input.dims);
}

async function main() {
  const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  const session = await ort.InferenceSession.create(job.model, {
    intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4,
  });
  const contents = job.inputs.map((input) => fs.readFileSync(input.file));
  const file = fs.openSync(job.outputs, 'w');
  const made = [];
  let last = null;
  for (let run = 0; run < job.runs; run++) {
    const feeds = {};
    job.inputs.forEach((input, i) => { feeds[input.name] = slice(input, contents[i], run); });
    for (const [name, output] of Object.entries(last ? job.feedback || {} : {})) {
      feeds[name] = last[output];
    }
    last = await session.run(feeds);
    made.push(session.outputNames.map((name) => {
      const tensor = last[name];
      fs.writeSync(file, Buffer.from(tensor.data.buffer, tensor.data.byteOffset,
        tensor.data.byteLength));
      return { name, type: tensor.type, dims: tensor.dims };
    }));
  }
  fs.closeSync(file);
  console.log(JSON.stringify(made));
}

main().catch((error) => { console.error(error.message); process.exit(1); });
