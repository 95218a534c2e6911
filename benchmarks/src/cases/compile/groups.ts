/** Groups of rows, each measured in a process of its own, in the order of the table. */
export const groupNames = [
  '2-2-1',
  '2-16-16-1',
  'batch 32',
  'batch 128',
  'adam',
  'products',
  'fused',
  'product',
  'hessian',
  'calls',
] as const;
