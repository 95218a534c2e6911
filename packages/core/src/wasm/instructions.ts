/** Opcodes by name. */
export type Plain =
  | 'drop'
  | 'select'
  | 'return'
  | 'unreachable'
  | 'i32.eqz'
  | 'i32.eq'
  | 'i32.ne'
  | 'i32.lt_s'
  | 'i32.lt_u'
  | 'i32.gt_s'
  | 'i32.gt_u'
  | 'i32.le_s'
  | 'i32.le_u'
  | 'i32.ge_s'
  | 'i32.ge_u'
  | 'i64.eqz'
  | 'i64.eq'
  | 'i64.ne'
  | 'i64.lt_s'
  | 'i64.lt_u'
  | 'i64.gt_s'
  | 'i64.gt_u'
  | 'i64.le_s'
  | 'i64.le_u'
  | 'i64.ge_s'
  | 'i64.ge_u'
  | 'f32.eq'
  | 'f32.ne'
  | 'f32.lt'
  | 'f32.gt'
  | 'f32.le'
  | 'f32.ge'
  | 'f64.eq'
  | 'f64.ne'
  | 'f64.lt'
  | 'f64.gt'
  | 'f64.le'
  | 'f64.ge'
  | 'i32.clz'
  | 'i32.ctz'
  | 'i32.popcnt'
  | 'i32.add'
  | 'i32.sub'
  | 'i32.mul'
  | 'i32.div_s'
  | 'i32.div_u'
  | 'i32.rem_s'
  | 'i32.rem_u'
  | 'i32.and'
  | 'i32.or'
  | 'i32.xor'
  | 'i32.shl'
  | 'i32.shr_s'
  | 'i32.shr_u'
  | 'i32.rotl'
  | 'i32.rotr'
  | 'i64.clz'
  | 'i64.ctz'
  | 'i64.popcnt'
  | 'i64.add'
  | 'i64.sub'
  | 'i64.mul'
  | 'i64.div_s'
  | 'i64.div_u'
  | 'i64.rem_s'
  | 'i64.rem_u'
  | 'i64.and'
  | 'i64.or'
  | 'i64.xor'
  | 'i64.shl'
  | 'i64.shr_s'
  | 'i64.shr_u'
  | 'i64.rotl'
  | 'i64.rotr'
  | 'f32.abs'
  | 'f32.neg'
  | 'f32.ceil'
  | 'f32.floor'
  | 'f32.trunc'
  | 'f32.nearest'
  | 'f32.sqrt'
  | 'f32.add'
  | 'f32.sub'
  | 'f32.mul'
  | 'f32.div'
  | 'f32.min'
  | 'f32.max'
  | 'f32.copysign'
  | 'f64.abs'
  | 'f64.neg'
  | 'f64.ceil'
  | 'f64.floor'
  | 'f64.trunc'
  | 'f64.nearest'
  | 'f64.sqrt'
  | 'f64.add'
  | 'f64.sub'
  | 'f64.mul'
  | 'f64.div'
  | 'f64.min'
  | 'f64.max'
  | 'f64.copysign'
  | 'i32.wrap_i64'
  | 'i32.trunc_f32_s'
  | 'i32.trunc_f32_u'
  | 'i32.trunc_f64_s'
  | 'i32.trunc_f64_u'
  | 'i64.extend_i32_s'
  | 'i64.extend_i32_u'
  | 'i64.trunc_f32_s'
  | 'i64.trunc_f32_u'
  | 'i64.trunc_f64_s'
  | 'i64.trunc_f64_u'
  | 'f32.convert_i32_s'
  | 'f32.convert_i32_u'
  | 'f32.convert_i64_s'
  | 'f32.convert_i64_u'
  | 'f32.demote_f64'
  | 'f64.convert_i32_s'
  | 'f64.convert_i32_u'
  | 'f64.convert_i64_s'
  | 'f64.convert_i64_u'
  | 'f64.promote_f32'
  | 'i32.reinterpret_f32'
  | 'i64.reinterpret_f64'
  | 'f32.reinterpret_i32'
  | 'f64.reinterpret_i64'
  | 'i32.trunc_sat_f32_s'
  | 'i32.trunc_sat_f32_u'
  | 'i32.trunc_sat_f64_s'
  | 'i32.trunc_sat_f64_u'
  | 'i64.trunc_sat_f32_s'
  | 'i64.trunc_sat_f32_u'
  | 'i64.trunc_sat_f64_s'
  | 'i64.trunc_sat_f64_u'
  | 'memory.copy'
  | 'memory.fill'
  | 'i8x16.splat'
  | 'i16x8.splat'
  | 'i32x4.splat'
  | 'i64x2.splat'
  | 'f32x4.splat'
  | 'f64x2.splat'
  | 'i32x4.eq'
  | 'i32x4.ne'
  | 'i32x4.lt_s'
  | 'i32x4.lt_u'
  | 'i32x4.gt_s'
  | 'i32x4.gt_u'
  | 'i32x4.le_s'
  | 'i32x4.le_u'
  | 'i32x4.ge_s'
  | 'i32x4.ge_u'
  | 'f32x4.eq'
  | 'f64x2.eq'
  | 'f32x4.ne'
  | 'f64x2.ne'
  | 'f32x4.lt'
  | 'f64x2.lt'
  | 'f32x4.gt'
  | 'f64x2.gt'
  | 'f32x4.le'
  | 'f64x2.le'
  | 'f32x4.ge'
  | 'f64x2.ge'
  | 'v128.not'
  | 'v128.and'
  | 'v128.andnot'
  | 'v128.or'
  | 'v128.xor'
  | 'v128.bitselect'
  | 'v128.any_true'
  | 'i16x8.extend_low_i8x16_u'
  | 'i32x4.abs'
  | 'i32x4.neg'
  | 'i32x4.all_true'
  | 'i32x4.bitmask'
  | 'i32x4.extend_low_i16x8_u'
  | 'i32x4.shl'
  | 'i32x4.shr_s'
  | 'i32x4.shr_u'
  | 'i32x4.add'
  | 'i32x4.sub'
  | 'i32x4.mul'
  | 'i32x4.min_s'
  | 'i32x4.max_s'
  | 'i64x2.abs'
  | 'i64x2.neg'
  | 'i64x2.shl'
  | 'i64x2.shr_s'
  | 'i64x2.shr_u'
  | 'i64x2.add'
  | 'i64x2.sub'
  | 'i64x2.mul'
  | 'i64x2.eq'
  | 'i64x2.ne'
  | 'i64x2.lt_s'
  | 'i64x2.gt_s'
  | 'i64x2.le_s'
  | 'i64x2.ge_s'
  | 'f32x4.ceil'
  | 'f32x4.floor'
  | 'f32x4.trunc'
  | 'f32x4.nearest'
  | 'f64x2.ceil'
  | 'f64x2.floor'
  | 'f64x2.trunc'
  | 'f64x2.nearest'
  | 'f32x4.abs'
  | 'f32x4.neg'
  | 'f32x4.sqrt'
  | 'f32x4.add'
  | 'f32x4.sub'
  | 'f32x4.mul'
  | 'f32x4.div'
  | 'f32x4.min'
  | 'f32x4.max'
  | 'f64x2.abs'
  | 'f64x2.neg'
  | 'f64x2.sqrt'
  | 'f64x2.add'
  | 'f64x2.sub'
  | 'f64x2.mul'
  | 'f64x2.div'
  | 'f64x2.min'
  | 'f64x2.max'
  | 'i32x4.trunc_sat_f32x4_s'
  | 'f32x4.convert_i32x4_s';
