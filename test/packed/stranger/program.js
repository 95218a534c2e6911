// A minimal program of a stranger's. Prints 9, and only if methods were put on Tensor and no bundler dropped them.
import { tensor } from '@edgewise/core';

console.log(tensor([1, 2]).mul(3).sum().item());
