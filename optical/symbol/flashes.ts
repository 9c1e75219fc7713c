/**
 * When a changing code is safe to look at (WCAG 2.3.1, three flashes or below threshold). A flash is a pair of opposing
 * changes in brightness. A module can change with every code, so codes at r a second flash at most r / 2 times: up to six a
 * second are safe whatever their size. Faster ones are safe where they are a fine, balanced pattern with squares smaller
 * than 0.1 degree of the visual field, which the definition exempts; it takes 341 × 256 CSS pixels for 10 degrees, so that
 * is 3.41 pixels. Nothing in this program shows codes faster than this function says.
 */

/** CSS pixels in 0.1 degree of the visual field, by WCAG's own measure. */
export const FINE_PATTERN = 3.41;
/** Codes a second at which no module flashes more than three times. */
export const SLOW = 6;
/** Codes a second that nobody needs more of: cameras give 30 pictures a second. */
const FAST = 20;

/**
 * How many refreshes of the display a code must stay at the least.
 *
 * @param modulePixels side of a module in CSS pixels
 * @param refreshRate of the display, in Hz
 */
export function fewestRefreshes(modulePixels: number, refreshRate: number): number {
  const most = modulePixels <= FINE_PATTERN ? FAST : SLOW;
  // 59.94 Hz counts as 60.
  return Math.max(1, Math.ceil(refreshRate / most - 0.02));
}
