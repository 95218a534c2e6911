/**
 * The instructions of WebAssembly as one table: name, opcode, what each takes from the stack and leaves there, immediates.
 * Everything else in this room reads it: the emitter, the printer, the types of `emit`, and the tests.
 *
 * Source: WebAssembly Core Specification 3.0 (draft), 5.4 "Instructions" and the index of instructions in its appendix.
 */

import { ArgumentError } from '../errors/edgewise-error.ts';
import { nearestNames } from '../errors/nearest-name.ts';
import type { Offset } from './fragment.ts';

/** The types of values. Vectors hold 16 bytes; how these are read is a matter of the instruction. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/**
 * What follows an opcode, as arguments of `emit`.
 *
 * An address is a constant offset in bytes that is added to the address on the stack, and the alignment in bytes that is
 * promised (the size of what is accessed, unless stated: a promise that costs nothing and binds nobody).
 */
export interface Immediates {
  none: [];
  i32: [value: Offset];
  i64: [value: bigint];
  /** Rounded to f32. */
  f32: [value: number];
  f64: [value: number];
  /** The 16 bytes, from the one at the lowest address. */
  v128: [bytes: ArrayLike<number>];
  /** Of each byte of the result: which byte it is of the 32 of both operands. */
  shuffle: [lanes: ArrayLike<number>];
  lane: [lane: number];
  address: [offset?: Offset, align?: number];
  'address lane': [lane: number, offset?: Offset, align?: number];
  /** Which memory, and there is one. */
  memory: [];
  /** Which memory to, which from. */
  memories: [];
  // From here on: written by methods of the function builder that know what the number stands for
  block: [];
  label: [];
  labels: [];
  function: [];
  local: [];
  global: [];
}

/**
 * Opcode; stack effect; kind of immediates; and with an address how many bytes are accessed, with a lane how many there
 * are. An opcode behind a prefix is written `0xfd_0e4`: the prefix 0xfd, then 0x0e4 as LEB128. The effect `*` depends on
 * where the instruction stands.
 */
type Row = readonly [opcode: number, effect: string, immediates?: keyof Immediates, size?: number];

