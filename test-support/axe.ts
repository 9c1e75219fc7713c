/** What the axe engine finds wrong with a page. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export interface Violation {
  /** Of axe's rule. */
  readonly id: string;
  /** Each place, with what is wrong. */
  readonly nodes: readonly string[];
}

/** Violations of WCAG 2.2 A and AA. It runs in the page's own world, which the policy allows to nobody else. */
export async function violations(page: Page): Promise<Violation[]> {
  // Evaluated over the debugging pipe: the page's content security policy does not apply to that, and stays as it is.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const found = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 300)} ${failureSummary ?? ''}`),
    }));
  });
}
