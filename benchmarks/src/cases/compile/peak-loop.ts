/**
 * A loop that does nothing but f32x4 multiplications and additions in registers: as fast as WebAssembly computes here.
 * Its bytes are written by hand, so that what measures programs is not made by what makes them.
 */

const FLOPS = 8; // of a multiplication and an addition in four lanes

/** A module with one function, `run(count)`, whose loop has so many sums. */
function moduleBytes(sums: number): Uint8Array<ArrayBuffer> {
  const float = (value: number): number[] => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
  const splat = [0xfd, 0x13];
  const [factor, term] = [1 + sums, 2 + sums];
  const set = (local: number): number[] => [0x21, local];
  const get = (local: number): number[] => [0x20, local];
  const all = Array.from({ length: sums }, (_, k) => 1 + k);
  const body = [
    1,
    sums + 2,
    0x7b, // one group of locals, all v128
    ...all.flatMap((local) => [...float(local), ...splat, ...set(local)]),
    ...float(0.999),
    ...splat,
    ...set(factor),
    ...float(0.001),
    ...splat,
    ...set(term),
    0x03,
    0x40, // loop
    ...all.flatMap((local) => [
      ...get(local),
      ...get(factor),
      0xfd,
      0xe6,
      1,
      ...get(term),
      0xfd,
      0xe4,
      1,
      ...set(local),
    ]),
    ...get(0),
    0x41,
    1,
    0x6b,
    0x22,
    0,
    0x0d,
    0,
    0x0b, // count down, again unless 0
    ...get(1),
    ...all.slice(1).flatMap((local) => [...get(local), 0xfd, 0xe4, 1]),
    0xfd,
    0x1f,
    0,
    0x0b, // the first lane
  ];
  const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    1,
    ...sized([1, 0x60, 1, 0x7f, 1, 0x7d]), // a function from i32 to f32
    3,
    ...sized([1, 0]),
    7,
    ...sized([1, 3, 0x72, 0x75, 0x6e, 0, 0]), // exported as "run"
    10,
    ...sized([1, ...sized(body)]),
  ]);
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)];
}

export interface PeakLoop {
  /** Does about so many floating-point operations. */
  run(flops: number): number;
}

/** With that number of sums, of 8 to 16, which is fastest here. */
export function peakLoop(seconds: () => number): PeakLoop {
  const loops = [8, 9, 10, 11, 12, 13, 14, 15, 16].map((sums) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(sums)));
    const run = exports['run'] as (count: number) => number;
    const each = sums * FLOPS;
    for (let k = 0; k < 3; k++) run(200_000);
    const start = seconds();
    run(2_000_000);
    return { run, each, rate: (2_000_000 * each) / (seconds() - start) };
  });
  const best = loops.reduce((a, b) => (b.rate > a.rate ? b : a));
  return { run: (flops) => best.run(Math.max(1, Math.round(flops / best.each))) };
}
