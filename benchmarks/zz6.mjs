import { compile, tensor } from '@edgewise/core';
import { MLP, meanSquaredError } from '@edgewise/nn';
import { optimizer, sgd } from '@edgewise/optim';
const cx=tensor([[0,0],[0,1],[1,0],[1,1]]), cy=tensor([[0],[1],[1],[0]]);
const model = new MLP([2,2,1], { activation:'sigmoid', seed: 1 });
const descent = optimizer(sgd({ learningRate: 0.05 }), model);
const program = compile((x, y) => { const loss = meanSquaredError(model.forward(x).sigmoid(), y); loss.backward(); descent.step(); return loss; });
const xs=[1,2,3,4].map(s=>cx.add(s*1e-3)); let keep;
function time(name, f, n, per=1) { for (let k=0;k<n;k++) f(k); const ts=[]; for(let r=0;r<11;r++){ const c=process.cpuUsage(); for (let k=0;k<n;k++) keep=f(k); const d=process.cpuUsage(c); ts.push(1000*(d.user+d.system)/n/per);} ts.sort((a,b)=>a-b); console.log(name.padEnd(20), ts[5].toFixed(1),'ns  min', ts[0].toFixed(1)); }
time('call', k=>program(xs[k&3], cy), 100000);
time('run', k=>program.run(1000, xs[k&3], cy), 200, 1000);
if (process.argv[2]==='e') console.log(program.explain());
if (process.argv[2]==='l') for (let k=0;k<5e6;k++) keep=program(xs[k&3], cy);
