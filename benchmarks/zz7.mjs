import { compile, random } from '@edgewise/core';
import { MLP, crossEntropy } from '@edgewise/nn';
import { optimizer, adam } from '@edgewise/optim';
import { peakLoop } from './dist/cases/compile/peak-loop.js';
const cpu=()=>{const {user,system}=process.cpuUsage(); return (user+system)/1e6;};
const peak=peakLoop(cpu);
const sizes=[784,128,64,10]; const batch=+(process.argv[2]??32);
const model = new MLP(sizes, { activation: 'relu', seed: 1 });
const descent = optimizer(adam(), model);
const program = compile((x, labels) => { const loss = crossEntropy(model.forward(x), labels); loss.backward(); descent.step(); return loss; });
const ins=[1,2,3,4].map(seed=>[random.uniform(random.key(seed), [batch, 784]), random.integers(random.key(seed), [batch], { min: 0, max: 10 })]);
for(let k=0;k<400;k++) program(...ins[k&3]);
const r=[],p=[]; const flops=(2*batch*(784*128*2+128*64*3+64*10*3));
for(let t=0;t<11;t++){ let s=cpu(); for(let k=0;k<200;k++) program(...ins[k&3]); r.push((cpu()-s)/200*1e6); s=cpu(); for(let k=0;k<200;k++) peak.run(flops); p.push((cpu()-s)/200*1e6);} r.sort((a,b)=>a-b);p.sort((a,b)=>a-b);
console.log('step us', r[5].toFixed(0), 'flops at peak', p[5].toFixed(0));
if (process.argv[3]) { const ks=program.profile(500, ...ins[0]); for (const k of ks) console.log((1000*k.milliseconds).toFixed(1).padStart(8),'us', (k.operations/k.milliseconds/1e6).toFixed(1).padStart(6),'Gop/s', k.name, k.text.split('\n')[0]); }
