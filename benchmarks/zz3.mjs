import { compile, random, variable } from '@edgewise/core';
import { MLP } from '@edgewise/nn';
import { adam, optimizer, sgd } from '@edgewise/optim';
import inspector from 'node:inspector'; import fs from 'node:fs';
const s=new inspector.Session(); s.connect(); const post=(m,p)=>new Promise((r,j)=>s.post(m,p,(e,v)=>e?j(e):r(v)));
await post('Profiler.enable'); await post('Profiler.setSamplingInterval',{interval:50});
const which=process.argv[2];
for (const { sizes, batch } of [which==='xor'?{ sizes: [2, 2, 1], batch: 4 }:{ sizes: [784, 128, 64, 10], batch: 32 }]) {
  for (let seed=1; seed<=3; seed++) {
      const model = new MLP(sizes, { activation: seed%2 === 1 ? 'tanh' : 'sigmoid', seed });
      const descent = optimizer(seed%3 === 2 ? sgd({ learningRate: 0.1 }) : adam(), model);
      const program = compile((x) => { const loss = model.forward(x).square().mean(); loss.backward(); descent.step(); return loss; });
      const x = random.uniform(random.key(seed), [batch, sizes[0]]);
      if (seed===3) await post('Profiler.start');
      program(x).item();
      if (seed===3) { const {profile}=await post('Profiler.stop'); fs.mkdirSync('/tmp/cw/prof',{recursive:true}); fs.writeFileSync('/tmp/cw/prof/'+which+'.cpuprofile',JSON.stringify(profile)); }
  }
}
