/** What weights start as: spread so that signals neither fade nor grow from layer to layer. */
import { type Dtype, type Shape, type Tensor, type TensorLike, full, random } from '@edgewise/core';

/** What an initializer is told about the weight besides its shape. */
export interface WeightSpec {
  /** Inputs that meet in one output. */
  readonly fanIn: number;
  /** Outputs that one input reaches. */
  readonly fanOut: number;
  readonly dtype: Dtype;
}

/** Gives a weight of `shape` from a key: the same key, the same weight. */
export type Initializer = (key: TensorLike, shape: Shape, weight: WeightSpec) => Tensor;

/** Variance `2 / (fanIn + fanOut)`, evenly spread: within `sqrt(6 / (fanIn + fanOut))`. Glorot, Bengio 2010, (16). For tanh, sigmoid and linear layers. */
export const glorotUniform: Initializer = uniformOf(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));

/** Variance `2 / (fanIn + fanOut)`, normal. Glorot, Bengio 2010, (12). */
export const glorotNormal: Initializer = normalOf(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));

/** Variance `2 / fanIn`, evenly spread: within `sqrt(6 / fanIn)`. For relu and its kin, which pass half of what comes. He, Zhang, Ren, Sun 2015, (10). */
export const heUniform: Initializer = uniformOf(({ fanIn }) => 2 / fanIn);

/** Variance `2 / fanIn`, normal. He, Zhang, Ren, Sun 2015, (10). */
export const heNormal: Initializer = normalOf(({ fanIn }) => 2 / fanIn);

/** Variance `1 / fanIn`, evenly spread: within `sqrt(3 / fanIn)`. LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", 4.6. */
export const lecunUniform: Initializer = uniformOf(({ fanIn }) => 1 / fanIn);

/** Variance `1 / fanIn`, normal. LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", 4.6. */
export const lecunNormal: Initializer = normalOf(({ fanIn }) => 1 / fanIn);

/**
 * The same number everywhere.
 *
 * @example
 * new Linear(2, 3, { weightInit: constant(0.5) });
 */
export function constant(value: number): Initializer {
  return (_, shape, { dtype }) => full(shape, value, dtype);
}

type Variance = (weight: WeightSpec) => number;

/** Even spread within +-a has variance a^2 / 3. */
function uniformOf(variance: Variance): Initializer {
  return (key, shape, weight) => {
    const bound = Math.sqrt(3 * variance(weight));
    return random.uniform(key, shape, { min: -bound, max: bound, dtype: weight.dtype });
  };
}

function normalOf(variance: Variance): Initializer {
  return (key, shape, weight) => random.normal(key, shape, { dtype: weight.dtype }).mul(Math.sqrt(variance(weight)));
}
