/** The beep that says that a message is here: two tones, made by the window itself. */

/** Hz, one after the other. */
const TONES = [784, 1175] as const;
/** Seconds. */
const LENGTH = 0.11;
/** Loudness, of 1; it swells and fades, since a tone that begins at once clicks. */
const LOUDNESS = 0.18;

let context: AudioContext | undefined;

/**
 * Makes sound possible. A browser allows it only while somebody presses something, so this is called whenever somebody
 * does: hands-free, nobody will.
 */
export function allowSound(): void {
  if (!('AudioContext' in globalThis)) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
}

export function beep(): void {
  if (context?.state !== 'running') return;
  const start = context.currentTime + 0.01;
  for (const [at, tone] of TONES.entries()) {
    const begin = start + at * LENGTH;
    const oscillator = context.createOscillator();
    const loudness = context.createGain();
    oscillator.frequency.value = tone;
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
    loudness.gain.linearRampToValueAtTime(0, begin + LENGTH);
    oscillator.connect(loudness).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + LENGTH);
  }
}
