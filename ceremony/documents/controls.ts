/**
 * Which part of a record bears on which control of which standard. A map for whoever looks for evidence: it does not say
 * that a control is met, and a ceremony alone meets none. Names are short descriptions of our own.
 */
import type { RuleId } from '../rules.ts';

export interface Control {
  readonly standard: string;
  /** Number in the standard, at the level at which it changes least. */
  readonly number: string;
  readonly about: string;
  /** Where the evidence stands in the report. */
  readonly evidence: string;
  readonly rules: readonly RuleId[];
}

const CCSS = 'CCSS v9.0 (2024)';
const NIST = 'NIST SP 800-57 Part 1 Rev. 5 (2020)';
const PCI = 'PCI DSS v4.0.1 (2024)';
const ISO = 'ISO/IEC 27001:2022';
const SOC = 'SOC 2, TSC 2017 (2022 points of focus)';

export const CONTROLS_CAVEAT =
  'This table says which evidence in this record bears on which control. It does not say that a control is met: that also depends on policies, rooms, people and everything between ceremonies, and is for your auditor to judge. Numbers are those of the editions named; check them against the edition that you are audited by.';

export const CONTROLS: readonly Control[] = [
  {
    standard: CCSS,
    number: '1.01',
    about: 'How keys are generated',
    evidence: 'Keys; Verification',
    rules: ['check_commitments', 'check_group_key', 'check_proofs'],
  },
  {
    standard: CCSS,
    number: '1.03',
    about: 'Storage and backups of keys',
    evidence: 'Backups',
    rules: ['check_backups'],
  },
  {
    standard: CCSS,
    number: '1.06',
    about: 'Key holders: granting and revoking',
    evidence: 'Attendance; Approvals',
    rules: ['check_approvals', 'check_signatures'],
  },
  {
    standard: CCSS,
    number: '2.02',
    about: 'Sanitization of data and media',
    evidence: 'Destruction',
    rules: ['check_destruction'],
  },
  {
    standard: CCSS,
    number: '2.04',
    about: 'Audit logs',
    evidence: 'Transcript',
    rules: ['check_transcript', 'check_checkpoint'],
  },
  {
    standard: NIST,
    number: '5.3',
    about: 'Cryptoperiods',
    evidence: 'Result (next refresh)',
    rules: ['check_plan'],
  },
  {
    standard: NIST,
    number: '8.2.2',
    about: 'Continuity: backup and recovery',
    evidence: 'Backups',
    rules: ['check_backups'],
  },
  {
    standard: NIST,
    number: '8.2.3',
    about: 'Changing keys (here: shares; the key stays)',
    evidence: 'Keys',
    rules: ['check_group_key', 'check_possession_after'],
  },
  {
    standard: NIST,
    number: '8.3.4',
    about: 'Destruction of keys',
    evidence: 'Destruction',
    rules: ['check_destruction'],
  },
  {
    standard: NIST,
    number: '9',
    about: 'Accountability, audit, survivability',
    evidence: 'Attendance; Transcript',
    rules: ['check_signatures', 'check_chain', 'check_checkpoint'],
  },
  {
    standard: PCI,
    number: '3.7.1',
    about: 'Generation of strong keys',
    evidence: 'Keys',
    rules: ['check_commitments', 'check_agreement'],
  },
  {
    standard: PCI,
    number: '3.7.3',
    about: 'Secure storage of keys',
    evidence: 'Backups',
    rules: ['check_backups'],
  },
  {
    standard: PCI,
    number: '3.7.4',
    about: 'Key changes at the end of the cryptoperiod',
    evidence: 'Result (next refresh); Keys',
    rules: ['check_plan', 'check_outcome'],
  },
  {
    standard: PCI,
    number: '3.7.5',
    about: 'Retirement, replacement, destruction of keys',
    evidence: 'Destruction',
    rules: ['check_destruction'],
  },
  {
    standard: PCI,
    number: '3.7.6',
    about: 'Split knowledge and dual control',
    evidence: 'Keys (threshold); Attendance',
    rules: ['check_possession_before', 'check_possession_after'],
  },
  {
    standard: PCI,
    number: '3.7.7',
    about: 'No unauthorized substitution of keys',
    evidence: 'Values compared; Approvals',
    rules: ['check_approvals', 'check_key_records'],
  },
  {
    standard: PCI,
    number: '3.7.8',
    about: 'Custodians acknowledge their duties',
    evidence: 'Beside the record: signed acknowledgements',
    rules: [],
  },
  {
    standard: ISO,
    number: 'A.8.24',
    about: 'Use of cryptography, keys included',
    evidence: 'Keys; Approvals; Transcript',
    rules: ['check_approvals', 'check_key_records'],
  },
  {
    standard: ISO,
    number: 'A.8.10',
    about: 'Deletion of information',
    evidence: 'Destruction',
    rules: ['check_destruction'],
  },
  {
    standard: ISO,
    number: 'A.5.33',
    about: 'Protection of records',
    evidence: 'Transcript; Retention',
    rules: ['check_files', 'check_checkpoint'],
  },
  {
    standard: SOC,
    number: 'CC6.1',
    about: 'Logical access; protection of keys',
    evidence: 'Keys; Backups; Attendance',
    rules: ['check_possession_after', 'check_backups'],
  },
];
