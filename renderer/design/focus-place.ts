/** Keeps the keyboard where it was after a list changed: at the first of these places that is there. */
export function focusPlace(inside: HTMLElement | null, places: readonly string[]): void {
  // Once the list has changed.
  setTimeout(() => {
    for (const place of places) {
      const found = inside?.querySelector<HTMLElement>(`[data-place="${place}"]`);
      if (found !== null && found !== undefined) {
        found.focus();
        return;
      }
    }
  });
}
