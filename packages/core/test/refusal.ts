/** What a refusal says, for snapshots: class, code and message. Of a place in a file only the file, since lines move. */
import { EdgewiseError } from '../src/index.ts';

export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof EdgewiseError)
      return `${error.name} ${error.code}\n${error.message.replace(/read at .*?([^/\s]+):\d+:\d+/, 'read at $1')}`;
    throw error;
  }
  return 'nothing was refused';
}
