/** What a refusal says, for snapshots: class, code and message. */
import { EdgewiseError } from '../src/index.ts';

export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof EdgewiseError) return `${error.name} ${error.code}\n${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}
