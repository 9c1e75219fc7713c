/** Time to put a message of 200 KB together, beyond looking at the pictures. */
import { packBody } from '../../optical/wire/body.ts';
import { capacityOf } from '../../optical/symbol/draw.ts';
import { Receiver } from '../../optical/wire/receiver.ts';
import { openSender } from '../../optical/wire/sender.ts';
import { NO_TOPIC } from '../../optical/wire/topic.ts';
import { uniform } from '../../test-support/camera/generator.ts';
import { someBytes } from '../../test-support/codes.ts';

/** Milliseconds, the median of several messages. */
export function solving(loss: number, late: boolean): number {
  const times = Array.from({ length: 9 }, (_, run) => {
    const random = uniform(run);
    const sender = openSender(packBody([someBytes(200_000, run)]), NO_TOPIC, capacityOf(25));
    const frames: Uint8Array[] = [];
    for (let number = late ? 1000 : 0; frames.length < sender.cut.fragments + 5; number++)
      if (random() >= loss) frames.push(sender.frame(number));
    const receiver = new Receiver();
    const begun = performance.now();
    for (const frame of frames) if (receiver.add(frame).what === 'message') return performance.now() - begun;
    throw new Error('the message did not come through');
  }).sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}
