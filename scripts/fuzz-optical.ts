/** Hostile frames before the receiver: `npm run fuzz:optical [-- FRAMES [SEED]]`. Ends with 1 when something was found. */
import { fuzzReceiver } from '../test-support/hostile-frames.ts';

const [frames = '1000000', seed = '1'] = process.argv.slice(2);
const began = performance.now();
const { heard, messages, peak, findings } = fuzzReceiver(Number(frames), Number(seed));
const seconds = (performance.now() - began) / 1000;
console.log(`${frames} frames with seed ${seed} in ${seconds.toFixed(1)} s`);
for (const [what, count] of Object.entries(heard)) console.log(`  ${what.padEnd(10)}${count}`);
console.log(`True messages that came through: ${messages}`);
console.log(`Memory above the start, at the most: ${(peak / 1e6).toFixed(0)} MB`);
for (const finding of findings) console.log(`FOUND ${finding}`);
console.log(findings.length === 0 ? 'Nothing was found.' : `${findings.length} findings.`);
process.exitCode = findings.length === 0 ? 0 : 1;
