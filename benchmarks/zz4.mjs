import { compile, random, variable } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
      const model = new MLP([2,2,1], { activation: 'sigmoid', seed:3 });
      const descent = optimizer(adam(), model);
      const program = compile((x) => { const loss = model.forward(x).square().mean(); loss.backward(); descent.step(); return loss; });
      const x = random.uniform(random.key(1), [4,2]);
program(x); console.log(program.explain());
