// A stranger's program in TypeScript, to be type-checked against the packed declarations.
import { tensor, type Tensor } from '@edgewise/core';
import * as testing from '@edgewise/core/testing';
import * as nn from '@edgewise/nn';
import * as ode from '@edgewise/ode';
import * as optim from '@edgewise/optim';
import * as viz from '@edgewise/viz';

const nine: Tensor = tensor([1, 2]).mul(3).sum();
export const value: number = nine.item();
// @ts-expect-error -- a package whose types got lost would be `any`, and allow this
export const wrong: string = nine.item();
export const packages: readonly object[] = [testing, nn, ode, optim, viz];
