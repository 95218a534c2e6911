// All that core exports, for its size.
export * from '@edgewise/core';
