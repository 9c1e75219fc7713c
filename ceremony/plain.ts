/** Text that somebody else wrote, made harmless to print. */

/**
 * A text as one line that shows what is in it: control characters, line breaks and marks that turn the direction of
 * writing become escapes. Reasons and remarks quote what somebody signed, and a README or a terminal must not let
 * them pass for lines of its own.
 */
export function plainLine(line: string): string {
  return line.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