const rows = {
  // Control, and what takes any type: what these do to the stack is with the function builder
  unreachable: [0x00, '*'],
  nop: [0x01, '->'],
  block: [0x02, '*', 'block'],
  loop: [0x03, '*', 'block'],
  if: [0x04, '*', 'block'],
  else: [0x05, '*'],
  end: [0x0b, '*'],
  br: [0x0c, '*', 'label'],
  br_if: [0x0d, '*', 'label'],
  br_table: [0x0e, '*', 'labels'],
  return: [0x0f, '*'],
  call: [0x10, '*', 'function'],
  drop: [0x1a, '*'],
  select: [0x1b, '*'],
  'local.get': [0x20, '*', 'local'],
  'local.set': [0x21, '*', 'local'],
  'local.tee': [0x22, '*', 'local'],
  'global.get': [0x23, '*', 'global'],
  'global.set': [0x24, '*', 'global'],

  // Memory
  'i32.load': [0x28, 'i32 -> i32', 'address', 4],
  'i64.load': [0x29, 'i32 -> i64', 'address', 8],
  'f32.load': [0x2a, 'i32 -> f32', 'address', 4],
  'f64.load': [0x2b, 'i32 -> f64', 'address', 8],
  'i32.load8_s': [0x2c, 'i32 -> i32', 'address', 1],
  'i32.load8_u': [0x2d, 'i32 -> i32', 'address', 1],
  'i32.load16_s': [0x2e, 'i32 -> i32', 'address', 2],
  'i32.load16_u': [0x2f, 'i32 -> i32', 'address', 2],
  'i64.load8_s': [0x30, 'i32 -> i64', 'address', 1],
  'i64.load8_u': [0x31, 'i32 -> i64', 'address', 1],
  'i64.load16_s': [0x32, 'i32 -> i64', 'address', 2],
  'i64.load16_u': [0x33, 'i32 -> i64', 'address', 2],
  'i64.load32_s': [0x34, 'i32 -> i64', 'address', 4],
  'i64.load32_u': [0x35, 'i32 -> i64', 'address', 4],
  'i32.store': [0x36, 'i32 i32 ->', 'address', 4],
  'i64.store': [0x37, 'i32 i64 ->', 'address', 8],
  'f32.store': [0x38, 'i32 f32 ->', 'address', 4],
  'f64.store': [0x39, 'i32 f64 ->', 'address', 8],
  'i32.store8': [0x3a, 'i32 i32 ->', 'address', 1],
  'i32.store16': [0x3b, 'i32 i32 ->', 'address', 2],
  'i64.store8': [0x3c, 'i32 i64 ->', 'address', 1],
  'i64.store16': [0x3d, 'i32 i64 ->', 'address', 2],
  'i64.store32': [0x3e, 'i32 i64 ->', 'address', 4],
  'memory.size': [0x3f, '-> i32', 'memory'],
  'memory.grow': [0x40, 'i32 -> i32', 'memory'],
  'memory.copy': [0xfc_00a, 'i32 i32 i32 ->', 'memories'],
  'memory.fill': [0xfc_00b, 'i32 i32 i32 ->', 'memory'],

  // Constants
  'i32.const': [0x41, '-> i32', 'i32'],
  'i64.const': [0x42, '-> i64', 'i64'],
  'f32.const': [0x43, '-> f32', 'f32'],
  'f64.const': [0x44, '-> f64', 'f64'],

  // i32: comparisons
  'i32.eqz': [0x45, 'i32 -> i32'],
  'i32.eq': [0x46, 'i32 i32 -> i32'],
  'i32.ne': [0x47, 'i32 i32 -> i32'],
  'i32.lt_s': [0x48, 'i32 i32 -> i32'],
  'i32.lt_u': [0x49, 'i32 i32 -> i32'],
  'i32.gt_s': [0x4a, 'i32 i32 -> i32'],
  'i32.gt_u': [0x4b, 'i32 i32 -> i32'],
  'i32.le_s': [0x4c, 'i32 i32 -> i32'],
  'i32.le_u': [0x4d, 'i32 i32 -> i32'],
  'i32.ge_s': [0x4e, 'i32 i32 -> i32'],
  'i32.ge_u': [0x4f, 'i32 i32 -> i32'],

  // i64: comparisons
  'i64.eqz': [0x50, 'i64 -> i32'],
  'i64.eq': [0x51, 'i64 i64 -> i32'],
  'i64.ne': [0x52, 'i64 i64 -> i32'],
  'i64.lt_s': [0x53, 'i64 i64 -> i32'],
  'i64.lt_u': [0x54, 'i64 i64 -> i32'],
  'i64.gt_s': [0x55, 'i64 i64 -> i32'],
  'i64.gt_u': [0x56, 'i64 i64 -> i32'],
  'i64.le_s': [0x57, 'i64 i64 -> i32'],
  'i64.le_u': [0x58, 'i64 i64 -> i32'],
  'i64.ge_s': [0x59, 'i64 i64 -> i32'],
  'i64.ge_u': [0x5a, 'i64 i64 -> i32'],

  // f32: comparisons
  'f32.eq': [0x5b, 'f32 f32 -> i32'],
  'f32.ne': [0x5c, 'f32 f32 -> i32'],
  'f32.lt': [0x5d, 'f32 f32 -> i32'],
  'f32.gt': [0x5e, 'f32 f32 -> i32'],
  'f32.le': [0x5f, 'f32 f32 -> i32'],
  'f32.ge': [0x60, 'f32 f32 -> i32'],

  // f64: comparisons
  'f64.eq': [0x61, 'f64 f64 -> i32'],
  'f64.ne': [0x62, 'f64 f64 -> i32'],
  'f64.lt': [0x63, 'f64 f64 -> i32'],
  'f64.gt': [0x64, 'f64 f64 -> i32'],
  'f64.le': [0x65, 'f64 f64 -> i32'],
  'f64.ge': [0x66, 'f64 f64 -> i32'],

  // i32: arithmetic
  'i32.clz': [0x67, 'i32 -> i32'],
  'i32.ctz': [0x68, 'i32 -> i32'],
  'i32.popcnt': [0x69, 'i32 -> i32'],
  'i32.add': [0x6a, 'i32 i32 -> i32'],
  'i32.sub': [0x6b, 'i32 i32 -> i32'],
  'i32.mul': [0x6c, 'i32 i32 -> i32'],
  'i32.div_s': [0x6d, 'i32 i32 -> i32'],
  'i32.div_u': [0x6e, 'i32 i32 -> i32'],
  'i32.rem_s': [0x6f, 'i32 i32 -> i32'],
  'i32.rem_u': [0x70, 'i32 i32 -> i32'],
  'i32.and': [0x71, 'i32 i32 -> i32'],
  'i32.or': [0x72, 'i32 i32 -> i32'],
  'i32.xor': [0x73, 'i32 i32 -> i32'],
  'i32.shl': [0x74, 'i32 i32 -> i32'],
  'i32.shr_s': [0x75, 'i32 i32 -> i32'],
  'i32.shr_u': [0x76, 'i32 i32 -> i32'],
  'i32.rotl': [0x77, 'i32 i32 -> i32'],
  'i32.rotr': [0x78, 'i32 i32 -> i32'],

  // i64: arithmetic
  'i64.clz': [0x79, 'i64 -> i64'],
  'i64.ctz': [0x7a, 'i64 -> i64'],
  'i64.popcnt': [0x7b, 'i64 -> i64'],
  'i64.add': [0x7c, 'i64 i64 -> i64'],
  'i64.sub': [0x7d, 'i64 i64 -> i64'],
  'i64.mul': [0x7e, 'i64 i64 -> i64'],
  'i64.div_s': [0x7f, 'i64 i64 -> i64'],
  'i64.div_u': [0x80, 'i64 i64 -> i64'],
  'i64.rem_s': [0x81, 'i64 i64 -> i64'],
  'i64.rem_u': [0x82, 'i64 i64 -> i64'],
  'i64.and': [0x83, 'i64 i64 -> i64'],
  'i64.or': [0x84, 'i64 i64 -> i64'],
  'i64.xor': [0x85, 'i64 i64 -> i64'],
  'i64.shl': [0x86, 'i64 i64 -> i64'],
  'i64.shr_s': [0x87, 'i64 i64 -> i64'],
  'i64.shr_u': [0x88, 'i64 i64 -> i64'],
  'i64.rotl': [0x89, 'i64 i64 -> i64'],
  'i64.rotr': [0x8a, 'i64 i64 -> i64'],

  // f32: arithmetic
  'f32.abs': [0x8b, 'f32 -> f32'],
  'f32.neg': [0x8c, 'f32 -> f32'],
  'f32.ceil': [0x8d, 'f32 -> f32'],
  'f32.floor': [0x8e, 'f32 -> f32'],
  'f32.trunc': [0x8f, 'f32 -> f32'],
  'f32.nearest': [0x90, 'f32 -> f32'],
  'f32.sqrt': [0x91, 'f32 -> f32'],
  'f32.add': [0x92, 'f32 f32 -> f32'],
  'f32.sub': [0x93, 'f32 f32 -> f32'],
  'f32.mul': [0x94, 'f32 f32 -> f32'],
  'f32.div': [0x95, 'f32 f32 -> f32'],
  'f32.min': [0x96, 'f32 f32 -> f32'],
  'f32.max': [0x97, 'f32 f32 -> f32'],
  'f32.copysign': [0x98, 'f32 f32 -> f32'],

  // f64: arithmetic
  'f64.abs': [0x99, 'f64 -> f64'],
  'f64.neg': [0x9a, 'f64 -> f64'],
  'f64.ceil': [0x9b, 'f64 -> f64'],
  'f64.floor': [0x9c, 'f64 -> f64'],
  'f64.trunc': [0x9d, 'f64 -> f64'],
  'f64.nearest': [0x9e, 'f64 -> f64'],
  'f64.sqrt': [0x9f, 'f64 -> f64'],
  'f64.add': [0xa0, 'f64 f64 -> f64'],
  'f64.sub': [0xa1, 'f64 f64 -> f64'],
  'f64.mul': [0xa2, 'f64 f64 -> f64'],
  'f64.div': [0xa3, 'f64 f64 -> f64'],
  'f64.min': [0xa4, 'f64 f64 -> f64'],
  'f64.max': [0xa5, 'f64 f64 -> f64'],
  'f64.copysign': [0xa6, 'f64 f64 -> f64'],

  // Conversions
  'i32.wrap_i64': [0xa7, 'i64 -> i32'],
  'i32.trunc_f32_s': [0xa8, 'f32 -> i32'],
  'i32.trunc_f32_u': [0xa9, 'f32 -> i32'],
  'i32.trunc_f64_s': [0xaa, 'f64 -> i32'],
  'i32.trunc_f64_u': [0xab, 'f64 -> i32'],
  'i64.extend_i32_s': [0xac, 'i32 -> i64'],
  'i64.extend_i32_u': [0xad, 'i32 -> i64'],
  'i64.trunc_f32_s': [0xae, 'f32 -> i64'],
  'i64.trunc_f32_u': [0xaf, 'f32 -> i64'],
  'i64.trunc_f64_s': [0xb0, 'f64 -> i64'],
  'i64.trunc_f64_u': [0xb1, 'f64 -> i64'],
  'f32.convert_i32_s': [0xb2, 'i32 -> f32'],
  'f32.convert_i32_u': [0xb3, 'i32 -> f32'],
  'f32.convert_i64_s': [0xb4, 'i64 -> f32'],
  'f32.convert_i64_u': [0xb5, 'i64 -> f32'],
  'f32.demote_f64': [0xb6, 'f64 -> f32'],
  'f64.convert_i32_s': [0xb7, 'i32 -> f64'],
  'f64.convert_i32_u': [0xb8, 'i32 -> f64'],
  'f64.convert_i64_s': [0xb9, 'i64 -> f64'],
  'f64.convert_i64_u': [0xba, 'i64 -> f64'],
  'f64.promote_f32': [0xbb, 'f32 -> f64'],
  'i32.reinterpret_f32': [0xbc, 'f32 -> i32'],
  'i64.reinterpret_f64': [0xbd, 'f64 -> i64'],
  'f32.reinterpret_i32': [0xbe, 'i32 -> f32'],
  'f64.reinterpret_i64': [0xbf, 'i64 -> f64'],
  'i32.extend8_s': [0xc0, 'i32 -> i32'],
  'i32.extend16_s': [0xc1, 'i32 -> i32'],
  'i64.extend8_s': [0xc2, 'i64 -> i64'],
  'i64.extend16_s': [0xc3, 'i64 -> i64'],
  'i64.extend32_s': [0xc4, 'i64 -> i64'],
  'i32.trunc_sat_f32_s': [0xfc_000, 'f32 -> i32'],
  'i32.trunc_sat_f32_u': [0xfc_001, 'f32 -> i32'],
  'i32.trunc_sat_f64_s': [0xfc_002, 'f64 -> i32'],
  'i32.trunc_sat_f64_u': [0xfc_003, 'f64 -> i32'],
  'i64.trunc_sat_f32_s': [0xfc_004, 'f32 -> i64'],
  'i64.trunc_sat_f32_u': [0xfc_005, 'f32 -> i64'],
  'i64.trunc_sat_f64_s': [0xfc_006, 'f64 -> i64'],
  'i64.trunc_sat_f64_u': [0xfc_007, 'f64 -> i64'],

  // Vectors: memory
  'v128.load': [0xfd_000, 'i32 -> v128', 'address', 16],
  'v128.load8x8_s': [0xfd_001, 'i32 -> v128', 'address', 8],
  'v128.load8x8_u': [0xfd_002, 'i32 -> v128', 'address', 8],
  'v128.load16x4_s': [0xfd_003, 'i32 -> v128', 'address', 8],
  'v128.load16x4_u': [0xfd_004, 'i32 -> v128', 'address', 8],
  'v128.load32x2_s': [0xfd_005, 'i32 -> v128', 'address', 8],
  'v128.load32x2_u': [0xfd_006, 'i32 -> v128', 'address', 8],
  'v128.load8_splat': [0xfd_007, 'i32 -> v128', 'address', 1],
  'v128.load16_splat': [0xfd_008, 'i32 -> v128', 'address', 2],
  'v128.load32_splat': [0xfd_009, 'i32 -> v128', 'address', 4],
  'v128.load64_splat': [0xfd_00a, 'i32 -> v128', 'address', 8],
  'v128.store': [0xfd_00b, 'i32 v128 ->', 'address', 16],
  'v128.load8_lane': [0xfd_054, 'i32 v128 -> v128', 'address lane', 1],
  'v128.load16_lane': [0xfd_055, 'i32 v128 -> v128', 'address lane', 2],
  'v128.load32_lane': [0xfd_056, 'i32 v128 -> v128', 'address lane', 4],
  'v128.load64_lane': [0xfd_057, 'i32 v128 -> v128', 'address lane', 8],
  'v128.store8_lane': [0xfd_058, 'i32 v128 ->', 'address lane', 1],
  'v128.store16_lane': [0xfd_059, 'i32 v128 ->', 'address lane', 2],
  'v128.store32_lane': [0xfd_05a, 'i32 v128 ->', 'address lane', 4],
  'v128.store64_lane': [0xfd_05b, 'i32 v128 ->', 'address lane', 8],
  'v128.load32_zero': [0xfd_05c, 'i32 -> v128', 'address', 4],
  'v128.load64_zero': [0xfd_05d, 'i32 -> v128', 'address', 8],

  // Vectors: making, taking apart, putting together
  'v128.const': [0xfd_00c, '-> v128', 'v128'],
  'i8x16.shuffle': [0xfd_00d, 'v128 v128 -> v128', 'shuffle'],
  'i8x16.swizzle': [0xfd_00e, 'v128 v128 -> v128'],
  'i8x16.splat': [0xfd_00f, 'i32 -> v128'],
  'i16x8.splat': [0xfd_010, 'i32 -> v128'],
  'i32x4.splat': [0xfd_011, 'i32 -> v128'],
  'i64x2.splat': [0xfd_012, 'i64 -> v128'],
  'f32x4.splat': [0xfd_013, 'f32 -> v128'],
  'f64x2.splat': [0xfd_014, 'f64 -> v128'],
  'i8x16.extract_lane_s': [0xfd_015, 'v128 -> i32', 'lane', 16],
  'i8x16.extract_lane_u': [0xfd_016, 'v128 -> i32', 'lane', 16],
  'i8x16.replace_lane': [0xfd_017, 'v128 i32 -> v128', 'lane', 16],
  'i16x8.extract_lane_s': [0xfd_018, 'v128 -> i32', 'lane', 8],
  'i16x8.extract_lane_u': [0xfd_019, 'v128 -> i32', 'lane', 8],
  'i16x8.replace_lane': [0xfd_01a, 'v128 i32 -> v128', 'lane', 8],
  'i32x4.extract_lane': [0xfd_01b, 'v128 -> i32', 'lane', 4],
  'i32x4.replace_lane': [0xfd_01c, 'v128 i32 -> v128', 'lane', 4],
  'i64x2.extract_lane': [0xfd_01d, 'v128 -> i64', 'lane', 2],
  'i64x2.replace_lane': [0xfd_01e, 'v128 i64 -> v128', 'lane', 2],
  'f32x4.extract_lane': [0xfd_01f, 'v128 -> f32', 'lane', 4],
  'f32x4.replace_lane': [0xfd_020, 'v128 f32 -> v128', 'lane', 4],
  'f64x2.extract_lane': [0xfd_021, 'v128 -> f64', 'lane', 2],
  'f64x2.replace_lane': [0xfd_022, 'v128 f64 -> v128', 'lane', 2],

  // Vectors: comparisons
  'i8x16.eq': [0xfd_023, 'v128 v128 -> v128'],
  'i8x16.ne': [0xfd_024, 'v128 v128 -> v128'],
  'i8x16.lt_s': [0xfd_025, 'v128 v128 -> v128'],
  'i8x16.lt_u': [0xfd_026, 'v128 v128 -> v128'],
  'i8x16.gt_s': [0xfd_027, 'v128 v128 -> v128'],
  'i8x16.gt_u': [0xfd_028, 'v128 v128 -> v128'],
  'i8x16.le_s': [0xfd_029, 'v128 v128 -> v128'],
  'i8x16.le_u': [0xfd_02a, 'v128 v128 -> v128'],
  'i8x16.ge_s': [0xfd_02b, 'v128 v128 -> v128'],
  'i8x16.ge_u': [0xfd_02c, 'v128 v128 -> v128'],
  'i16x8.eq': [0xfd_02d, 'v128 v128 -> v128'],
  'i16x8.ne': [0xfd_02e, 'v128 v128 -> v128'],
  'i16x8.lt_s': [0xfd_02f, 'v128 v128 -> v128'],
  'i16x8.lt_u': [0xfd_030, 'v128 v128 -> v128'],
  'i16x8.gt_s': [0xfd_031, 'v128 v128 -> v128'],
  'i16x8.gt_u': [0xfd_032, 'v128 v128 -> v128'],
  'i16x8.le_s': [0xfd_033, 'v128 v128 -> v128'],
  'i16x8.le_u': [0xfd_034, 'v128 v128 -> v128'],
  'i16x8.ge_s': [0xfd_035, 'v128 v128 -> v128'],
  'i16x8.ge_u': [0xfd_036, 'v128 v128 -> v128'],
  'i32x4.eq': [0xfd_037, 'v128 v128 -> v128'],
  'i32x4.ne': [0xfd_038, 'v128 v128 -> v128'],
  'i32x4.lt_s': [0xfd_039, 'v128 v128 -> v128'],
  'i32x4.lt_u': [0xfd_03a, 'v128 v128 -> v128'],
  'i32x4.gt_s': [0xfd_03b, 'v128 v128 -> v128'],
  'i32x4.gt_u': [0xfd_03c, 'v128 v128 -> v128'],
  'i32x4.le_s': [0xfd_03d, 'v128 v128 -> v128'],
  'i32x4.le_u': [0xfd_03e, 'v128 v128 -> v128'],
  'i32x4.ge_s': [0xfd_03f, 'v128 v128 -> v128'],
  'i32x4.ge_u': [0xfd_040, 'v128 v128 -> v128'],
  'i64x2.eq': [0xfd_0d6, 'v128 v128 -> v128'],
  'i64x2.ne': [0xfd_0d7, 'v128 v128 -> v128'],
  'i64x2.lt_s': [0xfd_0d8, 'v128 v128 -> v128'],
  'i64x2.gt_s': [0xfd_0d9, 'v128 v128 -> v128'],
  'i64x2.le_s': [0xfd_0da, 'v128 v128 -> v128'],
  'i64x2.ge_s': [0xfd_0db, 'v128 v128 -> v128'],
  'f32x4.eq': [0xfd_041, 'v128 v128 -> v128'],
  'f32x4.ne': [0xfd_042, 'v128 v128 -> v128'],
  'f32x4.lt': [0xfd_043, 'v128 v128 -> v128'],
  'f32x4.gt': [0xfd_044, 'v128 v128 -> v128'],
  'f32x4.le': [0xfd_045, 'v128 v128 -> v128'],
  'f32x4.ge': [0xfd_046, 'v128 v128 -> v128'],
  'f64x2.eq': [0xfd_047, 'v128 v128 -> v128'],
  'f64x2.ne': [0xfd_048, 'v128 v128 -> v128'],
  'f64x2.lt': [0xfd_049, 'v128 v128 -> v128'],
  'f64x2.gt': [0xfd_04a, 'v128 v128 -> v128'],
  'f64x2.le': [0xfd_04b, 'v128 v128 -> v128'],
  'f64x2.ge': [0xfd_04c, 'v128 v128 -> v128'],

  // Vectors: bits
  'v128.not': [0xfd_04d, 'v128 -> v128'],
  'v128.and': [0xfd_04e, 'v128 v128 -> v128'],
  'v128.andnot': [0xfd_04f, 'v128 v128 -> v128'],
  'v128.or': [0xfd_050, 'v128 v128 -> v128'],
  'v128.xor': [0xfd_051, 'v128 v128 -> v128'],
  'v128.bitselect': [0xfd_052, 'v128 v128 v128 -> v128'],
  'v128.any_true': [0xfd_053, 'v128 -> i32'],

  // i8x16
  'i8x16.abs': [0xfd_060, 'v128 -> v128'],
  'i8x16.neg': [0xfd_061, 'v128 -> v128'],
  'i8x16.popcnt': [0xfd_062, 'v128 -> v128'],
  'i8x16.all_true': [0xfd_063, 'v128 -> i32'],
  'i8x16.bitmask': [0xfd_064, 'v128 -> i32'],
  'i8x16.narrow_i16x8_s': [0xfd_065, 'v128 v128 -> v128'],
  'i8x16.narrow_i16x8_u': [0xfd_066, 'v128 v128 -> v128'],
  'i8x16.shl': [0xfd_06b, 'v128 i32 -> v128'],
  'i8x16.shr_s': [0xfd_06c, 'v128 i32 -> v128'],
  'i8x16.shr_u': [0xfd_06d, 'v128 i32 -> v128'],
  'i8x16.add': [0xfd_06e, 'v128 v128 -> v128'],
  'i8x16.add_sat_s': [0xfd_06f, 'v128 v128 -> v128'],
  'i8x16.add_sat_u': [0xfd_070, 'v128 v128 -> v128'],
  'i8x16.sub': [0xfd_071, 'v128 v128 -> v128'],
  'i8x16.sub_sat_s': [0xfd_072, 'v128 v128 -> v128'],
  'i8x16.sub_sat_u': [0xfd_073, 'v128 v128 -> v128'],
  'i8x16.min_s': [0xfd_076, 'v128 v128 -> v128'],
  'i8x16.min_u': [0xfd_077, 'v128 v128 -> v128'],
  'i8x16.max_s': [0xfd_078, 'v128 v128 -> v128'],
  'i8x16.max_u': [0xfd_079, 'v128 v128 -> v128'],
  'i8x16.avgr_u': [0xfd_07b, 'v128 v128 -> v128'],

  // i16x8
  'i16x8.extadd_pairwise_i8x16_s': [0xfd_07c, 'v128 -> v128'],
  'i16x8.extadd_pairwise_i8x16_u': [0xfd_07d, 'v128 -> v128'],
  'i16x8.abs': [0xfd_080, 'v128 -> v128'],
  'i16x8.neg': [0xfd_081, 'v128 -> v128'],
  'i16x8.q15mulr_sat_s': [0xfd_082, 'v128 v128 -> v128'],
  'i16x8.all_true': [0xfd_083, 'v128 -> i32'],
  'i16x8.bitmask': [0xfd_084, 'v128 -> i32'],
  'i16x8.narrow_i32x4_s': [0xfd_085, 'v128 v128 -> v128'],
  'i16x8.narrow_i32x4_u': [0xfd_086, 'v128 v128 -> v128'],
  'i16x8.extend_low_i8x16_s': [0xfd_087, 'v128 -> v128'],
  'i16x8.extend_high_i8x16_s': [0xfd_088, 'v128 -> v128'],
  'i16x8.extend_low_i8x16_u': [0xfd_089, 'v128 -> v128'],
  'i16x8.extend_high_i8x16_u': [0xfd_08a, 'v128 -> v128'],
  'i16x8.shl': [0xfd_08b, 'v128 i32 -> v128'],
  'i16x8.shr_s': [0xfd_08c, 'v128 i32 -> v128'],
  'i16x8.shr_u': [0xfd_08d, 'v128 i32 -> v128'],
  'i16x8.add': [0xfd_08e, 'v128 v128 -> v128'],
  'i16x8.add_sat_s': [0xfd_08f, 'v128 v128 -> v128'],
  'i16x8.add_sat_u': [0xfd_090, 'v128 v128 -> v128'],
  'i16x8.sub': [0xfd_091, 'v128 v128 -> v128'],
  'i16x8.sub_sat_s': [0xfd_092, 'v128 v128 -> v128'],
  'i16x8.sub_sat_u': [0xfd_093, 'v128 v128 -> v128'],
  'i16x8.mul': [0xfd_095, 'v128 v128 -> v128'],
  'i16x8.min_s': [0xfd_096, 'v128 v128 -> v128'],
  'i16x8.min_u': [0xfd_097, 'v128 v128 -> v128'],
  'i16x8.max_s': [0xfd_098, 'v128 v128 -> v128'],
  'i16x8.max_u': [0xfd_099, 'v128 v128 -> v128'],
  'i16x8.avgr_u': [0xfd_09b, 'v128 v128 -> v128'],
  'i16x8.extmul_low_i8x16_s': [0xfd_09c, 'v128 v128 -> v128'],
  'i16x8.extmul_high_i8x16_s': [0xfd_09d, 'v128 v128 -> v128'],
  'i16x8.extmul_low_i8x16_u': [0xfd_09e, 'v128 v128 -> v128'],
  'i16x8.extmul_high_i8x16_u': [0xfd_09f, 'v128 v128 -> v128'],

  // i32x4
  'i32x4.extadd_pairwise_i16x8_s': [0xfd_07e, 'v128 -> v128'],
  'i32x4.extadd_pairwise_i16x8_u': [0xfd_07f, 'v128 -> v128'],
  'i32x4.abs': [0xfd_0a0, 'v128 -> v128'],
  'i32x4.neg': [0xfd_0a1, 'v128 -> v128'],
  'i32x4.all_true': [0xfd_0a3, 'v128 -> i32'],
  'i32x4.bitmask': [0xfd_0a4, 'v128 -> i32'],
  'i32x4.extend_low_i16x8_s': [0xfd_0a7, 'v128 -> v128'],
  'i32x4.extend_high_i16x8_s': [0xfd_0a8, 'v128 -> v128'],
  'i32x4.extend_low_i16x8_u': [0xfd_0a9, 'v128 -> v128'],
  'i32x4.extend_high_i16x8_u': [0xfd_0aa, 'v128 -> v128'],
  'i32x4.shl': [0xfd_0ab, 'v128 i32 -> v128'],
  'i32x4.shr_s': [0xfd_0ac, 'v128 i32 -> v128'],
  'i32x4.shr_u': [0xfd_0ad, 'v128 i32 -> v128'],
  'i32x4.add': [0xfd_0ae, 'v128 v128 -> v128'],
  'i32x4.sub': [0xfd_0b1, 'v128 v128 -> v128'],
  'i32x4.mul': [0xfd_0b5, 'v128 v128 -> v128'],
  'i32x4.min_s': [0xfd_0b6, 'v128 v128 -> v128'],
  'i32x4.min_u': [0xfd_0b7, 'v128 v128 -> v128'],
  'i32x4.max_s': [0xfd_0b8, 'v128 v128 -> v128'],
  'i32x4.max_u': [0xfd_0b9, 'v128 v128 -> v128'],
  'i32x4.dot_i16x8_s': [0xfd_0ba, 'v128 v128 -> v128'],
  'i32x4.extmul_low_i16x8_s': [0xfd_0bc, 'v128 v128 -> v128'],
  'i32x4.extmul_high_i16x8_s': [0xfd_0bd, 'v128 v128 -> v128'],
  'i32x4.extmul_low_i16x8_u': [0xfd_0be, 'v128 v128 -> v128'],
  'i32x4.extmul_high_i16x8_u': [0xfd_0bf, 'v128 v128 -> v128'],

  // i64x2
  'i64x2.abs': [0xfd_0c0, 'v128 -> v128'],
  'i64x2.neg': [0xfd_0c1, 'v128 -> v128'],
  'i64x2.all_true': [0xfd_0c3, 'v128 -> i32'],
  'i64x2.bitmask': [0xfd_0c4, 'v128 -> i32'],
  'i64x2.extend_low_i32x4_s': [0xfd_0c7, 'v128 -> v128'],
  'i64x2.extend_high_i32x4_s': [0xfd_0c8, 'v128 -> v128'],
  'i64x2.extend_low_i32x4_u': [0xfd_0c9, 'v128 -> v128'],
  'i64x2.extend_high_i32x4_u': [0xfd_0ca, 'v128 -> v128'],
  'i64x2.shl': [0xfd_0cb, 'v128 i32 -> v128'],
  'i64x2.shr_s': [0xfd_0cc, 'v128 i32 -> v128'],
  'i64x2.shr_u': [0xfd_0cd, 'v128 i32 -> v128'],
  'i64x2.add': [0xfd_0ce, 'v128 v128 -> v128'],
  'i64x2.sub': [0xfd_0d1, 'v128 v128 -> v128'],
  'i64x2.mul': [0xfd_0d5, 'v128 v128 -> v128'],
  'i64x2.extmul_low_i32x4_s': [0xfd_0dc, 'v128 v128 -> v128'],
  'i64x2.extmul_high_i32x4_s': [0xfd_0dd, 'v128 v128 -> v128'],
  'i64x2.extmul_low_i32x4_u': [0xfd_0de, 'v128 v128 -> v128'],
  'i64x2.extmul_high_i32x4_u': [0xfd_0df, 'v128 v128 -> v128'],

  // f32x4
  'f32x4.ceil': [0xfd_067, 'v128 -> v128'],
  'f32x4.floor': [0xfd_068, 'v128 -> v128'],
  'f32x4.trunc': [0xfd_069, 'v128 -> v128'],
  'f32x4.nearest': [0xfd_06a, 'v128 -> v128'],
  'f32x4.abs': [0xfd_0e0, 'v128 -> v128'],
  'f32x4.neg': [0xfd_0e1, 'v128 -> v128'],
  'f32x4.sqrt': [0xfd_0e3, 'v128 -> v128'],
  'f32x4.add': [0xfd_0e4, 'v128 v128 -> v128'],
  'f32x4.sub': [0xfd_0e5, 'v128 v128 -> v128'],
  'f32x4.mul': [0xfd_0e6, 'v128 v128 -> v128'],
  'f32x4.div': [0xfd_0e7, 'v128 v128 -> v128'],
  'f32x4.min': [0xfd_0e8, 'v128 v128 -> v128'],
  'f32x4.max': [0xfd_0e9, 'v128 v128 -> v128'],
  'f32x4.pmin': [0xfd_0ea, 'v128 v128 -> v128'],
  'f32x4.pmax': [0xfd_0eb, 'v128 v128 -> v128'],

  // f64x2
  'f64x2.ceil': [0xfd_074, 'v128 -> v128'],
  'f64x2.floor': [0xfd_075, 'v128 -> v128'],
  'f64x2.trunc': [0xfd_07a, 'v128 -> v128'],
  'f64x2.nearest': [0xfd_094, 'v128 -> v128'],
  'f64x2.abs': [0xfd_0ec, 'v128 -> v128'],
  'f64x2.neg': [0xfd_0ed, 'v128 -> v128'],
  'f64x2.sqrt': [0xfd_0ef, 'v128 -> v128'],
  'f64x2.add': [0xfd_0f0, 'v128 v128 -> v128'],
  'f64x2.sub': [0xfd_0f1, 'v128 v128 -> v128'],
  'f64x2.mul': [0xfd_0f2, 'v128 v128 -> v128'],
  'f64x2.div': [0xfd_0f3, 'v128 v128 -> v128'],
  'f64x2.min': [0xfd_0f4, 'v128 v128 -> v128'],
  'f64x2.max': [0xfd_0f5, 'v128 v128 -> v128'],
  'f64x2.pmin': [0xfd_0f6, 'v128 v128 -> v128'],
  'f64x2.pmax': [0xfd_0f7, 'v128 v128 -> v128'],

  // Vectors: conversions
  'f32x4.demote_f64x2_zero': [0xfd_05e, 'v128 -> v128'],
  'f64x2.promote_low_f32x4': [0xfd_05f, 'v128 -> v128'],
  'i32x4.trunc_sat_f32x4_s': [0xfd_0f8, 'v128 -> v128'],
  'i32x4.trunc_sat_f32x4_u': [0xfd_0f9, 'v128 -> v128'],
  'f32x4.convert_i32x4_s': [0xfd_0fa, 'v128 -> v128'],
  'f32x4.convert_i32x4_u': [0xfd_0fb, 'v128 -> v128'],
  'i32x4.trunc_sat_f64x2_s_zero': [0xfd_0fc, 'v128 -> v128'],
  'i32x4.trunc_sat_f64x2_u_zero': [0xfd_0fd, 'v128 -> v128'],
  'f64x2.convert_low_i32x4_s': [0xfd_0fe, 'v128 -> v128'],
  'f64x2.convert_low_i32x4_u': [0xfd_0ff, 'v128 -> v128'],

  // Relaxed vectors: an engine may round once or twice, and a caller asks first whether it has them
  'i8x16.relaxed_swizzle': [0xfd_100, 'v128 v128 -> v128'],
  'i32x4.relaxed_trunc_f32x4_s': [0xfd_101, 'v128 -> v128'],
  'i32x4.relaxed_trunc_f32x4_u': [0xfd_102, 'v128 -> v128'],
  'i32x4.relaxed_trunc_f64x2_s_zero': [0xfd_103, 'v128 -> v128'],
  'i32x4.relaxed_trunc_f64x2_u_zero': [0xfd_104, 'v128 -> v128'],
  'f32x4.relaxed_madd': [0xfd_105, 'v128 v128 v128 -> v128'],
  'f32x4.relaxed_nmadd': [0xfd_106, 'v128 v128 v128 -> v128'],
  'f64x2.relaxed_madd': [0xfd_107, 'v128 v128 v128 -> v128'],
  'f64x2.relaxed_nmadd': [0xfd_108, 'v128 v128 v128 -> v128'],
  'i8x16.relaxed_laneselect': [0xfd_109, 'v128 v128 v128 -> v128'],
  'i16x8.relaxed_laneselect': [0xfd_10a, 'v128 v128 v128 -> v128'],
  'i32x4.relaxed_laneselect': [0xfd_10b, 'v128 v128 v128 -> v128'],
  'i64x2.relaxed_laneselect': [0xfd_10c, 'v128 v128 v128 -> v128'],
  'f32x4.relaxed_min': [0xfd_10d, 'v128 v128 -> v128'],
  'f32x4.relaxed_max': [0xfd_10e, 'v128 v128 -> v128'],
  'f64x2.relaxed_min': [0xfd_10f, 'v128 v128 -> v128'],
  'f64x2.relaxed_max': [0xfd_110, 'v128 v128 -> v128'],
  'i16x8.relaxed_q15mulr_s': [0xfd_111, 'v128 v128 -> v128'],
  'i16x8.relaxed_dot_i8x16_i7x16_s': [0xfd_112, 'v128 v128 -> v128'],
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': [0xfd_113, 'v128 v128 v128 -> v128'],
} as const;

