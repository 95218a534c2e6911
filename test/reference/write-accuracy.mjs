// Measures the build of core and writes the pages of docs/reference that tests hold it to: `npm run build && node test/reference/write-accuracy.mjs`.

import { mkdirSync, writeFileSync } from 'node:fs';
import * as core from '@edgewise/core';
import { page, pageOf, specialPage, specialPageOf } from './page.mjs';
import { scan } from './scan.mjs';

mkdirSync(new URL('.', page), { recursive: true });
writeFileSync(page, pageOf(scan(core)));
writeFileSync(specialPage, specialPageOf());
