/** A process that races one op, `process.js CASE OP`, and prints JSON. Needs `--expose-gc`. */
import { axesGroups } from './axes.ts';
import { elementwiseGroups } from './elementwise.ts';
import { raceGroup } from './race-group.ts';

const [caseName, groupName] = process.argv.slice(2);
const group = (caseName === 'axes' ? axesGroups : elementwiseGroups).find(({ name }) => name === groupName);
if (group === undefined) throw new Error(`${caseName} has no group ${groupName}`);
console.log(JSON.stringify(raceGroup(group, false)));