type Rows = typeof rows;

/** The name of any instruction in the table. */
export type InstructionName = keyof Rows;

/** The names `emit` takes: those whose effect on the stack is always the same. */
export type FixedInstructionName = {
  [Name in InstructionName]: Rows[Name][1] extends '*' ? never : Name;
}[InstructionName];

/** The arguments that `emit` takes behind a name. */
export type ImmediatesOf<Name extends InstructionName> = Rows[Name] extends readonly [
  number,
  string,
  infer Kind extends keyof Immediates,
  ...unknown[],
]
  ? Immediates[Kind]
  : Immediates['none'];

/** A row, taken apart. */
export class Instruction {
  readonly name: InstructionName;
  /** 0 where there is none. */
  readonly prefix: number;
  readonly opcode: number;
  /** Codes of the types that are taken, the one on top last. */
  readonly takes: readonly number[];
  /** Code of the type that is left, 0 for nothing. */
  readonly leaves: number;
  /** False where the effect depends on where the instruction stands; `takes` and `leaves` say nothing then. */
  readonly isFixed: boolean;
  readonly immediates: keyof Immediates;
  /** Bytes accessed, or lanes there are; 0 where neither is meant. */
  readonly size: number;

  constructor(name: InstructionName, [code, effect, immediates = 'none', size = 0]: Row) {
    const [takes = '', leaves = ''] = effect.split('->').map((types) => types.trim());
    this.name = name;
    this.prefix = code >> 12;
    this.opcode = code & 0xfff;
    this.isFixed = effect !== '*';
    this.takes = this.isFixed && takes !== '' ? takes.split(' ').map(codeOf) : [];
    this.leaves = this.isFixed && leaves !== '' ? codeOf(leaves) : 0;
    this.immediates = immediates;
    this.size = size;
  }
}

