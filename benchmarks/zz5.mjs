import { compile, random, valueAndGrad, variable } from '@edgewise/core';
  const n = 1e6;
  const f = valueAndGrad((x) => x.tanh().mul(x.square().neg().exp()).add(x.sin()).sum());
  const x = variable(random.uniform(random.key(1), [n], { min: -3, max: 3 }));
  const [gradient, total] = [variable(x.value), variable(0)];
  const program = compile(() => { const [value, slope] = f(x.value); gradient.assign(slope); total.assign(value); });
  for (let k = 0; k < 5; k++) program();
const r=[]; for (let t=0;t<15;t++){ const c=process.cpuUsage(); for(let k=0;k<10;k++) program(); const d=process.cpuUsage(c); r.push((d.user+d.system)/1e6/10*1e9/n); } r.sort((a,b)=>a-b); console.log('ns/element', r[7].toFixed(2), 'min', r[0].toFixed(2));
if (process.argv[2]) console.log(program.explain());
