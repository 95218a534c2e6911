// A minimal program that compiles. Prints 9.
import { compile, tensor } from '@edgewise/core';

console.log(compile((x) => x.mul(3).sum())(tensor([1, 2])).item());
