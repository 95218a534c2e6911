/** What there is to learn: examples to train on, others to test on, a network that fits, and pictures of what it learned. */
import type { Tensor } from '@edgewise/core';
import type { ActivationName, MLP } from '@edgewise/nn';

/** Inputs and what is right for them. */
export interface Examples {
  /** f32 `[n, features]` */
  readonly x: Tensor;
  /** Class numbers, i32 `[n]`. */
  readonly labels: Tensor;
}

/** How the network is built and trained. */
export interface Settings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** A part of the page, and the file that its picture is kept in. */
export interface Picture {
  /** Without an ending: `boundary`. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly svg: string;
}

export interface Problem {
  readonly title: string;
  /** What an example is called: `points`. */
  readonly things: string;
  readonly training: Examples;
  readonly test: Examples;
  readonly classes: number;
  /** What is used unless the user says otherwise. */
  readonly defaults: Settings;
  /** Shows what the model learned. */
  readonly pictures: (model: MLP) => Promise<Picture[]>;
}
