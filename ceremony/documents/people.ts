/** Names and times as they stand on paper. */
import { describeRole, roles, type Plan } from '../plan.ts';

/** `Holder 3`, `Approver 1`, `Administrator`. */
export function roleTitle(role: string): string {
  const words = role.replace('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function nameOf(plan: Plan, role: string): string {
  return roles(plan).find((entry) => entry.role === role)?.name ?? '';
}

/** `Holder 3, Carol`. */
export function named(plan: Plan, role: string): string {
  const name = nameOf(plan, role);
  return name === '' ? roleTitle(role) : `${roleTitle(role)}, ${name}`;
}

/** `2026-11-23 09:00:00 UTC`: on paper, nobody should have to guess the zone. */
export function when(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** `2026-11-23 09:00:00`, under a head that says UTC. */
export const clock = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)}`;

/** `2026-11-23` */
export const day = (at: string): string => at.slice(0, 10);

/** The day that many days later. */
export function daysAfter(at: string, days: number): string {
  return new Date(Date.parse(at) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The same day that many years later; 29 February becomes 1 March where there is none. */
export function yearsAfter(at: string, years: number): string {
  const date = new Date(at);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}

export const kindTitle = (plan: Plan): string => (plan.kind === 'refresh' ? 'Key refresh' : 'Key generation');

/** `epoch 3 to 4`, `epoch 0`. */
export function epochs(plan: Plan): string {
  return plan.before === null ? `makes epoch ${plan.epoch}` : `epoch ${plan.before.epoch} to ${plan.epoch}`;
}

/** Holders who come with another laptop than the key record names; undefined where there are none. */
export function otherLaptops(plan: Plan): string | undefined {
  if (plan.replacedCards.length === 0) return undefined;
  const names = plan.replacedCards.map((index) => describeRole(plan, `holder-${index}`)).join(', ');
  return `${names}. The old one was lost. Only a laptop with the share can take part.`;
}

export function nextRefresh(plan: Plan): string {
  return plan.cryptoperiodDays === null
    ? 'on demand'
    : `${daysAfter(plan.created, plan.cryptoperiodDays)} (${plan.cryptoperiodDays} days after the plan)`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
