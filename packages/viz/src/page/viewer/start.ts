/** Where the page's script begins. */
import { start } from './viewer.ts';

start();
