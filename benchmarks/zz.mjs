import { compile, random, variable } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
const cpu=()=>{const {user,system}=process.cpuUsage(); return (user+system)/1e3;};
const reps=+(process.argv[2]??3);
for (const { sizes, batch } of [{ sizes: [2, 2, 1], batch: 4 }, { sizes: [784, 128, 64, 10], batch: 32 }]) {
  const out=[];
  for (let seed=1; seed<=reps; seed++) {
      const model = new MLP(sizes, { activation: seed%2 === 1 ? 'tanh' : 'sigmoid', seed });
      const descent = optimizer(seed%3 === 2 ? sgd({ learningRate: 0.1 }) : adam(), model);
      const program = compile((x) => {
        const loss = model.forward(x).square().mean();
        loss.backward();
        descent.step();
        return loss;
      });
      const x = random.uniform(random.key(seed), [batch, sizes[0]]);
      const t=performance.now(); const start = cpu();
      program(x).item();
      out.push((cpu() - start).toFixed(1)+'/'+(performance.now()-t).toFixed(1));
  }
  console.log(sizes.join('-'), 'cpu/wall ms:', out.join('  '));
}
