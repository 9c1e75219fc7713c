/**
 * What receiving Uniform Resources costs: `node bench/ur.ts`.
 *
 * overhead  parts that were needed beyond the fragments of the message, with three of ten lost, the mean of 20 messages:
 *           by elimination (optical/ur) and by peeling (@ngraveio/bc-ur), from the same parts. From the first part on,
 *           and for a camera that comes late and sees mixtures only.
 * time      milliseconds a part, to make one and to take one, and to take the last one, which solves; mixtures only.
 */
import { URDecoder } from '@ngraveio/bc-ur';
import { UrReceiver } from '../optical/ur/receiver.ts';
import { openUrSender } from '../optical/ur/sender.ts';
import { Xoshiro256 } from '../optical/ur/xoshiro.ts';

const RUNS = 20;
const random = new Xoshiro256(new TextEncoder().encode('bench'));
const messageOf = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.nextBelow(256));

/** Mean parts needed beyond the fragments, in per cent: by elimination, by peeling. */
function overhead(fragments: number, from: number): [number, number] {
  const needed = { solving: 0, peeling: 0 };
  for (let run = 0; run < RUNS; run++) {
    const sender = openUrSender('bytes', messageOf(20 * fragments), 20);
    const receiver = new UrReceiver();
    const decoder = new URDecoder();
    let solved = false;
    for (let sequence = from; !solved || !decoder.isComplete(); sequence++) {
      if (random.nextBelow(10) < 3) continue;
      const part = sender.part(sequence);
      if (!solved) {
        needed.solving += 1;
        solved = receiver.add(part).what === 'finished';
      }
      if (!decoder.isComplete()) {
        needed.peeling += 1;
        decoder.receivePart(part);
      }
    }
  }
  const percent = (parts: number): number => 100 * (parts / RUNS / fragments - 1);
  return [percent(needed.solving), percent(needed.peeling)];
}

function timed<T>(run: () => T): [T, number] {
  const start = performance.now();
  return [run(), performance.now() - start];
}

for (const fragments of [20, 100])
  for (const [from, when] of [
    [1, 'from the start'],
    [fragments + 1, 'late'],
  ] as const) {
    const [solving, peeling] = overhead(fragments, from);
    console.log(
      `overhead  ${String(fragments).padStart(4)} fragments, ${when}: ${solving.toFixed(1)} % by elimination, ${peeling.toFixed(1)} % by peeling`,
    );
  }

for (const [fragments, size] of [
  [100, 900],
  [1000, 900],
  [4096, 200],
] as const) {
  const sender = openUrSender('bytes', messageOf(fragments * size), size);
  const receiver = new UrReceiver();
  const times: number[] = [];
  let making = 0;
  for (let sequence = fragments + 1, done = false; !done; sequence++) {
    const [part, made] = timed(() => sender.part(sequence));
    const [heard, taken] = timed(() => receiver.add(part));
    making += made;
    times.push(taken);
    done = heard.what === 'finished';
  }
  const last = times.pop() ?? 0;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  console.log(
    `time      ${String(fragments).padStart(4)} fragments of ${size} bytes: made in ${(making / times.length).toFixed(2)} ms, taken in ${mean.toFixed(2)} ms, the last in ${last.toFixed(0)} ms`,
  );
}
