/**
 * What rooms above put on Tensor and Graph, so that users write `x.add(y)`, `loss.backward()`, `graph.withBackward()`.
 * Called once, from the package's index.
 */
import { type BackwardOptions, backward } from './derive/backward.ts';
import { withBackward } from './derive/with-backward.ts';
import { Graph } from './graph/graph.ts';
import { printGraph } from './graph/print.ts';
import './ops/methods.ts';
import { describeTensors } from './tensor/describe.ts';
import { Tensor } from './tensor/tensor.ts';
import type { Value } from './graph/node.ts';

declare module './tensor/tensor.ts' {
  interface Tensor {
    /** Adds the derivatives of this tensor to the `grad` of each trainable Variable it was made from. */
    backward(options?: BackwardOptions): void;
  }
}

declare module './graph/graph.ts' {
  interface Graph<V extends Value<V>> {
    /** The graph with its backward pass: further outputs are the cotangents of its inputs. */
    withBackward(this: Graph<Tensor>): Graph<Tensor>;
    /** Typed text, one line a node; the same graph gives the same text. */
    toString(): string;
  }
}

Tensor.prototype.backward = function (options) {
  backward(this, options);
};

Graph.prototype.withBackward = function () {
  return withBackward(this);
};

Graph.prototype.toString = function (this: Graph<Tensor>) {
  return printGraph(this, describeTensors);
};
