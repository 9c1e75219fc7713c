/** One thread of `threads.ts`: a decoder, and one reception after another. */
import { parentPort } from 'node:worker_threads';
import { UsageError } from '../../../laptop/errors.ts';
import { openDecoder } from '../../decoder.ts';
import { receive, type Job } from './reception.ts';
import type { Answer } from './threads.ts';

const decoder = openDecoder();

async function answer(job: Job): Promise<Answer> {
  try {
    return { outcome: await receive(job, await decoder) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { refused: message, defect: !(error instanceof UsageError) };
  }
}

parentPort?.on('message', (job: Job) => {
  void answer(job).then((made) => parentPort?.postMessage(made));
});