export interface Immediates {
  drop: [];
  select: [];
  return: [];
  unreachable: [];
  'i32.eqz': [];
  'i32.eq': [];
  'i32.ne': [];
  'i32.lt_s': [];
  'i32.lt_u': [];
  'i32.gt_s': [];
  'i32.gt_u': [];
  'i32.le_s': [];
  'i32.le_u': [];
  'i32.ge_s': [];
  'i32.ge_u': [];
  'i64.eqz': [];
  'i64.eq': [];
  'i64.ne': [];
  'i64.lt_s': [];
  'i64.lt_u': [];
  'i64.gt_s': [];
  'i64.gt_u': [];
  'i64.le_s': [];
  'i64.le_u': [];
  'i64.ge_s': [];
  'i64.ge_u': [];
  'f32.eq': [];
  'f32.ne': [];
  'f32.lt': [];
  'f32.gt': [];
  'f32.le': [];
  'f32.ge': [];
  'f64.eq': [];
  'f64.ne': [];
  'f64.lt': [];
  'f64.gt': [];
  'f64.le': [];
  'f64.ge': [];
  'i32.clz': [];
  'i32.ctz': [];
  'i32.popcnt': [];
  'i32.add': [];
  'i32.sub': [];
  'i32.mul': [];
  'i32.div_s': [];
  'i32.div_u': [];
  'i32.rem_s': [];
  'i32.rem_u': [];
  'i32.and': [];
  'i32.or': [];
  'i32.xor': [];
  'i32.shl': [];
  'i32.shr_s': [];
  'i32.shr_u': [];
  'i32.rotl': [];
  'i32.rotr': [];
  'i64.clz': [];
  'i64.ctz': [];
  'i64.popcnt': [];
  'i64.add': [];
  'i64.sub': [];
  'i64.mul': [];
  'i64.div_s': [];
  'i64.div_u': [];
  'i64.rem_s': [];
  'i64.rem_u': [];
  'i64.and': [];
  'i64.or': [];
  'i64.xor': [];
  'i64.shl': [];
  'i64.shr_s': [];
  'i64.shr_u': [];
  'i64.rotl': [];
  'i64.rotr': [];
  'f32.abs': [];
  'f32.neg': [];
  'f32.ceil': [];
  'f32.floor': [];
  'f32.trunc': [];
  'f32.nearest': [];
  'f32.sqrt': [];
  'f32.add': [];
  'f32.sub': [];
  'f32.mul': [];
  'f32.div': [];
  'f32.min': [];
  'f32.max': [];
  'f32.copysign': [];
  'f64.abs': [];
  'f64.neg': [];
  'f64.ceil': [];
  'f64.floor': [];
  'f64.trunc': [];
  'f64.nearest': [];
  'f64.sqrt': [];
  'f64.add': [];
  'f64.sub': [];
  'f64.mul': [];
  'f64.div': [];
  'f64.min': [];
  'f64.max': [];
  'f64.copysign': [];
  'i32.wrap_i64': [];
  'i32.trunc_f32_s': [];
  'i32.trunc_f32_u': [];
  'i32.trunc_f64_s': [];
  'i32.trunc_f64_u': [];
  'i64.extend_i32_s': [];
  'i64.extend_i32_u': [];
  'i64.trunc_f32_s': [];
  'i64.trunc_f32_u': [];
  'i64.trunc_f64_s': [];
  'i64.trunc_f64_u': [];
  'f32.convert_i32_s': [];
  'f32.convert_i32_u': [];
  'f32.convert_i64_s': [];
  'f32.convert_i64_u': [];
  'f32.demote_f64': [];
  'f64.convert_i32_s': [];
  'f64.convert_i32_u': [];
  'f64.convert_i64_s': [];
  'f64.convert_i64_u': [];
  'f64.promote_f32': [];
  'i32.reinterpret_f32': [];
  'i64.reinterpret_f64': [];
  'f32.reinterpret_i32': [];
  'f64.reinterpret_i64': [];
  'i32.trunc_sat_f32_s': [];
  'i32.trunc_sat_f32_u': [];
  'i32.trunc_sat_f64_s': [];
  'i32.trunc_sat_f64_u': [];
  'i64.trunc_sat_f32_s': [];
  'i64.trunc_sat_f32_u': [];
  'i64.trunc_sat_f64_s': [];
  'i64.trunc_sat_f64_u': [];
  'memory.copy': [];
  'memory.fill': [];
  'i8x16.splat': [];
  'i16x8.splat': [];
  'i32x4.splat': [];
  'i64x2.splat': [];
  'f32x4.splat': [];
  'f64x2.splat': [];
  'i32x4.eq': [];
  'i32x4.ne': [];
  'i32x4.lt_s': [];
  'i32x4.lt_u': [];
  'i32x4.gt_s': [];
  'i32x4.gt_u': [];
  'i32x4.le_s': [];
  'i32x4.le_u': [];
  'i32x4.ge_s': [];
  'i32x4.ge_u': [];
  'f32x4.eq': [];
  'f64x2.eq': [];
  'f32x4.ne': [];
  'f64x2.ne': [];
  'f32x4.lt': [];
  'f64x2.lt': [];
  'f32x4.gt': [];
  'f64x2.gt': [];
  'f32x4.le': [];
  'f64x2.le': [];
  'f32x4.ge': [];
  'f64x2.ge': [];
  'v128.not': [];
  'v128.and': [];
  'v128.andnot': [];
  'v128.or': [];
  'v128.xor': [];
  'v128.bitselect': [];
  'v128.any_true': [];
  'i16x8.extend_low_i8x16_u': [];
  'i32x4.abs': [];
  'i32x4.neg': [];
  'i32x4.all_true': [];
  'i32x4.bitmask': [];
  'i32x4.extend_low_i16x8_u': [];
  'i32x4.shl': [];
  'i32x4.shr_s': [];
  'i32x4.shr_u': [];
  'i32x4.add': [];
  'i32x4.sub': [];
  'i32x4.mul': [];
  'i32x4.min_s': [];
  'i32x4.max_s': [];
  'i64x2.abs': [];
  'i64x2.neg': [];
  'i64x2.shl': [];
  'i64x2.shr_s': [];
  'i64x2.shr_u': [];
  'i64x2.add': [];
  'i64x2.sub': [];
  'i64x2.mul': [];
  'i64x2.eq': [];
  'i64x2.ne': [];
  'i64x2.lt_s': [];
  'i64x2.gt_s': [];
  'i64x2.le_s': [];
  'i64x2.ge_s': [];
  'f32x4.ceil': [];
  'f32x4.floor': [];
  'f32x4.trunc': [];
  'f32x4.nearest': [];
  'f64x2.ceil': [];
  'f64x2.floor': [];
  'f64x2.trunc': [];
  'f64x2.nearest': [];
  'f32x4.abs': [];
  'f32x4.neg': [];
  'f32x4.sqrt': [];
  'f32x4.add': [];
  'f32x4.sub': [];
  'f32x4.mul': [];
  'f32x4.div': [];
  'f32x4.min': [];
  'f32x4.max': [];
  'f64x2.abs': [];
  'f64x2.neg': [];
  'f64x2.sqrt': [];
  'f64x2.add': [];
  'f64x2.sub': [];
  'f64x2.mul': [];
  'f64x2.div': [];
  'f64x2.min': [];
  'f64x2.max': [];
  'i32x4.trunc_sat_f32x4_s': [];
  'f32x4.convert_i32x4_s': [];
  'i32.load': [{ offset: number; align: number }];
  'i64.load': [{ offset: number; align: number }];
  'f32.load': [{ offset: number; align: number }];
  'f64.load': [{ offset: number; align: number }];
  'i32.load8_s': [{ offset: number; align: number }];
  'i32.load8_u': [{ offset: number; align: number }];
  'i32.load16_s': [{ offset: number; align: number }];
  'i32.load16_u': [{ offset: number; align: number }];
  'i64.load8_s': [{ offset: number; align: number }];
  'i64.load8_u': [{ offset: number; align: number }];
  'i64.load16_s': [{ offset: number; align: number }];
  'i64.load16_u': [{ offset: number; align: number }];
  'i64.load32_s': [{ offset: number; align: number }];
  'i64.load32_u': [{ offset: number; align: number }];
  'i32.store': [{ offset: number; align: number }];
  'i64.store': [{ offset: number; align: number }];
  'f32.store': [{ offset: number; align: number }];
  'f64.store': [{ offset: number; align: number }];
  'i32.store8': [{ offset: number; align: number }];
  'i32.store16': [{ offset: number; align: number }];
  'i64.store8': [{ offset: number; align: number }];
  'i64.store16': [{ offset: number; align: number }];
  'i64.store32': [{ offset: number; align: number }];
  'v128.load': [{ offset: number; align: number }];
  'v128.load8_splat': [{ offset: number; align: number }];
  'v128.load16_splat': [{ offset: number; align: number }];
  'v128.load32_splat': [{ offset: number; align: number }];
  'v128.load64_splat': [{ offset: number; align: number }];
  'v128.store': [{ offset: number; align: number }];
  'v128.load32_zero': [{ offset: number; align: number }];
  'v128.load64_zero': [{ offset: number; align: number }];
  call: [number];
  'i32.const': [number];
  'i64.const': [bigint];
  'f32.const': [number];
  'f64.const': [number];
  'v128.load8_lane': [{ offset: number; align: number }, number];
  'v128.load16_lane': [{ offset: number; align: number }, number];
  'v128.load32_lane': [{ offset: number; align: number }, number];
  'v128.load64_lane': [{ offset: number; align: number }, number];
  'v128.store8_lane': [{ offset: number; align: number }, number];
  'v128.store16_lane': [{ offset: number; align: number }, number];
  'v128.store32_lane': [{ offset: number; align: number }, number];
  'v128.store64_lane': [{ offset: number; align: number }, number];
  'v128.const': [Uint8Array];
  'i8x16.shuffle': [Uint8Array];
  'i32x4.extract_lane': [number];
  'i32x4.replace_lane': [number];
  'i64x2.extract_lane': [number];
  'i64x2.replace_lane': [number];
  'f32x4.extract_lane': [number];
  'f32x4.replace_lane': [number];
  'f64x2.extract_lane': [number];
  'f64x2.replace_lane': [number];
}
export type Instruction = Plain;
export type Kind = 'plain' | 'memory' | 'index' | 'i32' | 'i64' | 'f32' | 'f64' | 'memoryLane' | 'v128' | 'lane';
export const opcodes: Readonly<Record<keyof Immediates, readonly [Kind, ...number[]]>> = {
  drop: ['plain', 26],
  select: ['plain', 27],
  return: ['plain', 15],
  unreachable: ['plain', 0],
  'i32.eqz': ['plain', 69],
  'i32.eq': ['plain', 70],
  'i32.ne': ['plain', 71],
  'i32.lt_s': ['plain', 72],
  'i32.lt_u': ['plain', 73],
  'i32.gt_s': ['plain', 74],
  'i32.gt_u': ['plain', 75],
  'i32.le_s': ['plain', 76],
  'i32.le_u': ['plain', 77],
  'i32.ge_s': ['plain', 78],
  'i32.ge_u': ['plain', 79],
  'i64.eqz': ['plain', 80],
  'i64.eq': ['plain', 81],
  'i64.ne': ['plain', 82],
  'i64.lt_s': ['plain', 83],
  'i64.lt_u': ['plain', 84],
  'i64.gt_s': ['plain', 85],
  'i64.gt_u': ['plain', 86],
  'i64.le_s': ['plain', 87],
  'i64.le_u': ['plain', 88],
  'i64.ge_s': ['plain', 89],
  'i64.ge_u': ['plain', 90],
  'f32.eq': ['plain', 91],
  'f32.ne': ['plain', 92],
  'f32.lt': ['plain', 93],
  'f32.gt': ['plain', 94],
  'f32.le': ['plain', 95],
  'f32.ge': ['plain', 96],
  'f64.eq': ['plain', 97],
  'f64.ne': ['plain', 98],
  'f64.lt': ['plain', 99],
  'f64.gt': ['plain', 100],
  'f64.le': ['plain', 101],
  'f64.ge': ['plain', 102],
  'i32.clz': ['plain', 103],
  'i32.ctz': ['plain', 104],
  'i32.popcnt': ['plain', 105],
  'i32.add': ['plain', 106],
  'i32.sub': ['plain', 107],
  'i32.mul': ['plain', 108],
  'i32.div_s': ['plain', 109],
  'i32.div_u': ['plain', 110],
  'i32.rem_s': ['plain', 111],
  'i32.rem_u': ['plain', 112],
  'i32.and': ['plain', 113],
  'i32.or': ['plain', 114],
  'i32.xor': ['plain', 115],
  'i32.shl': ['plain', 116],
  'i32.shr_s': ['plain', 117],
  'i32.shr_u': ['plain', 118],
  'i32.rotl': ['plain', 119],
  'i32.rotr': ['plain', 120],
  'i64.clz': ['plain', 121],
  'i64.ctz': ['plain', 122],
  'i64.popcnt': ['plain', 123],
  'i64.add': ['plain', 124],
  'i64.sub': ['plain', 125],
  'i64.mul': ['plain', 126],
  'i64.div_s': ['plain', 127],
  'i64.div_u': ['plain', 128],
  'i64.rem_s': ['plain', 129],
  'i64.rem_u': ['plain', 130],
  'i64.and': ['plain', 131],
  'i64.or': ['plain', 132],
  'i64.xor': ['plain', 133],
  'i64.shl': ['plain', 134],
  'i64.shr_s': ['plain', 135],
  'i64.shr_u': ['plain', 136],
  'i64.rotl': ['plain', 137],
  'i64.rotr': ['plain', 138],
  'f32.abs': ['plain', 139],
  'f32.neg': ['plain', 140],
  'f32.ceil': ['plain', 141],
  'f32.floor': ['plain', 142],
  'f32.trunc': ['plain', 143],
  'f32.nearest': ['plain', 144],
  'f32.sqrt': ['plain', 145],
  'f32.add': ['plain', 146],
  'f32.sub': ['plain', 147],
  'f32.mul': ['plain', 148],
  'f32.div': ['plain', 149],
  'f32.min': ['plain', 150],
  'f32.max': ['plain', 151],
  'f32.copysign': ['plain', 152],
  'f64.abs': ['plain', 153],
  'f64.neg': ['plain', 154],
  'f64.ceil': ['plain', 155],
  'f64.floor': ['plain', 156],
  'f64.trunc': ['plain', 157],
  'f64.nearest': ['plain', 158],
  'f64.sqrt': ['plain', 159],
  'f64.add': ['plain', 160],
  'f64.sub': ['plain', 161],
  'f64.mul': ['plain', 162],
  'f64.div': ['plain', 163],
  'f64.min': ['plain', 164],
  'f64.max': ['plain', 165],
  'f64.copysign': ['plain', 166],
  'i32.wrap_i64': ['plain', 167],
  'i32.trunc_f32_s': ['plain', 168],
  'i32.trunc_f32_u': ['plain', 169],
  'i32.trunc_f64_s': ['plain', 170],
  'i32.trunc_f64_u': ['plain', 171],
  'i64.extend_i32_s': ['plain', 172],
  'i64.extend_i32_u': ['plain', 173],
  'i64.trunc_f32_s': ['plain', 174],
  'i64.trunc_f32_u': ['plain', 175],
  'i64.trunc_f64_s': ['plain', 176],
  'i64.trunc_f64_u': ['plain', 177],
  'f32.convert_i32_s': ['plain', 178],
  'f32.convert_i32_u': ['plain', 179],
  'f32.convert_i64_s': ['plain', 180],
  'f32.convert_i64_u': ['plain', 181],
  'f32.demote_f64': ['plain', 182],
  'f64.convert_i32_s': ['plain', 183],
  'f64.convert_i32_u': ['plain', 184],
  'f64.convert_i64_s': ['plain', 185],
  'f64.convert_i64_u': ['plain', 186],
  'f64.promote_f32': ['plain', 187],
  'i32.reinterpret_f32': ['plain', 188],
  'i64.reinterpret_f64': ['plain', 189],
  'f32.reinterpret_i32': ['plain', 190],
  'f64.reinterpret_i64': ['plain', 191],
  'i32.load': ['memory', 40],
  'i64.load': ['memory', 41],
  'f32.load': ['memory', 42],
  'f64.load': ['memory', 43],
  'i32.load8_s': ['memory', 44],
  'i32.load8_u': ['memory', 45],
  'i32.load16_s': ['memory', 46],
  'i32.load16_u': ['memory', 47],
  'i64.load8_s': ['memory', 48],
  'i64.load8_u': ['memory', 49],
  'i64.load16_s': ['memory', 50],
  'i64.load16_u': ['memory', 51],
  'i64.load32_s': ['memory', 52],
  'i64.load32_u': ['memory', 53],
  'i32.store': ['memory', 54],
  'i64.store': ['memory', 55],
  'f32.store': ['memory', 56],
  'f64.store': ['memory', 57],
  'i32.store8': ['memory', 58],
  'i32.store16': ['memory', 59],
  'i64.store8': ['memory', 60],
  'i64.store16': ['memory', 61],
  'i64.store32': ['memory', 62],
  call: ['index', 16],
  'i32.const': ['i32', 65],
  'i64.const': ['i64', 66],
  'f32.const': ['f32', 67],
  'f64.const': ['f64', 68],
  'i32.trunc_sat_f32_s': ['plain', 252, 0],
  'i32.trunc_sat_f32_u': ['plain', 252, 1],
  'i32.trunc_sat_f64_s': ['plain', 252, 2],
  'i32.trunc_sat_f64_u': ['plain', 252, 3],
  'i64.trunc_sat_f32_s': ['plain', 252, 4],
  'i64.trunc_sat_f32_u': ['plain', 252, 5],
  'i64.trunc_sat_f64_s': ['plain', 252, 6],
  'i64.trunc_sat_f64_u': ['plain', 252, 7],
  'memory.copy': ['plain', 252, 10, 0, 0],
  'memory.fill': ['plain', 252, 11, 0],
  'v128.load': ['memory', 253, 0],
  'v128.load8_splat': ['memory', 253, 7],
  'v128.load16_splat': ['memory', 253, 8],
  'v128.load32_splat': ['memory', 253, 9],
  'v128.load64_splat': ['memory', 253, 10],
  'v128.store': ['memory', 253, 11],
  'v128.load32_zero': ['memory', 253, 92],
  'v128.load64_zero': ['memory', 253, 93],
  'v128.load8_lane': ['memoryLane', 253, 84],
  'v128.load16_lane': ['memoryLane', 253, 85],
  'v128.load32_lane': ['memoryLane', 253, 86],
  'v128.load64_lane': ['memoryLane', 253, 87],
  'v128.store8_lane': ['memoryLane', 253, 88],
  'v128.store16_lane': ['memoryLane', 253, 89],
  'v128.store32_lane': ['memoryLane', 253, 90],
  'v128.store64_lane': ['memoryLane', 253, 91],
  'v128.const': ['v128', 253, 12],
  'i8x16.shuffle': ['v128', 253, 13],
  'i8x16.splat': ['plain', 253, 15],
  'i16x8.splat': ['plain', 253, 16],
  'i32x4.splat': ['plain', 253, 17],
  'i64x2.splat': ['plain', 253, 18],
  'f32x4.splat': ['plain', 253, 19],
  'f64x2.splat': ['plain', 253, 20],
  'i32x4.extract_lane': ['lane', 253, 27],
  'i32x4.replace_lane': ['lane', 253, 28],
  'i64x2.extract_lane': ['lane', 253, 29],
  'i64x2.replace_lane': ['lane', 253, 30],
  'f32x4.extract_lane': ['lane', 253, 31],
  'f32x4.replace_lane': ['lane', 253, 32],
  'f64x2.extract_lane': ['lane', 253, 33],
  'f64x2.replace_lane': ['lane', 253, 34],
  'i32x4.eq': ['plain', 253, 55],
  'i32x4.ne': ['plain', 253, 56],
  'i32x4.lt_s': ['plain', 253, 57],
  'i32x4.lt_u': ['plain', 253, 58],
  'i32x4.gt_s': ['plain', 253, 59],
  'i32x4.gt_u': ['plain', 253, 60],
  'i32x4.le_s': ['plain', 253, 61],
  'i32x4.le_u': ['plain', 253, 62],
  'i32x4.ge_s': ['plain', 253, 63],
  'i32x4.ge_u': ['plain', 253, 64],
  'f32x4.eq': ['plain', 253, 65],
  'f64x2.eq': ['plain', 253, 71],
  'f32x4.ne': ['plain', 253, 66],
  'f64x2.ne': ['plain', 253, 72],
  'f32x4.lt': ['plain', 253, 67],
  'f64x2.lt': ['plain', 253, 73],
  'f32x4.gt': ['plain', 253, 68],
  'f64x2.gt': ['plain', 253, 74],
  'f32x4.le': ['plain', 253, 69],
  'f64x2.le': ['plain', 253, 75],
  'f32x4.ge': ['plain', 253, 70],
  'f64x2.ge': ['plain', 253, 76],
  'v128.not': ['plain', 253, 77],
  'v128.and': ['plain', 253, 78],
  'v128.andnot': ['plain', 253, 79],
  'v128.or': ['plain', 253, 80],
  'v128.xor': ['plain', 253, 81],
  'v128.bitselect': ['plain', 253, 82],
  'v128.any_true': ['plain', 253, 83],
  'i16x8.extend_low_i8x16_u': ['plain', 253, 137, 1],
  'i32x4.abs': ['plain', 253, 160, 1],
  'i32x4.neg': ['plain', 253, 161, 1],
  'i32x4.all_true': ['plain', 253, 163, 1],
  'i32x4.bitmask': ['plain', 253, 164, 1],
  'i32x4.extend_low_i16x8_u': ['plain', 253, 169, 1],
  'i32x4.shl': ['plain', 253, 171, 1],
  'i32x4.shr_s': ['plain', 253, 172, 1],
  'i32x4.shr_u': ['plain', 253, 173, 1],
  'i32x4.add': ['plain', 253, 174, 1],
  'i32x4.sub': ['plain', 253, 177, 1],
  'i32x4.mul': ['plain', 253, 181, 1],
  'i32x4.min_s': ['plain', 253, 182, 1],
  'i32x4.max_s': ['plain', 253, 184, 1],
  'i64x2.abs': ['plain', 253, 192, 1],
  'i64x2.neg': ['plain', 253, 193, 1],
  'i64x2.shl': ['plain', 253, 203, 1],
  'i64x2.shr_s': ['plain', 253, 204, 1],
  'i64x2.shr_u': ['plain', 253, 205, 1],
  'i64x2.add': ['plain', 253, 206, 1],
  'i64x2.sub': ['plain', 253, 209, 1],
  'i64x2.mul': ['plain', 253, 213, 1],
  'i64x2.eq': ['plain', 253, 214, 1],
  'i64x2.ne': ['plain', 253, 215, 1],
  'i64x2.lt_s': ['plain', 253, 216, 1],
  'i64x2.gt_s': ['plain', 253, 217, 1],
  'i64x2.le_s': ['plain', 253, 218, 1],
  'i64x2.ge_s': ['plain', 253, 219, 1],
  'f32x4.ceil': ['plain', 253, 103],
  'f32x4.floor': ['plain', 253, 104],
  'f32x4.trunc': ['plain', 253, 105],
  'f32x4.nearest': ['plain', 253, 106],
  'f64x2.ceil': ['plain', 253, 116],
  'f64x2.floor': ['plain', 253, 117],
  'f64x2.trunc': ['plain', 253, 122],
  'f64x2.nearest': ['plain', 253, 148, 1],
  'f32x4.abs': ['plain', 253, 224, 1],
  'f32x4.neg': ['plain', 253, 225, 1],
  'f32x4.sqrt': ['plain', 253, 227, 1],
  'f32x4.add': ['plain', 253, 228, 1],
  'f32x4.sub': ['plain', 253, 229, 1],
  'f32x4.mul': ['plain', 253, 230, 1],
  'f32x4.div': ['plain', 253, 231, 1],
  'f32x4.min': ['plain', 253, 232, 1],
  'f32x4.max': ['plain', 253, 233, 1],
  'f64x2.abs': ['plain', 253, 236, 1],
  'f64x2.neg': ['plain', 253, 237, 1],
  'f64x2.sqrt': ['plain', 253, 239, 1],
  'f64x2.add': ['plain', 253, 240, 1],
  'f64x2.sub': ['plain', 253, 241, 1],
  'f64x2.mul': ['plain', 253, 242, 1],
  'f64x2.div': ['plain', 253, 243, 1],
  'f64x2.min': ['plain', 253, 244, 1],
  'f64x2.max': ['plain', 253, 245, 1],
  'i32x4.trunc_sat_f32x4_s': ['plain', 253, 248, 1],
  'f32x4.convert_i32x4_s': ['plain', 253, 250, 1],
};
