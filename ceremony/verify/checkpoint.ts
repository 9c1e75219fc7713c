/** The checkpoint over the transcript and who signed it, and the mark that keeps rehearsals and real ceremonies apart. */
import { missingFrom, readCheckpoint } from '../closing.ts';
import type { PlanContext } from '../plan.ts';
import type { RecordFiles } from '../record.ts';
import type { View } from '../view.ts';
import type { Findings } from './findings.ts';
import { blame, RecordProblem } from './problem.ts';

/** Throws RecordProblem unless the checkpoint is over this very transcript and signed by everybody who must sign. */
export function checkCheckpoint(view: View, files: RecordFiles, findings: Findings): void {
  const note = files.get('checkpoint');
  // That it is missing has been told already.
  if (note === undefined) return;
  blame('check_checkpoint', 'checkpoint', () => {
    const signatures = readCheckpoint(view, note);
    const missing = missingFrom(view, signatures);
    if (missing.length > 0)
      throw new RecordProblem(
        'check_checkpoint',
        'checkpoint',
        `the signature of ${missing.join(', ')} is missing.`,
      );
    const [origin, size, root] = new TextDecoder().decode(note).split('\n');
    findings.pass('check_checkpoint', `${origin ?? ''}: ${size ?? ''} lines, RFC 6962 root ${root ?? ''}`);
    for (const { name } of signatures) {
      const alg = view.context.identities.get(name)?.alg ?? '?';
      findings.pass('check_checkpoint', `${alg} signature of ${name} over it`);
    }
    findings.complete('check_checkpoint');
  });
}

/** Whether a file says of itself that it is of a rehearsal; undefined where it says nothing about it. */
function markOf(path: string, content: string): boolean | undefined {
  if (path === 'README.txt') return content.startsWith('REHEARSAL:');
  if (path === 'checkpoint') return content.startsWith('reseal/rehearsal/');
  if (/^proofs\/\d+\.json$/.test(path)) return content.includes(String.raw`\nREHEARSAL\n`);
  if (path === 'keys/before.json' || path === 'keys/after.json') return content.includes('"rehearsal":true');
  return undefined;
}

/** Looks for the mark itself in every file that a reader may take up alone. */
export function checkRehearsal({ plan }: PlanContext, files: RecordFiles, findings: Findings): void {
  const name = (rehearsal: boolean): string => (rehearsal ? 'a rehearsal' : 'a real ceremony');
  const seen = ['plan.json'];
  for (const [path, bytes] of files) {
    const mark = markOf(path, new TextDecoder().decode(bytes));
    if (mark === undefined) continue;
    if (mark !== plan.rehearsal)
      findings.fail(
        new RecordProblem(
          'check_rehearsal',
          path,
          `it is marked as that of ${name(mark)}, but the plan is that of ${name(plan.rehearsal)}.`,
        ),
      );
    seen.push(path);
  }
  findings.pass(
    'check_rehearsal',
    `${plan.rehearsal ? 'REHEARSAL: throw-away keys' : 'a real ceremony'}; looked at ${seen.join(', ')}`,
  );
  if (files.has('README.txt') && files.has('checkpoint')) findings.complete('check_rehearsal');
}