/** In the order of the table. */
export const instructionNames: readonly InstructionName[] = Object.keys(rows) as InstructionName[];

/** Rows are taken apart when first asked for: a module uses few of them. */
const known = new Map<string, Instruction>();

/**
 * @throws ArgumentError `unknown-instruction`, naming the nearest
 */
export function instruction(name: InstructionName): Instruction {
  return known.get(name) ?? firstTime(name);
}

function firstTime(name: InstructionName): Instruction {
  if (!Object.hasOwn(rows, name)) {
    const near = nearestNames(name, instructionNames);
    throw new ArgumentError({
      code: 'unknown-instruction',
      problem: `no instruction named "${name}"${near.length > 0 ? `\n  near: ${near.map((n) => `"${n}"`).join(', ')}` : ''}`,
      received: name,
    });
  }
  const made = new Instruction(name, rows[name]);
  known.set(name, made);
  return made;
}

/** The names by prefix and opcode, made when first asked for: only readers ask. */
let names: Map<number, InstructionName> | undefined;

/** The instruction with that opcode (prefix 0 for none), or undefined. */
export function instructionAt(prefix: number, opcode: number): Instruction | undefined {
  names ??= new Map(instructionNames.map((name) => [rows[name][0], name]));
  // Behind a prefix, an opcode has at most three hexadecimal digits.
  const name = opcode <= 0xfff ? names.get((prefix << 12) | opcode) : undefined;
  return name === undefined ? undefined : instruction(name);
}

/** How many locals a function may have, parameters included: the limit that engines agree on (WebAssembly JS API). */
export const MAX_LOCALS = 50_000;

const valueTypes: readonly ValueType[] = ['i32', 'i64', 'f32', 'f64', 'v128'];

/** Types count down from 0x7f in the binary format. */
export function codeOf(type: string): number {
  const place = valueTypes.indexOf(type as ValueType);
  if (place < 0) {
    throw new ArgumentError({
      code: 'unknown-value-type',
      problem: `no value type named "${type}"; there are ${valueTypes.join(', ')}`,
      expected: valueTypes,
      received: type,
    });
  }
  return 0x7f - place;
}

/** The type with that code, or undefined. */
export function typeOfCode(code: number): ValueType | undefined {
  return valueTypes[0x7f - code];
}
