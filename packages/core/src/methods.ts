/**
 * What rooms above put on Tensor and Graph, so that users write `x.add(y)`, `loss.backward()`, `graph.withBackward()`.
 * Called once, from the package's index.
 */
import { type BackwardOptions, backward } from './derive/backward.ts';
import { withBackward } from './derive/with-backward.ts';
import { Graph } from './graph/graph.ts';
import { printGraph } from './graph/print.ts';
import type { GraphJson } from './json/graph-json.ts';
import { graphToJson } from './json/graph-to-json.ts';
import './ops/methods.ts';
import { describeTensors } from './tensor/describe.ts';
import { Tensor } from './tensor/tensor.ts';
import type { Node, Value } from './graph/node.ts';
import { type Query, ancestorsIn, descendantsIn, findNodes } from './graph/query.ts';
import { checkOptions } from './errors/check-options.ts';

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
    /** Nodes of an op, or in a scope, in order of creation: `graph.find({ op: 'matmul', scope: 'encoder' })`. */
    find(query: Query<V>): Node<V>[];
    /** The nodes that a value, or a node, was made from. */
    ancestors(of: V | Node<V>): Node<V>[];
    /** The nodes that use a value, or what a node makes, directly or not. */
    descendants(of: V | Node<V>): Node<V>[];
    /** Plain data to save, which `graphFromJson` loads: `JSON.stringify(graph.toJson())`. */
    toJson(this: Graph<Tensor>): GraphJson;
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

Graph.prototype.find = function (query) {
  checkOptions('find', query, ['op', 'scope']);
  return findNodes(this, query);
};

Graph.prototype.ancestors = function (of) {
  return ancestorsIn(this, of);
};

Graph.prototype.descendants = function (of) {
  return descendantsIn(this, of);
};

Graph.prototype.toJson = function (this: Graph<Tensor>) {
  return graphToJson(this);
};
