/** The engine's thread: takes calls by number, answers each, and sends the state whenever it changed. No decisions. */
import { parentPort, workerData } from 'node:worker_threads';
import { explainRefusal } from '../explain.ts';
import type { Call, FromEngine, Start } from '../engine-client.ts';
import { Engine } from './engine.ts';

const port = parentPort;
if (port === null) throw new Error('the engine runs in a worker thread');
const send = (message: FromEngine): void => {
  port.postMessage(message);
};

const engine = new Engine({
  ...(workerData as Start),
  onState: (state) => {
    send({ type: 'state', state });
  },
});

port.on('message', (message: Call | 'close') => {
  if (message === 'close') {
    void engine.close().then(() => {
      send({ type: 'closed' });
      // A look at the folder may still be waiting.
      process.exit(0);
    });
    return;
  }
  const method = engine.methods[message.channel] as (input: unknown) => unknown;
  Promise.resolve()
    .then(() => method(message.input))
    .then(
      (value) => {
        send({ type: 'answer', id: message.id, value });
      },
      (error: unknown) => {
        send({ type: 'refusal', id: message.id, ...explainRefusal(error) });
      },
    );
});
